/** The rules of the house, held against every file: who imports whom, who knows which package, how long a file is, what has a sentence. */
import { describe, expect, test } from "vitest";
import { RULES } from "./architecture/rules.ts";
import { type Source, source, sourcesIn } from "./architecture/sources.ts";

const sources = sourcesIn("src", "experiments");

test("there is something to look at", () => expect(sources.length).toBeGreaterThan(100));

describe.for(RULES)("$says", ({ wrong, broken: [path, text] }) => {
  test("holds", () => expect(sources.flatMap((it) => wrong(it).map((what) => `${it.path}: ${what}`))).toEqual([]));
  test("is broken where it is broken", () => expect(wrong(source(path, text))).not.toEqual([]));
});

/** All that a file brings in when the program runs, through however many others. */
function reached(from: string): ReadonlySet<string> {
  const byPath = new Map<string, Source>(sources.map((it) => [it.path, it]));
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { of, type } of byPath.get(path)?.imports ?? []) if (!type) visit(of);
  };
  visit(from);
  return found;
}

describe("only the chamber's process, and what the bench measures, can cross into the kernel", () => {
  test.for([
    ["src/cli/main.ts",                     false],
    ["src/index.ts",                        false],
    ["experiments/udp/udp-boundaries.ts",   false],
    ["src/child.ts",       true],
    ["src/lab/chamber/actor.ts",            true],
    ["src/bench/bench.ts",                  false],
    ["src/bench/inside/main.ts",            true],
  ] as const)("%s: koffi %s", ([from, loads]) => expect(reached(from).has("koffi")).toBe(loads));
});

test("core hands on every module that an experiment imports, constants left out", () => {
  const core = sources.find((it) => it.path === "src/core.ts")!.imports.map((it) => it.of);
  const wanted = sources.filter((it) => /^experiments\/(?!jobs\/)\w+\//.test(it.path) && !it.path.startsWith("experiments/catalogue/"))
    .flatMap((it) => it.imports.filter(({ of, type }) => !type && !/^src\/abi\/(constants\/|errno\.ts$)/.test(of)).map(({ of }) => `${it.path} imports ${of}`));
  expect(wanted.filter((it) => !core.includes(it.split(" ").at(-1)!))).toEqual([]);
});
