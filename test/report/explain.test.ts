/** What a person sees of logs that were written by hand, byte by byte; and what holds whatever a log has. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Explainer } from "../../src/lab/explain/explainer.ts";
import { columns } from "../../src/report/columns.ts";
import { ExplainReport } from "../../src/report/explain-report.ts";
import { CONTROL, printable } from "../../src/report/printable.ts";
import { LEVELS, type Style } from "../../src/report/style.ts";
import { readEntries } from "../../src/witness/strace-reader.ts";

const LOGS = ["client", "server", "odd"] as const;
const log = (name: string): string => readFileSync(new URL(`../fixtures/strace/${name}.strace`, import.meta.url), "latin1");

const usual: Style = { width: 80, plain: false, color: 0, level: "advanced", quiet: false };

/** What each line adds, and then the end. */
function chunks(text: string, over: Partial<Style> = {}): readonly string[] {
  const explainer = new Explainer();
  const report = new ExplainReport({ ...usual, ...over }, "x64");
  const lines = readEntries(text).map((it) => report.line(explainer.take(it)));
  return [...lines, report.end(explainer)];
}
const shown = (text: string, over: Partial<Style> = {}): string => chunks(text, over).join("");

const STYLES: readonly Partial<Style>[] = [
  { width: 80 }, { width: 160 }, { width: 80, plain: true }, { width: 80, level: "beginner" }, { width: 160, level: "expert" },
];
const file = ({ width, plain, level }: Style): string => `${width}${plain ? "-plain" : ""}-${level}`;

describe("as it was looked at and found good", () => {
  test.for(LOGS.flatMap((name) => STYLES.map((style) => [name, { ...usual, ...style }] as const)))("%s %o", async ([name, style]) => {
    await expect(shown(log(name), style)).toMatchFileSnapshot(`../golden/explain/${name}/${file(style)}.txt`);
  });
});

describe.for(LOGS.flatMap((name) => LEVELS.flatMap((level) => [60, 80, 160].map((width) => [name, level, width] as const))))("%s, %s, %i", ([name, level, width]) => {
  const text = shown(log(name), { level, width });

  test("no control character of the log's reaches the terminal", () => {
    expect(text.replaceAll("\n", "").match(CONTROL)).toBeNull();
    expect(shown(log(name), { level, width, plain: true })).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("a line is longer than the screen only where it is passed as it is", () => {
    const wide = text.split("\n").filter((it) => columns(it) > width).map((it) => it.trim());
    expect(wide.filter((it) => !/^\d+ {2}|TCPv6|inet_pton|^= |^si_/.test(it))).toEqual([]);
  });
});

describe("each thing is said once", () => {
  test("a log told twice over says no more the second time, but which socket it is", () => {
    const once = log("client").replace(/^.*exited.*$/m, "");
    const twice = chunks(once + once);
    const second = twice.slice(readEntries(once).length, -1).join("");
    expect(second).not.toMatch(/errno|kernel|shown by|struct/);
  });

  test("ten thousand lines are not much more than their own", () => {
    const many = "recvfrom(3, 0x7ffc00001000, 9, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)\n".repeat(10_000);
    expect(shown(many).split("\n").length).toBeLessThan(10_000 * 2 + 40);
  });
});

/** What is left of a log's line, however it was folded and escaped. */
const bare = (it: string): string => it.replace(/\s/g, "");

describe("whatever a log has", () => {
  const lines = LOGS.flatMap((name) => log(name).split("\n"));
  const byte = fc.integer({ min: 0, max: 255 }).map((it) => String.fromCharCode(it));
  const noise = fc.array(byte, { maxLength: 40 }).map((it) => it.join("").replaceAll("\n", " "));
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(200), fc.nat(200), noise)
    .map(([line, from, length, put]) => line.slice(0, from) + put + line.slice(from + length));
  const damaged = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...lines) }, { weight: 3, arbitrary: cut }, noise), { maxLength: 60 });

  test("an expert sees every line, in its place", () => {
    fc.assert(fc.property(damaged, (some) => {
      const given = readEntries(some.join("\n"));
      const told = chunks(some.join("\n"), { level: "expert", width: 100 });
      for (const [i, { raw }] of given.entries()) {
        const utf8 = Buffer.from(raw, "latin1").toString("utf8");
        const text = printable(utf8.includes("\ufffd") ? raw : utf8, false);
        expect(bare(told[i]!).startsWith(bare(`${i + 1}${text}`))).toBe(true);
      }
    }), { numRuns: 300 });
  });

  test("what is no call is passed at every level", () => {
    fc.assert(fc.property(damaged, fc.constantFrom(...LEVELS), (some, level) => {
      const given = readEntries(some.join("\n"));
      const told = chunks(some.join("\n"), { level });
      for (const [i, it] of given.entries()) if (it.kind === "text") expect(told[i]).toMatch(new RegExp(` ${i + 1}(?:  |\n)`));
    }), { numRuns: 100 });
  });
});
