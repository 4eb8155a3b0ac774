/** The contract, rehearsed: fourteen very different statements, each judged on a true history and on a bent one. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Events } from "../../src/lab/fact.ts";
import { judge, unbent } from "../../src/lab/judge.ts";
import { frozen } from "../lab/frozen.ts";
import { rehearsed } from "./histories.ts";

const folder = new URL("rows/", import.meta.url);
const files = readdirSync(folder);
/** TypeScript without what is said in it: comments, strings, templates. */
const code = (file: string): string =>
  readFileSync(new URL(file, folder), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "");

/** What would silence the compiler, or ask it for nothing. */
const LIE = /\bas\b|\bany\b|\bunknown\b|<[A-Z]\w*>\s*\w|@ts-|\w!/;

describe("the rows", () => {
  test("are the fourteen that were rehearsed", () => {
    expect(rehearsed.map(({ row }) => `${row.name}.ts`).sort()).toEqual(files.sort());
    expect(files).toHaveLength(14);
  });

  test.each(files)("%s is short, and lies to no compiler", (file) => {
    expect(readFileSync(new URL(file, folder), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(40);
    expect(code(file)).not.toMatch(LIE);
  });

  test.each(["x as Memory", "(x: any)", "<Memory>x", "x!.$"])("a row with “%s” would be found", (lie) => expect(lie).toMatch(LIE));
});

describe.each(rehearsed.map((it) => [it.row.name, it] as const))("%s", (_, { row, truth, bent }) => {
  const claims = row.claims.map((it) => [it.says, it] as const);

  test.each(claims)("“%s” is proven on the true history", (_, claim) => {
    expect(judge(claim, frozen(truth))).toMatchObject({ verdict: "proven", why: null });
  });

  test.each(claims)("“%s” is refuted on the bent one", (_, claim) => {
    expect(judge(claim, frozen(bent))).toMatchObject({ verdict: "refuted" });
  });

  test.each(claims)("“%s” is refuted whatever fact of it is bent", (_, claim) => {
    expect(unbent(claim, frozen(truth))).toEqual([]);
  });

  test("survives the way through a file", () => {
    const read: Events = JSON.parse(JSON.stringify(truth));
    expect(row.claims.map((it) => judge(it, read))).toEqual(row.claims.map((it) => judge(it, truth)));
  });
});
