/** A run held against strace's log of it: one that was recorded, as it is and bent in every way that must be noticed. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Confirmation, confirm, NETWORK } from "../../src/lab/confirm.ts";
import type { HistoryEvent } from "../../src/lab/events.ts";

const recorded = (name: string): string => readFileSync(new URL(`../witness/fixtures/${name}`, import.meta.url), "utf8");
const HISTORY = recorded("parties.history.txt").trim().split("\n").map((line) => JSON.parse(line) as HistoryEvent);
const LOG = recorded("parties.strace.txt");

/** The log with one thing in it changed; it must be there. */
function bent(what: string | RegExp, by: string): string {
  const log = LOG.replace(what, by);
  if (log === LOG) throw new Error(`the log has no ${what}`);
  return log;
}
const against = (log: string): Confirmation => confirm(HISTORY, log);

test("two parties and a loop, as strace saw them", () => {
  expect(against(LOG)).toEqual({
    experiment: "parties", agrees: true, calls: 16, of: 16, differences: [],
    note: "strace was not asked for ioctl, close: these calls were not looked for",
  });
});

test("a call that strace was asked for and did not see is a difference", () => {
  const { agrees, calls, of, differences } = confirm(HISTORY, LOG, new Set([...NETWORK, "close"]));
  expect({ agrees, calls, of }).toEqual({ agrees: false, calls: 16, of: 18 });
  expect(differences.map(({ ours, theirs }) => [ours, theirs])).toEqual([["close(41) = 0", null], ["close(3) = 0", null], ["close(4) = 0", null]]);
});

describe("a bent log differs", () => {
  test.each<readonly [what: string, log: string, ours: RegExp | null, theirs: RegExp | null]>([
    ["a result",                    bent('"hello", 5, 0, NULL, 0) = 5', '"hello", 5, 0, NULL, 0) = 4'),        /^sendto\(3, "hello".* = 5$/,    /^sendto\(3, "hello".* = 4$/],
    ["an argument",                 bent('sendto(3, "hello", 5, 0', 'sendto(3, "hello", 5, MSG_OOB'),          /^sendto\(3, "hello", 5, 0,/,    /^sendto\(3, "hello", 5, MSG_OOB,/],
    ["a byte",                      bent('resumed>"hello"', 'resumed>"hellO"'),                                /^recvfrom\(4, "hello"/,         /^recvfrom\(4, "hellO"/],
    ["an errno",                    bent("= -1 EAGAIN (Resource temporarily unavailable)", "= -1 EINTR (Interrupted system call)"), /EAGAIN/,   /EINTR/],
    ["a call lost",                 bent(/\n.*sendto\(4, "heard".*/, ""),                                      /^sendto\(4, "heard"/,           null],
    ["a call more",                 bent(/(\n\d+ \S+ )(sendto\(4, "heard")/, "$1shutdown(4, SHUT_WR) = 0$1$2"), null,                          /^shutdown\(4, SHUT_WR\) = 0$/],
    ["a party's call by another",   bent(/\n\d+ (\S+ sendto\(4, "heard")/, "\n17833 $1"),                      /^sendto\(4, "heard"/,           null],
    ["one less in a loop",          bent(/\n.*sendto\(3, "x.*/, ""),                                    /^# 5 calls of sendto: 70 × 5;/, /^# 4 calls of sendto: 70 × 4;/],
    ["one more in a loop",          bent(/(\n.*sendto\(3, "x.*)/, "$1$1"),                                      /^# 5 calls of sendto: 70 × 5;/, /^# 6 calls of sendto: 70 × 6;/],
    ["a result in a loop",          bent(/(sendto\(3, "x[\s\S]*?\n.*\n.* = )70/, "$16"),                      /^# 5 calls of sendto: 70 × 5;/, /^# 5 calls of sendto: 70 × 4, 6 × 1;/],
    ["the last of a loop",          bent(/(.*)(sendto\(3, )"x/s, '$1$2"y'),                                    null,                            /^sendto\(3, "y/],
    ["the first of a loop",         bent('sendto(3, "x', 'sendto(3, "y'),                                      null,                            /^sendto\(3, "y/],
  ])("%s", (_, log, ours, theirs) => {
    const { agrees, differences } = against(log);
    expect(agrees).toBe(false);
    const told = differences.map((it) => [it.ours, it.theirs]);
    const like = (pattern: RegExp | null): unknown => (pattern === null ? null : expect.stringMatching(pattern) as unknown);
    expect(told).toContainEqual([like(ours), like(theirs)]);
  });

  test("two calls in another order", () => {
    const lines = LOG.split("\n");
    const [first, second] = [lines.findIndex((it) => it.includes("socketpair(AF_UNIX, SOCK_DGRAM")), lines.findLastIndex((it) => it.includes("MSG_DONTWAIT"))];
    const swapped = lines.with(first, lines[second]!).with(second, lines[first]!).join("\n");
    expect(against(swapped).agrees).toBe(false);
  });
  test("where it stands in the log is said", () => {
    const [difference] = against(bent('"hello", 5, 0, NULL, 0) = 5', '"hello", 5, 0, NULL, 0) = 4')).differences;
    expect(difference).toMatchObject({ id: 3, actor: "main", line: 5 });
  });
});

describe("where instruments made calls of the network too", () => {
  const watchedBy = (...names: readonly string[]): readonly HistoryEvent[] => HISTORY.map((it) =>
    (it.type === "run" ? { ...it, witnesses: { ...it.witnesses, ...Object.fromEntries(names.map((name) => [name, { able: true, why: null }])) } } : it));
  const more = bent(/(\n\d+ \S+ )(sendto\(4, "heard")/, "$1shutdown(4, SHUT_WR) = 0$1$2");
  const less = bent(/\n.*sendto\(4, "heard".*/, "");

  test.each([
    [["state"],                   more, true,  /; state made calls of the network too: what else strace saw was not compared$/],
    [["wire", "state"],           more, true,  /; state and wire made calls/],
    [["wire"],                    less, false, /; wire made calls/],
    [["counters", "stacks"],      more, false, /^strace was not asked for [a-z, ]+: these calls were not looked for$/],
  ] as const)("%j", (names, log, agrees, note) => {
    expect(confirm(watchedBy(...names), log)).toMatchObject({ agrees, note: expect.stringMatching(note) as unknown });
  });

  test("where one is not able it made none", () => {
    const unable = HISTORY.map((it) => (it.type === "run" ? { ...it, witnesses: { wire: { able: false, why: "no" } } } : it));
    expect(confirm(unable, more).agrees).toBe(false);
  });
});

describe("what is no log of this run", () => {
  test.each([
    ["made without -f",  "socketpair(AF_UNIX, SOCK_STREAM, 0, [5, 6]) = 0\nclose(3) = 0\nshutdown(5, SHUT_WR) = 0\n", /^this log was made without -f: strace followed only the program's first thread/],
    ["of another run",   "7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 9\n",                               /^strace saw none of this run's calls/],
    ["no log at all",    "Dear diary\n",                                                                   /^this is no log of strace$/],
    ["empty",            "",                                                                               /^this log holds no calls$/],
  ])("%s", (_, log, note) => {
    const { agrees, calls, note: said } = against(log);
    expect({ agrees, calls, said }).toEqual({ agrees: false, calls: 0, said: expect.stringMatching(note) as unknown });
  });
});
