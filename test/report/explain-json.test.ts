/** `netlab explain --json`: an object for each line, as its schema says, whatever the log has. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Explainer } from "../../src/lab/explain/explainer.ts";
import { explainedJson, summaryJson } from "../../src/report/explain-json.ts";
import { CONTROL } from "../../src/report/printable.ts";
import { readEntries } from "../../src/witness/strace-reader.ts";

const file = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(file("schema/explain-1.json"), "utf8")));
const complaint = (it: unknown): string | null => (validate(it) ? null : JSON.stringify(validate.errors?.[0]));

const LOGS = ["client", "server", "odd"] as const;
const log = (name: string): string => readFileSync(file(`test/fixtures/strace/${name}.strace`), "latin1");

/** The text of all objects of a log. */
function told(text: string): readonly string[] {
  const explainer = new Explainer();
  return [...readEntries(text).map((it) => explainedJson(explainer.take(it), "x64")), summaryJson(explainer)];
}
const objects = (text: string): readonly Readonly<Record<string, unknown>>[] =>
  told(text).map((it) => JSON.parse(it) as Readonly<Record<string, unknown>>);

describe.for(LOGS)("%s", (name) => {
  const all = objects(log(name));

  test("each object is as the schema says", () => expect(all.map(complaint).filter((it) => it !== null)).toEqual([]));
  test("each line of the log is there as it stands", () => {
    expect(all.slice(0, -1).map((it) => it.text).join("\n")).toBe(log(name).replace(/\n$/, ""));
  });
  test("a terminal has nothing to obey", () => {
    expect(told(log(name)).join("").replaceAll("\n", "").match(CONTROL)).toBeNull();
  });
});

test("a call is told with all that is known of it, each time", () => {
  const line = 'connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 EINPROGRESS (Operation now in progress)';
  const [, first, second] = objects(`socket(AF_INET, SOCK_STREAM, 0) = 3\n${line}\n${line}\n`);
  for (const it of [first, second]) {
    expect(it).toMatchObject({
      kind: "call", about: "socket", path: "tcp connect",
      call: { name: "connect", errno: "EINPROGRESS" },
      socket: { id: 1, line: 1, protocol: "tcp", peer: "127.0.0.1:80", state: "connecting" },
      structs: [{ path: "uservaddr", struct: "sockaddr_in", bytes: "020000507f000001................" }],
      advice: expect.stringContaining("POLLOUT") as string,
    });
  }
});

test("the schema refuses what is bent", () => {
  const [line, sum] = [objects(log("client"))[0]!, objects(log("client")).at(-1)!];
  for (const it of [{ ...line, kind: "other" }, { ...line, line: 0 }, { ...line, text: null }, { ...sum, lines: -1 }, { ...sum, schema: 2 }, { type: "x" }]) {
    expect(complaint(it)).not.toBeNull();
  }
});

test("no text makes it throw", () => {
  const lines = LOGS.flatMap((name) => log(name).split("\n"));
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(200), fc.nat(60), fc.string({ maxLength: 8 }))
    .map(([line, from, length, put]) => line.slice(0, from) + put + line.slice(from + length));
  fc.assert(fc.property(fc.array(cut, { maxLength: 30 }), (some) => {
    expect(objects(some.join("\n")).map(complaint).filter((it) => it !== null)).toEqual([]);
  }), { numRuns: 200 });
});
