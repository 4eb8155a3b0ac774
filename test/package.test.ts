/** The package as a person gets it: packed, installed into an empty folder, run, and imported from TypeScript. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
const isLinux = process.platform === "linux";

const folder = mkdtempSync(join(tmpdir(), "netlab-package-"));
const home = join(folder, "home");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
/** A program in a folder, as a person would start it: npm's own variables are not handed on. */
function started(cwd: string, command: string, ...words: readonly string[]): Ended {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$|^GITHUB_ACTIONS$/i.test(name)));
  return spawnSync(command, words, { cwd, env: { ...env, COLUMNS: "80" }, encoding: "utf8", timeout: 120_000 });
}

/** Paths in the tarball. */
let packed: readonly string[] = [];
/** Why it could not be installed, or null. */
let why: string | null = null;

beforeAll(() => {
  mkdirSync(home);
  const { status, stdout, stderr } = started(ROOT, "npm", "pack", "--ignore-scripts", "--json", "--pack-destination", folder);
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  const [made] = JSON.parse(stdout) as readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[];
  packed = made!.files.map((it) => it.path);
  writeFileSync(join(home, "package.json"), "{}");
  const install = started(home, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", join(folder, made!.filename));
  if (install.status === 0) return;
  if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|EPROXY|E5\d\d/.test(install.stderr)) throw new Error(`npm install: ${install.stderr}`);
  why = "the registry cannot be reached";
}, 240_000);

describe("the tarball", () => {
  test.for(["LICENSE", "README.md", "CHANGELOG.md", "GLOSSARY.md", "SECURITY.md", "package.json", "bin/netlab.cjs", "schema/events-1.json", "schema/explain-1.json",
    "dist/main.cjs", "dist/cli.cjs", "dist/child.cjs", "dist/index.js", "dist/types/src/index.d.ts",
    "dist/experiments/udp/udp-boundaries.cjs", "experiments/udp/udp-boundaries.ts", "experiments/study.ts",
    "native-shims/Makefile", "native-shims/Makefile.experimental", "native-shims/raw_udp_syscall.c"])("holds %s", (path) => expect(packed).toContain(path));

  test("holds nothing that is of no use to those who install it", () => {
    const useful = /^(bin|dist|experiments|schema)\/|^native-shims\/(?:Makefile|Makefile\.experimental|[^/]+\.[chS])$|^(LICENSE|package\.json|[A-Z]+\.md)$/;
    expect(packed.filter((it) => !useful.test(it) || /\.test\.|\.(map|ndjson|log|tgz)$/.test(it))).toEqual([]);
  });
});

describe("installed into an empty folder", () => {
  const commands: readonly (readonly [words: readonly string[], needsLinux: boolean, prints: RegExp])[] = [
    [["netlab", "--version"],                              false, new RegExp(`^netlab ${version.replaceAll(".", "\\.")}\\b`)],
    [["netlab-syscalls", "list"],                          false, /udp-boundaries/],
    [["netlab", "show", "udp-boundaries"],                 false, /recvfrom\(rx, buf, set\.room, 0, null, null\);/],
    [["netlab", "claims", "N0-06"],                        false, /N0-06/],
    [["netlab", "run", "udp-boundaries", "--accept-unknown"], true,  /0 refuted/],
  ];
  test.for(commands)("npx %j", ([words, needsLinux, prints], { skip }) => {
    skip(why !== null, why ?? "");
    skip(needsLinux && !isLinux, "this is not Linux");
    const { status, stdout, stderr } = started(home, "npx", "--no-install", ...words);
    expect(stderr.replace(/^npm (warn|notice).*\n/gm, "")).toBe("");
    expect(stdout).toMatch(prints);
    expect(status).toBe(0);
  });

  test("a person's own experiment runs, wherever it lies", ({ skip }) => {
    skip(why !== null, why ?? "");
    skip(!isLinux, "this is not Linux");
    writeFileSync(join(folder, "own.mjs"), OWN);
    const { status, stdout, stderr } = started(home, "npx", "--no-install", "netlab", "run", "../own.mjs", "--level", "student");
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain("1 proven, 0 refuted, 0 unknown");
  });

  test("an import from TypeScript has its types", ({ skip }) => {
    skip(why !== null, why ?? "");
    expect(checked("right.ts", OWN)).toEqual([]);
    const wrong = checked("wrong.ts", OWN.replace("socket: 1", "sokcet: 1"));
    expect(wrong.join("\n")).toContain("sokcet");
  });
});

const OWN = `import { AF_INET, claim, experiment, is, SOCK_DGRAM } from "netlab";

export default experiment({
  name: "own",
  asks: "Which number has the first socket?",
  story: "Three: 0, 1 and 2 are taken.",
  run({ socket }, { scene }) {
    scene("first");
    socket(AF_INET, SOCK_DGRAM, 0);
  },
  claims: [claim("it is 3", { first: { socket: 1 } }, ({ first: { socket } }) => [is(socket.result, 3)])],
});
`;

/** What tsc says against a file of a project that has netlab installed; the declarations themselves are checked too. */
function checked(file: string, text: string): readonly string[] {
  writeFileSync(join(home, file), text);
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck", "false"];
  const types = ["--typeRoots", join(ROOT, "node_modules/@types"), "--types", "node"];
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  expect(existsSync(tsc)).toBe(true);
  const { status, stdout } = started(home, process.execPath, tsc, ...options, ...types, file);
  const errors = stdout.split("\n").filter((it) => it.includes("error TS"));
  expect(status === 0).toBe(errors.length === 0);
  return errors;
}
