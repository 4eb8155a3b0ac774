/**
 * The JSON Schema of the event stream: it takes every event, live and made by hand, and refuses every event
 * that is bent.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { wrong } from "../src/report/event-shapes.ts";
import { ends, events } from "./report/every-event.ts";

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const schema = JSON.parse(readFileSync(file("schema/events-1.json"), "utf8"));
const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
const types: readonly string[] = schema.properties.type.enum;
const every = [...events, ...ends];

/** The schema's complaint about an event, or null. */
const complaint = (event: unknown): string | null =>
  validate(event) ? null : JSON.stringify(validate.errors?.[0]);

test("there is an event of every type that the schema knows, and no other", () => {
  expect([...new Set(every.map((it) => it.type))].sort()).toEqual([...types].sort());
});

const named = every.map((it) => [it.type, it] as const);
test.each(named)("%s is right, as the schema says and as the parser says", (_, event) => {
  expect([complaint(event), wrong(event)]).toEqual([null, null]);
});

describe("schema and parser refuse the same", () => {
  test.each(named)("%s bent in every place", (_, event) => {
    for (const [how, bent] of bends(event)) {
      expect([how, complaint(bent) === null]).toEqual([how, wrong(bent) === null]);
    }
  });

  const others = [null, 7, "run", [], {}, { type: "constructor" }, { type: "nothing" }];
  test.each(others)("%j is no event", (it) => {
    expect([complaint(it) === null, wrong(it) === null]).toEqual([false, false]);
  });

  test("most bends are refused", () => {
    const all = every.flatMap((event) => bends(event));
    const refused = all.filter(([, bent]) => wrong(bent) !== null);
    expect(refused.length / all.length).toBeGreaterThan(0.7);
  });
});

test("a property may be added", () => {
  for (const event of every) expect(complaint({ ...event, later: [1] })).toBeNull();
});

const saved = ["histories", "experiments"].flatMap((folder) =>
  readdirSync(file(`test/fixtures/${folder}`)).filter((it) => it.endsWith(".ndjson")).map((it) => `${folder}/${it}`));
test.each(saved)("the saved run %s is right", (name) => {
  expect(complaints(readFileSync(file(`test/fixtures/${name}`), "utf8"))).toEqual([]);
});

const program = file("dist/main.cjs");
const here = process.platform === "linux" && existsSync(program);
test.skipIf(!here)("what a run writes is right", async () => {
  const args = [file("bin/netlab.cjs"), "run", "udp-boundaries", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout.trim().split("\n").length).toBeGreaterThan(10);
  expect(complaints(stdout)).toEqual([]);
});

const complaints = (ndjson: string): readonly string[] =>
  ndjson.trim().split("\n").map((line) => complaint(JSON.parse(line))).filter((it) => it !== null);

/** What may stand instead of any value. */
const OTHERS: readonly unknown[] = [null, true, -1, 0.5, 2 ** 60, "", "zz", "00", [], [1], {}];

/** The value with one thing in it gone or replaced, for each thing in it; and where that is. */
function bends(it: unknown, where = ""): readonly (readonly [string, unknown])[] {
  if (typeof it !== "object" || it === null) return [];
  return Object.entries(it).flatMap(([key, value]) => {
    const there = `${where}.${key}`;
    const put = (by: unknown): unknown =>
      Array.isArray(it) ? it.with(Number(key), by) : { ...it, [key]: by };
    const rest = Object.entries(it).filter(([name]) => name !== key);
    return [
      [`${there} gone`, Array.isArray(it) ? it.toSpliced(Number(key), 1) : Object.fromEntries(rest)] as const,
      ...OTHERS.map((by) => [`${there} is ${JSON.stringify(by)}`, put(by)] as const),
      ...bends(value, there).map(([how, bent]) => [how, put(bent)] as const),
    ];
  });
}
