/** Whatever the bytes are: the reader says something of each line, never stops, and takes no longer for being fooled. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEntries, StraceReader } from "../../../src/witness/strace-reader.ts";
import type { Member } from "../../../src/witness/strace-value.ts";
import { childrenOf, misplaced } from "./again.ts";

/** Lines of strace's, one of each sort. */
const LINES = [
  'recvfrom(3<TCP:[127.0.0.1:1->127.0.0.1:2]>, "hi\\n\\"\\377"..., 8, MSG_A|0x8 /* X_??? */, NULL, [128 => 16]) = 2 <0.000012>',
  "12    12:34:56.123456 (+     0.000001) [  41] [00007f4cfdd93ad7] accept(4, {sa_family=AF_INET, sin_port=htons(80), ...}, NULL <unfinished ...>",
  "12    <... accept resumed>, [16]) = -1 EAGAIN (Resource temporarily unavailable)",
  "[pid    13] poll([{fd=3, events=POLLIN}], 1, 0) = 1 ([{fd=3, revents=POLLIN}])",
  "rt_sigprocmask(SIG_BLOCK, ~[RTMIN RT_1], [HUP INT], 8) = 0",
  "[pid    13] <... recvfrom resumed> <unfinished ...>) = ?",
  "--- SIGCHLD {si_signo=SIGCHLD, si_pid=12<sh>, si_utime=0 /* 0 s */} ---",
  "12    +++ exited with 0 +++",
  "13    +++ superseded by execve in pid 12 +++",
  "clone(child_stack=NULL, flags=SIGCHLDstrace: Process 12 attached",
  " <unfinished ...>",
  ", child_tidptr=0x7f46335d0a10) = 24062",
  'write(1, "hi\\n", 3hi',
  ")                     = 3",
  "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 12</a<b>c>(deleted)",
  ' > /lib/libc.so.6(exit+0x1a) [0x3e69a]',
  "\x1b[33mclose\x1b[0m(3)=0\r",
] as const;

/** Everything that is promised of any text. */
function holds(text: string): void {
  const entries = readEntries(text);
  const again = entries.map((it) => it.raw).join("\n");
  expect(text === "" || text === again || text === `${again}\n`).toBe(true);
  expect(entries.map((it) => it.line)).toEqual(entries.map((_, i) => i + 1));
  for (const it of entries) if ("call" in it) expect(misplaced(it.call)).toEqual([]);
}

/** How deep values lie in one another. */
function depthOf(members: readonly Member[]): number {
  let [depth, level] = [0, members.map((it) => it.value)];
  for (; level.length > 0; depth++) level = level.flatMap(childrenOf);
  return depth;
}

/** As many runs as fit a test. */
const often = { numRuns: 300 };
const line = fc.constantFrom(...LINES);
const log = fc.array(line, { maxLength: 12 }).map((it) => it.join("\n"));
const latin1 = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 200 }).map((it) => String.fromCharCode(...it));
/** Nothing but what means something to the reader. */
const signs = fc.array(fc.constantFrom(..."(){}[]<>,=\"'\\|*/~@-+. \n\r\t0a1x_", "=>", "...", "/*", "*/", ") = ", "NULL", "<unfinished ...>", "<... a resumed>", "---", "+++"), { maxLength: 120 })
  .map((it) => it.join(""));

describe("any text", () => {
  test("of bytes", () => fc.assert(fc.property(latin1, holds), often));
  test("of characters", () => fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), holds), often));
  test("of signs", () => fc.assert(fc.property(signs, holds), { numRuns: 2000 }));
  test("of signs, as a call", () => fc.assert(fc.property(signs, (it) => holds(`12 f(${it}) = 3`)), { numRuns: 2000 }));
});

describe("a log", () => {
  test("in any order", () => fc.assert(fc.property(log, holds), often));
  test("cut anywhere", () => fc.assert(fc.property(log, fc.nat(), fc.nat(), (it, from, to) => holds(it.slice(from % 200, to % (it.length + 1)))), often));
  test("with a piece of another in it", () =>
    fc.assert(fc.property(log, line, fc.nat(), fc.nat(), (it, other, at, to) => {
      const place = at % (it.length + 1);
      holds(it.slice(0, place) + other.slice(0, to % other.length) + it.slice(place));
    }), often));
  test("with any bytes in it", () =>
    fc.assert(fc.property(log, latin1, fc.nat(), (it, bytes, at) => holds(it.slice(0, at % (it.length + 1)) + bytes + it.slice(at % (it.length + 1)))), often));
  test("each line cut at each character", () => {
    for (const it of LINES) for (let end = 0; end <= it.length; end++) holds(it.slice(0, end));
  });
  test("in pieces gives what it gives at once", () =>
    fc.assert(fc.property(log, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (it, sizes) => {
      const reader = new StraceReader();
      const found = [];
      for (let at = 0, i = 0; at < it.length; at += sizes[i++ % sizes.length]!) {
        found.push(...reader.push(it.slice(at, at + sizes[i % sizes.length]!)));
      }
      found.push(...reader.end());
      expect(found).toEqual(readEntries(it));
    }), often));
  test("is invalid UTF-8, and comes out as it went in", () => {
    const bytes = Buffer.from([0x31, 0x32, 0x20, 0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0d, 0x0a, 0x00]);
    const lines = readEntries(bytes.toString("latin1")).map((it) => it.raw);
    expect(Buffer.from(lines.join("\n"), "latin1")).toEqual(bytes);
  });
});

/** Time that grew with the square of the length would be minutes here. */
describe("very many characters", () => {
  const MANY = 300_000;
  const of = (it: string): string => it.repeat(Math.ceil(MANY / it.length));
  test.each([
    "{", "[", "(", "a(", "[[", "{a=", "\"", "\\", "'", "<", "3<", "3</", "3</a,", "<a", "<a,", "/*", "a /*", "a, /* ", "...", "... /*", "|", "a|", "a||", "=>", " => ", "a => ", ")", ") ", ") = ", " ", "a ", "\t",
    "]", "}", "{]", "[}", "{)", "a,", ",", "@\"", "~[", " [a", "a [a:", " <", " <1", "<unfinished ...>", " <unfinished ...> ", "? ", "-", "- ", "0", "0x", "12 ", "strace: ", "strace: Process ", "[pid 1] ", "a[b]=", "E", " (", " (a", "(a) ", "\x1b[", "\r", "é",
  ])("of %j in a line", (it) => {
    const long = of(it);
    for (const line of [long, `f(${long}`, `f(${long}) = 3`, `f(3) = ${long}`, `f(3) = -1 EIO ${long}`, `--- SIGINT ${long} ---`, `<... a resumed>${long}`]) {
      const [entry, ...more] = readEntries(line);
      expect(more).toEqual([]);
      expect(entry !== undefined && "call" in entry && depthOf(entry.call.args) > 400).toBe(false);
    }
  }, 30_000);
  test.each(["f( <unfinished ...>\n", "<... f resumed>\n", "1 f(<unfinished ...>\n<... f resumed>\n", "f(\n", "f(\n)  = 3\n", "f(strace: Process 1 attached\n", " <unfinished ...>\n", "\n", "[pid 7] <... g resumed>) = 3\n"])(
    "of %j in many lines", (it) => expect(readEntries(of(it)).length).toBeGreaterThan(10_000));
  test("of a line that comes character by character", () => {
    const reader = new StraceReader();
    let found = 0;
    for (let i = 0; i < MANY; i++) found += [...reader.push("x")].length;
    expect([found, [...reader.end()].length]).toEqual([0, 1]);
  });
});
