/** The commands that run nothing: what they say, in what width, and that their JSON is JSON. */
import { afterAll, describe, expect, test } from "vitest";
import { notes } from "../../experiments/catalogue/notes.ts";
import { study } from "../../experiments/study.ts";
import { RULES } from "../../src/lab/doctor/abilities.ts";
import { columns } from "../../src/report/columns.ts";
import { cannot, cannotRun, folder, named, netlab } from "./netlab.ts";
import { OWN } from "./own-experiments.ts";

const { path: cwd, leave } = folder(OWN);
afterAll(leave);
const NAMES = study.flatMap((it) => it.experiments);
const STATEMENTS = notes.flatMap((it) => it.statements);
type Line = Readonly<Record<string, unknown>>;
const objects = (...args: string[]): readonly Line[] => netlab(args, { cwd }).out.trimEnd().split("\n").map((it) => JSON.parse(it) as Line);

describe.skipIf(cannot !== null)(named("what is said", cannot), () => {
  test.for([
    ["--version",                  /^netlab \d+\.\d+\.\d+, Node \d+\.\d+\.\d+, koffi \d+\.\d+\.\d+, \w+ \S+, \w+\n$/],
    ["-V",                         /^netlab /],
    ["--help",                     /^Examples:\n {2}netlab run udp-boundaries {2,}\w[\s\S]*\nCommands:\n {2}run [\s\S]*Exit codes:\n/],
    ["run --help",                 /^Examples:\n[\s\S]*--accept-unknown/],
    ["help judge",                 /^Examples:\n[\s\S]*--experiment <file>/],
    ["list",                       /^in order of study .*\n\n {5}Into the kernel\n +1 {2}syscall-gate [\s\S]*\n +\d+ {2}udp-raw /],
    ["list --note n2",             /\n\d+ of \d+ experiments · \d+ of 370 statements of the notes\n$/],
    ["list --topic udp",           /\n\n {4}UDP.*\n *\d+ {2}udp-raw [\s\S]*\n *\d+ {2}udp-boundaries /],
    ["show udp-boundaries",        /\n {2}What it does\n {4}run\(\{ socket, [\s\S]*\n {4}\},\n\n {2}What it claims\n {4}· each send is taken whole\n/],
    ["show udp-boundaries",        /\n {2}Manual pages\n {4}socket\(2\) · bind\(2\) · [\s\S]*udp\(7\) · ip\(7\)\n/],
    ["show udp-boundaries",        /\n {4}--set room=64 {2}bytes of room for each receive \(20 … 65,535\)\n/],
    ["show udp-boundaries",        /\n {2}before it: udp-raw · after it: \S+(?: · |\n {2})run it: netlab run udp-boundaries\n$/],
    ["show tcp-stream",            /\n {2}The way of sendto through the kernel/],
    ["show proven.mjs",            /^proven · Is the first socket 3\?\n[\s\S]* {4}run\(\{ socket, recvfrom, close \}[\s\S]* {2}Manual pages\n/],
    ["claims N0-37",               /^N0 · .*\n\n {2}.*\n {2}N0-37 {2}.* +confirmed\n[\s\S]* udp-boundaries\n/],
    ["claims n0-36",               / contradicted\n/],
    ["claims N3 --verdict cannot", / not shown\n[\s\S]*\nN3: \d+ confirmed · [\s\S]*3 not to be shown here/],
    ["struct",                     /\bmsghdr +56 /],
    ["struct msghdr",              /^struct msghdr +56 bytes, aligned to 8\n[\s\S]*\n {6}12 {5}4 {2}· hole ·\n/],
    ["struct tcphdr --plain",      /\n +12:4 +2 {2}u16:4 +doff /],
  ] as const)("netlab %s: %s", ([line, says]) => {
    const { code, out, err } = netlab(line.split(" "), { cwd });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(says);
  });

  test("netlab alone is its help", () => expect(netlab([])).toEqual(netlab(["--help"])));

  test("the help names every command, and each has a help of its own", () => {
    const names = [...netlab([]).out.split("\nCommands:\n")[1]!.split("\n\n")[0]!.matchAll(/^ {2}(\w+) /gm)].map((it) => it[1]!);
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) expect(netlab([name, "--help"]).out).toMatch(new RegExp(`^Examples:\n {2}(sudo .*)?netlab ${name}`));
  });
});

describe.skipIf(cannot !== null)(named("width", cannot), () => {
  test.for([
    ["--help"], ["run", "--help"], ["judge", "--help"], ["list"], ["claims"], ["claims", "--plain"], ["struct"], ["struct", "--all"], ["show", "tcp-raw"],
  ])("%s", (args) => {
    for (const width of [args[0] === "show" ? 70 : 60, 80, 160]) {
      const { out } = netlab(args, { env: { COLUMNS: String(width) } });
      const tooLong = out.split("\n").filter((line) => columns(line) > width && !isSource(line));
      expect({ width, tooLong }).toEqual({ width, tooLong: [] });
    }
  });

  test("plain is ASCII", () => {
    for (const args of [["list"], ["claims"], ["struct", "--all"], ["show", "tcp-raw"], ["doctor"]]) {
      expect(netlab(args, { env: { LANG: "C" } }).out).not.toMatch(/[^\n\x20-\x7e]/);
      expect(netlab([...args, "--plain"]).out).not.toMatch(/[^\n\x20-\x7e]/);
    }
  });

  test("colours come only when they are asked for", () => {
    expect(netlab(["list"]).out).not.toContain("\x1b");
    expect(netlab(["list", "--color"]).out).toContain("\x1b[");
    expect(netlab(["list"], { env: { FORCE_COLOR: "1" } }).out).toContain("\x1b[");
    expect(netlab(["list", "--no-color"], { env: { FORCE_COLOR: "1" } }).out).not.toContain("\x1b");
  });
});

/** Lines of an experiment's source are shown as they are written. */
const isSource = (line: string): boolean => /^ {4}.*([;,{(]|\/\/ .*)$/.test(line);

describe.skipIf(cannot !== null)(named("JSON", cannot), () => {
  test("list", () => expect(objects("list", "--json").map((it) => it.name)).toEqual(NAMES));

  test("show", () => {
    const [it] = objects("show", "udp-boundaries", "--json");
    expect(it).toMatchObject({ name: "udp-boundaries", topic: "udp", number: NAMES.indexOf("udp-boundaries") + 1, needs: [] });
    expect(it?.source).toMatch(/^run\(\{[\s\S]*\n\},$/);
    expect(it?.manual).toContain("udp(7)");
  });

  test("claims", () => {
    const all = objects("claims", "--json");
    expect(all.map((it) => it.id)).toEqual(STATEMENTS.map((it) => it.id));
    expect(new Set(all.map((it) => Object.keys(it).join()))).toEqual(new Set(["id,note,section,says,how,experiments,why"]));
    expect(all.find((it) => it.id === "N0-37")).toMatchObject({ how: "supports", experiments: expect.arrayContaining(["udp-boundaries"]) as unknown, why: null });
    expect(all.filter((it) => (it.how === null) !== ((it.experiments as unknown[]).length === 0))).toEqual([]);
  });

  test("struct", () => {
    const all = objects("struct", "--all", "--json");
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter((it) => (it.btf as { readonly agrees: boolean } | null)?.agrees === false)).toEqual([]);
    const [msghdr] = objects("struct", "msghdr", "--json");
    expect(msghdr).toEqual(all.find((it) => it.name === "msghdr"));
    expect(msghdr).toMatchObject({ name: "msghdr", size: 56, align: 8, fields: expect.arrayContaining([{ name: "msg_iov", offset: 16, size: 8, type: "pointer" }]) as unknown });
    expect(objects("struct", "--json")[0]).toEqual(all.map((it) => it.name));
  });
});

describe.skipIf(cannotRun !== null)(named("doctor", cannotRun), () => {
  test("tells the machine, each ability, and how many experiments run here", () => {
    const { code, out, err } = netlab(["doctor"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^Linux \S+ \w+ · Node \S+ · koffi \d\S+ · netlab \S+(?: · |\n)uid \d+\n/);
    expect([...out.matchAll(/^ {2}[✔✘?] ([\w-]+( [\w-]+)?) {2,}/gm)].map((it) => it[1])).toEqual(RULES.map((it) => it.name));
    expect(out).toMatch(new RegExp(`\\n\\d+ of ${NAMES.length} experiments run here, \\d+ of \\d+ claims can be judged`));
  });

  test("as JSON", () => {
    const [it] = objects("doctor", "--json");
    expect(it).toMatchObject({ machine: { netlab: expect.any(String) as unknown }, experiments: NAMES.length, unable: expect.any(Array) as unknown });
    for (const one of it!.abilities as Line[]) expect(Object.keys(one)).toEqual(["word", "name", "able", "how", "remedy", "without"]);
  });

  test("an ability that is missing is told with its remedy", () => {
    const { out } = netlab(["doctor"], { env: { PATH: "/nowhere" } });
    expect(out).toMatch(/✘ network namespace {2}\S[\s\S]*\n +→ [\s\S]*✘ strace +it is not installed: netlab confirm needs it, and explain\s+of\s+a\s+program\n +→ /);
  });

  test("one ability by itself: what it gives, how it was tried, what it needs, who loses without it", () => {
    for (const { word, name } of RULES.filter((it) => ["stacks", "btf"].includes(it.word))) {
      const { code, out, err } = netlab(["doctor", word]);
      expect({ word, err, code: [0, 77].includes(code ?? -1) }).toEqual({ word, err: "", code: true });
      expect(code === 77).toBe(new RegExp(`^ {2}✘ ${name} `, "m").test(out));
      for (const it of ["gives", "tried", "needs", "without"]) expect(out).toMatch(new RegExp(`^ {2}${it} +\\S`, "m"));
    }
    expect(netlab(["doctor", "Kernel Symbols"]).out).toContain("kernel symbols");
    expect(objects("doctor", "btf", "--json")[0]).toMatchObject({ word: "btf", gives: expect.any(String) as unknown });
  });
});
