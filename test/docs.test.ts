/** Nothing stands in the docs that did not run: sessions are run and compared, excerpts and tables are held against their sources, links lead somewhere. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Examination } from "../src/lab/doctor/examine.ts";
import { EXIT } from "../src/lab/exit-code.ts";
import { LEVELS } from "../src/report/style.ts";

interface Part {
  readonly file?: string;
  readonly excerpt?: string;
  readonly text?: string;
  readonly command?: string;
  readonly output?: readonly string[];
}
interface Docs {
  readonly DOCUMENTS: readonly string[];
  normalised(line: string): string;
  partsOf(document: string): readonly Part[];
  desk(): { write(part: Part): void; run(command: string): readonly string[]; close(): void };
  agrees(said: readonly string[], printed: readonly string[]): boolean;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const { DOCUMENTS, normalised, partsOf, desk, agrees } = (await import(new URL("../scripts/docs.js", import.meta.url).href)) as Docs;
const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const netlab = (...words: readonly string[]): string => spawnSync(process.execPath, [join(ROOT, "bin/netlab.cjs"), ...words], { encoding: "utf8" }).stdout;

const examination: Examination | null = process.platform === "linux" ? JSON.parse(netlab("doctor", "--json")) : null;
/** What the sessions of a command cannot do without: the names of abilities that doctor examines. */
const NEEDS: readonly (readonly [command: RegExp, abilities: readonly string[]])[] = [
  [/\bnetlab (run|doctor|judge)\b/, ["network namespace"]],
  [/\bnetlab doctor\b/,            ["wire", "stacks"]],
  [/\bnetlab confirm\b/,            ["network namespace", "strace"]],
  [/\bnetlab struct\b/,             ["BTF"]],
];

/** Why a session cannot be held here, or null. */
function missing(command: string): string | null {
  if (examination === null) return "this is not Linux";
  const names = NEEDS.flatMap(([it, abilities]) => (it.test(command) ? abilities : []));
  const lacking = examination.abilities.find((it) => !it.able && names.includes(it.name));
  return lacking === undefined ? null : `no ${lacking.name} here: ${lacking.how}`;
}

describe.for(DOCUMENTS)("the sessions of %s", (document) => {
  const table = desk();
  afterAll(() => table.close());
  const parts = partsOf(textOf(document));
  for (const it of parts) if (it.file !== undefined) table.write(it);

  for (const { command, output = [] } of parts) {
    if (command === undefined) continue;
    test(`$ ${command}`, ({ skip }) => {
      const why = missing(command);
      skip(why !== null, why ?? "");
      const printed = table.run(command);
      if (!agrees(output, printed)) expect(printed.map(normalised)).toEqual(output.map(normalised));
    });
  }
});

describe("a session is not compared more loosely than it says", () => {
  test.for([
    ["a port",                 ["port=htons(40123)"],    ["port=htons(51000)"],         true],
    ["but not a chosen one",   ["port=htons(80)"],       ["port=htons(81)"],            false],
    ["a time, and its gap",    ["done     9 ms"],        ["done   125 ms"],             true],
    ["a version",              ["on Linux 6.18.44-x"],   ["on Linux 5.10.0"],           true],
    ["a result",               ["recvfrom(3) = 10"],     ["recvfrom(3) = 11"],          false],
    ["a verdict",              ["6 proven, 0 refuted"],  ["5 proven, 1 refuted"],       false],
    ["a line too many",        ["a"],                    ["a", "b"],                    false],
    ["a line too few",         ["a", "b"],               ["a"],                         false],
    ["lines left out",         ["a", "…", "d"],          ["a", "b", "c", "d"],          true],
    ["no lines left out",      ["a", "…", "d"],          ["a", "d"],                    true],
    ["the wrong end",          ["a", "…", "d"],          ["a", "b", "c"],               false],
    ["indentation",            ["  a"],                  ["a"],                         false],
  ] as const)("%s", ([, said, printed, same]) => expect(agrees(said, printed)).toBe(same));
});

const documents = readdirSync(ROOT).filter((it) => it.endsWith(".md"));

describe.for(documents)("%s", (document) => {
  test("its links lead to files that are there", () => {
    const links = [...textOf(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = ""]) => to);
    expect(links.filter((it) => !existsSync(join(ROOT, dirname(document), it)))).toEqual([]);
  });

  test("its excerpts stand in the files that they name", () => {
    const excerpts = partsOf(textOf(document)).filter((it) => it.excerpt !== undefined);
    expect(excerpts.filter(({ excerpt = "", text = "" }) => !textOf(excerpt).includes(text)).map((it) => it.excerpt)).toEqual([]);
  });
});

describe("GLOSSARY.md", () => {
  const entries = textOf("GLOSSARY.md").split("\n\n").filter((it) => it.startsWith("**")).map((text) => ({ word: text.split("**")[1] ?? "", text }));
  test("stands in the order of the alphabet", () => {
    expect(entries.length).toBeGreaterThan(50);
    expect(entries.map((it) => it.word.toLowerCase())).toEqual(entries.map((it) => it.word.toLowerCase()).sort());
  });
  test("names places that there are", () => {
    const places = entries.flatMap(({ word, text }) => [...text.matchAll(/netlab:\s+([\w./-]+)/g)].map(([, place = ""]) => ({ word, place })));
    expect(places.length).toBeGreaterThan(20);
    expect(places.filter(({ place }) => !existsSync(join(ROOT, place)))).toEqual([]);
  });
});

describe("README.md's tables are complete", () => {
  const readme = textOf("README.md");
  test("exit codes", () => {
    const codes = [...readme.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(EXIT));
  });
  test("levels", () => {
    const levels = [...readme.matchAll(/^\| `(\w+)` \|/gm)].map(([, level]) => level);
    expect(levels).toEqual(LEVELS);
  });
  test("commands, each with a session", () => {
    const [, list = ""] = /^Commands:\n((?: .+\n)+)/m.exec(netlab("--help")) ?? [];
    const commands = [...list.matchAll(/^ {2}(\w+)/gm)].map(([, it]) => it);
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter((it) => !readme.includes(`**${it}** `) || !new RegExp(`^\\$ .*netlab ${it}\\b`, "m").test(readme))).toEqual([]);
  });
});
