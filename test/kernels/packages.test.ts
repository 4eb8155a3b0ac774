/** Which packages are fetched: the mirror by the machine's apt sources, the newest kernel of a line by an index, its modules in order. */
import { describe, expect, test } from "vitest";

interface Package { readonly name: string; readonly version: string }
interface Mirror { readonly archive: string; readonly security: string | null; readonly keyring: string | null }
interface Packages {
  packagesIn(text: string): readonly Package[];
  kernelsOf(packages: readonly Package[], line: string): readonly { readonly release: string; readonly version: string; readonly packages: readonly Package[] }[];
  linesIn(packages: readonly Package[]): readonly string[];
}
interface Mirrors {
  mirrorIn(files: readonly { readonly name: string; readonly text: string }[]): Mirror | null;
  sources(mirror: Mirror, machine: string): string;
}
interface Modules {
  loadOrder(needs: ReadonlyMap<string, readonly string[]>): readonly string[];
  needsOf(bytes: Buffer): readonly string[];
}
const part = async <T>(name: string): Promise<T> => (await import(new URL(`./${name}.js`, import.meta.url).href)) as T;
const { compareVersions, upstream } = await part<{ compareVersions(a: string, b: string): number; upstream(version: string): string }>("debian-version");
const { packagesIn, kernelsOf, linesIn } = await part<Packages>("packages");
const { mirrorIn, sources } = await part<Mirrors>("mirror");
const { loadOrder, needsOf } = await part<Modules>("modules");

describe("versions", () => {
  test.for([
    ["6.1.170-3",            "6.1.176-1"],
    ["6.1.99-1",             "6.1.100-1"],
    ["6.12.117-1~deb12u1",   "6.12.117-1"],
    ["6.12.90-1~bpo12+1",    "6.12.90-2~bpo12+1"],
    ["7.3~rc7-1~exp1",       "7.3.4-1~bpo13+1"],
    ["7.3~rc7-1~exp1",       "7.3-1"],
    ["6.12.115-1",           "6.12.115-1.1"],
    ["6.1.0-0.deb11.52",     "6.1.0-56"],
    ["1.0a-1",               "1.0+-1"],
  ] as const)("%s is older than %s", ([older, newer]) => {
    expect(compareVersions(older, newer)).toBeLessThan(0);
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
    expect(compareVersions(older, older)).toBe(0);
  });

  test.for([["6.12.117-1~deb12u1", "6.12.117"], ["7.3~rc7-1~exp1", "7.3~rc7"], ["7.3", "7.3"]] as const)("upstream's of %s is %s", ([version, is]) =>
    expect(upstream(version)).toBe(is));
});

describe("the newest kernel of a line", () => {
  const INDEX = [
    ["linux-image-6.1-cloud-amd64",                    "6.1.180-1~deb11u1",  "linux-image-6.1.0-0.deb11.52-cloud-amd64 (= 6.1.180-1~deb11u1)"],
    ["linux-image-6.1.0-0.deb11.52-cloud-amd64",       "6.1.180-1~deb11u1",  "kmod"],
    ["linux-image-6.1.0-56-cloud-amd64",               "6.1.192-2",          "kmod, linux-base (>= 4.3~)"],
    ["linux-image-6.1.0-9-cloud-amd64",                "6.1.27-1",           "kmod"],
    ["linux-image-6.12.117+deb12-cloud-amd64",         "6.12.117-1~deb12u1", "kmod"],
    ["linux-image-6.12.117+deb13-cloud-amd64",         "6.12.117-1",         "kmod"],
    ["linux-image-7.2.13+deb14-cloud-amd64",           "7.2.13-1",           "linux-binary-7.2.13+deb14-cloud-amd64 (= 7.2.13-1)"],
    ["linux-modules-7.2.13+deb14-cloud-amd64",         "7.2.13-1",           "kmod"],
    ["linux-modules-7.2.9+deb13-cloud-amd64",          "7.2.9-1~bpo13+1",    "kmod"],
    ["linux-binary-unsigned-7.2.13+deb14-cloud-amd64", "7.2.13-1",           "linux-base"],
    ["linux-binary-7.2.13+deb14-cloud-amd64",          "7.2.13-1",           "linux-base"],
    ["linux-binary-7.2.9+deb13-cloud-amd64",           "7.2.9-1~bpo13+1",    "linux-base"],
    ["linux-binary-7.1.13+deb13-cloud-amd64",          "7.1.13-1~bpo13+1",   "linux-base"],
    ["linux-binary-7.3-cloud-amd64",                   "7.3~rc7-1~exp1",     "linux-base"],
    ["linux-image-cloud-amd64",                        "7.2.12-1",           "linux-image-7.2.12+deb14-cloud-amd64"],
  ].map(([name, version, depends]) => `Package: ${name}\nSource: linux\nVersion: ${version}\nDepends: ${depends}\nDescription: Linux\n two lines`).join("\n\n");
  const packages = packagesIn(`${INDEX}\n`);

  test.for([
    ["6.1",      "6.1.192",  ["linux-image-6.1.0-56-cloud-amd64=6.1.192-2"]],
    ["6.1.27",   "6.1.27",   ["linux-image-6.1.0-9-cloud-amd64=6.1.27-1"]],
    ["6.12",     "6.12.117", ["linux-image-6.12.117+deb13-cloud-amd64=6.12.117-1"]],
    ["7.1",      "7.1.13",   ["linux-binary-7.1.13+deb13-cloud-amd64=7.1.13-1~bpo13+1"]],
    ["7.2",      "7.2.13",   ["linux-binary-7.2.13+deb14-cloud-amd64=7.2.13-1", "linux-modules-7.2.13+deb14-cloud-amd64=7.2.13-1"]],
    ["7.3",      "7.3~rc7",  ["linux-binary-7.3-cloud-amd64=7.3~rc7-1~exp1"]],
  ] as const)("%s: %s", ([line, version, wanted]) => {
    const [found] = kernelsOf(packages, line);
    expect(found).toMatchObject({ version });
    expect(found!.packages.map((it) => `${it.name}=${it.version}`)).toEqual(wanted);
  });

  test.for(["5.15", "6.1.19", "2.1"])("there is none of %s", (line) => expect(kernelsOf(packages, line)).toEqual([]));
  test("older ones follow it", () => expect(kernelsOf(packages, "6.1").map((it) => it.version)).toEqual(["6.1.192", "6.1.180", "6.1.27"]));
  test("the lines that there are", () => expect(linesIn(packages)).toEqual(["6.1", "6.12", "7.1", "7.2", "7.3"]));
  test("of an empty index there is nothing", () => expect([packagesIn(""), kernelsOf([], "6.1"), linesIn([])]).toEqual([[], [], []]));
});

describe("the mirror that the machine's own apt sources name", () => {
  const DEB822 = `# a comment
Types: deb
# another, within
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/key.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;
  const of = (archive: string, security: string | null = null, keyring: string | null = null): Mirror => ({ archive, security, keyring });
  test.for([
    ["deb822",                       "debian.sources", DEB822,                                                of("http://mirror.example/debian", "http://mirror.example/debian-security", "/usr/share/keyrings/key.gpg")],
    ["a line each",                  "sources.list",   "deb http://a.example/debian/ bookworm main contrib\ndeb http://a.example/security bookworm-security main\n", of("http://a.example/debian/", "http://a.example/security")],
    ["a line with options",          "sources.list",   "deb [ arch=amd64 signed-by=/k.gpg ] https://a.example/d trixie main", of("https://a.example/d", null, "/k.gpg")],
    ["sources of programs too",      "sources.list",   "deb-src http://s.example/debian sid main\ndeb http://a.example/debian sid main", of("http://a.example/debian")],
    ["what is switched off is not",  "off.sources",    DEB822.replaceAll("Types: deb", "Enabled: no\nTypes: deb"), null],
    ["a comment is not",             "sources.list",   "# deb http://a.example/debian bookworm main", null],
    ["a key in its place",           "key.sources",    "Types: deb\nURIs: http://a.example/debian\nSuites: stable\nSigned-By:\n -----BEGIN PGP-----\n .\n abc\n", of("http://a.example/debian")],
    ["another distribution",         "ubuntu.sources", "Types: deb\nURIs: http://a.example/ubuntu\nSuites: noble noble-security\nComponents: main\n", null],
    ["somebody's own",               "node.list",      "deb [signed-by=/k.gpg] https://a.example/node_20.x nodistro main", null],
    ["none at all",                  "sources.list",   "", null],
  ] as const)("%s", ([, name, text, mirror]) => expect(mirrorIn([{ name, text }])).toEqual(mirror));

  test("all suites of it are asked", () => {
    const lines = sources(of("http://a.example/debian", "http://s.example/x", "/k.gpg"), "arm64").trimEnd().split("\n");
    expect(lines).toContain("deb [arch=arm64 signed-by=/k.gpg] http://a.example/debian sid main");
    expect(lines).toContain("deb [arch=arm64 signed-by=/k.gpg] http://s.example/x bookworm-security main");
    expect(sources(of("http://a.example/debian"), "amd64")).not.toMatch(/security|signed-by/);
  });
});

describe("modules", () => {
  test.for([
    ["none",               "license=GPL\0depends=\0retpoline=Y\0",           []],
    ["one",                "license=GPL\0depends=inet_diag\0name=tcp_diag\0", ["inet_diag"]],
    ["several, one dashed", "\0depends=a,b-c\0",                              ["a", "b_c"]],
    ["no section",         "nothing",                                        []],
    ["another string",     "\0softdepends=x\0",                              []],
  ] as const)("what a module needs: %s", ([, text, names]) => expect(needsOf(Buffer.from(text, "latin1"))).toEqual(names));

  test.for([
    ["those that others need come first", { tcp_diag: ["inet_diag"], inet_diag: [] },     ["inet_diag", "tcp_diag"]],
    ["each once",                         { b: ["a"], c: ["a", "b"], a: [] },            ["a", "b", "c"]],
    ["what is built in is left out",      { veth: ["ipv6"] },                            ["veth"]],
    ["through several",                   { d: ["c"], c: ["b"], b: ["a"], a: [] },       ["a", "b", "c", "d"]],
  ] as const)("%s", ([, needs, order]) => expect(loadOrder(new Map(Object.entries(needs)))).toEqual(order));
});
