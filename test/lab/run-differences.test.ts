/** What two runs of one experiment differ in: what really does, and nothing of what is another in every run. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aligned } from "../../src/lab/aligned.ts";
import { type CallEvent, type HistoryEvent, isHistory } from "../../src/lab/events.ts";
import type { Events } from "../../src/lab/fact.ts";
import type { Finding } from "../../src/lab/judge.ts";
import { runDifferences } from "../../src/lab/run-differences.ts";
import { Sameness } from "../../src/lab/sameness.ts";
import { parseEvents } from "../../src/report/ndjson.ts";

const text = (name: string): string => readFileSync(new URL(`../fixtures/experiments/${name}.ndjson`, import.meta.url), "utf8");
const historyOf = (ndjson: string): Events => parseEvents(ndjson).filter(isHistory);
const whole = text("udp-echo");
const history = historyOf(whole);
const port = /htons\((\d{5})\)/.exec(whole)![1]!;
const said = (claim: string, verdict: Finding["verdict"]): Finding => ({ claim, verdict, cites: [], evidence: [], why: null });
const proven = [said("one", "proven"), said("two", "proven")];
const differences = (second: Events, findings: readonly Finding[] = proven) =>
  runDifferences({ history, findings: proven }, { history: second, findings });
/** The history with its n-th call of that name made into others. */
function changed(name: string, n: number, into: (it: CallEvent) => readonly CallEvent[]): Events {
  const calls = history.filter((it) => it.type === "call" && it.actor === "main" && it.name === name);
  return history.flatMap((it): readonly HistoryEvent[] => (it === calls[n] ? into(it as CallEvent) : [it]));
}

describe("no difference", () => {
  test.each(["udp-echo", "tcp-echo", "unix-echo", "tcp-raw", "pass-fds", "listen-queues", "send-in-one-call"])("between %s and itself", (name) => {
    const one = { history: historyOf(text(name)), findings: proven };
    expect(runDifferences(one, one)).toEqual([]);
  });

  test.each([
    ["another port, wherever it stands",    whole.replaceAll(`htons(${port})`, "htons(34567)")],
    ["another address in memory",           whole.replaceAll(/0x[0-9a-f]{6,}/g, "0x7fff12345678")],
    ["other times",                         whole.replaceAll(/"(enter|exit|t)":(\d{3,})/g, (_, name, t) => `"${name}":${t}7`)],
    ["more packets, other states",          whole.split("\n").filter((it) => !/"type":"(packet|state|stack)"/.test(it)).join("\n")],
    ["segments that were sent otherwise",   whole.replaceAll(/"Ip.OutRequests":\d/g, '"Ip.OutRequests":9')],
  ])("%s", (_, other) => expect(differences(historyOf(other))).toEqual([]));
});

describe("a difference", () => {
  const lastPort = whole.lastIndexOf(`htons(${port})`);
  test("a port that was another one before", () => {
    const other = `${whole.slice(0, lastPort)}htons(34567)${whole.slice(lastPort + `htons(${port})`.length)}`;
    expect(differences(historyOf(other))).toMatchObject([{ of: "call" }]);
  });

  test.each<[string, Events, object[]]>([
    ["a result", changed("recvfrom", 0, (it) => [{ ...it, result: 9 }]),
      [{ of: "call", scene: "hear and answer", first: expect.stringMatching(/^#8 recvfrom\(.* = 10$/) as string, second: expect.stringMatching(/ = 9$/) as string }]],
    ["an errno", changed("recvfrom", 4, (it) => [{ ...it, result: -111, errno: "ECONNREFUSED" }]),
      [{ of: "call", scene: "hang up", first: expect.stringMatching(/EAGAIN/) as string, second: expect.stringMatching(/ECONNREFUSED/) as string }]],
    ["what was received", changed("recvfrom", 1, (it) => [{ ...it, args: it.args.map((arg) => (arg.name === "ubuf" ? { ...arg, text: '"XYZ"' } : arg)) }]),
      [{ of: "call", scene: "hear and answer", second: expect.stringMatching(/XYZ/) as string }]],
    ["a call less", changed("connect", 0, () => []),
      [{ of: "call", scene: "open", first: expect.stringMatching(/^#5 connect\(/) as string, second: null }]],
    ["a call more", changed("close", 0, (it) => [it, it]), [{ of: "call", scene: "hang up", first: null, second: expect.stringMatching(/^#14 close\(/) as string }]],
    ["a counter", history.map((it) => (it.type === "counter" && it.scene === "say ten" ? { ...it, values: { ...it.values, "Udp.OutDatagrams": 2 } } : it)),
      [{ of: "counter", scene: "say ten", first: "Udp.OutDatagrams +1", second: "Udp.OutDatagrams +2" }]],
  ])("%s", (_, other, expected) => expect(differences(other)).toMatchObject(expected));

  test("a verdict, and a claim that the other did not make", () => {
    expect(differences(history, [said("one", "refuted"), said("three", "unknown")])).toEqual([
      { of: "verdict", scene: null, first: "proven: one", second: "refuted: one" },
      { of: "verdict", scene: null, first: "proven: two", second: null },
      { of: "verdict", scene: null, first: null, second: "unknown: three" },
    ]);
  });

  test("none in counters where one of them did not count", () => {
    const uncounted = history.filter((it) => it.type !== "counter").map((it) => (it.type !== "run" ? it
      : { ...it, witnesses: { ...it.witnesses, counters: { able: false, why: "no" } } }));
    expect(differences(uncounted)).toEqual([]);
  });
});

describe("the same", () => {
  test.each<[string, string, boolean]>([
    ["bind(3, {sin_port=htons(40000)}) = 0",        "bind(3, {sin_port=htons(50000)}) = 0",        true],
    ["bind(3, {sin_port=htons(40000)}) = 0",        "bind(4, {sin_port=htons(50000)}) = 0",        false],
    ["bind(3, {sin_port=htons(0)}) = 0",            "bind(3, {sin_port=htons(50000)}) = 0",        false],
    ["bind(3, {sin_port=htons(80)}) = 0",           "bind(3, {sin_port=htons(81)}) = 0",           false],
    ['connect(3, {sun_path=@"a1b2c"}, 8) = 0',      'connect(3, {sun_path=@"c2b1a"}, 8) = 0',      true],
    ["mmap(NULL, 4096) = 0x7f1234567000",           "mmap(NULL, 4096) = 0x7f7654321000",           true],
    ["read(3, 0x7f1234567000, 8) = 8",              "read(3, 0x7f1234567000, 8) = 7",              false],
    ["ppoll(…) = 1 (left {tv_sec=3, tv_nsec=99})",  "ppoll(…) = 1 (left {tv_sec=2, tv_nsec=1})",   true],
    ["getpid() = 100",                              "getpid() = 200",                              true],
    ["kcmp(1, 2, KCMP_FILE, 5, 5) = 0",             "kcmp(3, 4, KCMP_FILE, 5, 5) = 0",             true],
    ["kill(100, SIGSTOP) = 0",                      "kill(200, SIGSTOP) = 0",                      true],
    ["kill(100, SIGSTOP) = 0",                      "kill(200, SIGCONT) = 0",                      false],
    ["wait4(100, NULL) = 100",                      "wait4(200, NULL) = 200",                      true],
    ["wait4(100, NULL) = 100",                      "wait4(200, NULL) = -1 ECHILD",                false],
    ["pread64(5, NULL, 2, 139871797770279) = 2",    "pread64(5, NULL, 2, 140204314982439) = 2",    true],
    ['read(3, "!\\0\\0`\\231", 5) = 5',            'read(3, "!\\0\\0p\\304", 5) = 5',            true],
    ['read(3, "!\\0\\0`\\231", 5) = 5',            'read(3, "text", 5) = 4',                      false],
    ['read(3, "said \\"so\\"", 9) = 9',             'read(3, "said \\"no\\"", 9) = 9',             false],
    ["kcmp(1, 2, KCMP_FILE, 5, 5) = 0",             "kcmp(3, 4, KCMP_FILE, 5, 6) = 0",             false],
  ])("%s and %s: %s", (a, b, same) => expect(new Sameness().text(a, b)).toBe(same));

  test("a port goes with one other, in both directions", () => {
    const same = new Sameness();
    expect(same.text("htons(40000)", "htons(50000)")).toBe(true);
    expect(same.text("htons(40001)", "htons(50001)")).toBe(true);
    expect(same.text("htons(40000)", "htons(50001)")).toBe(false);
    expect(same.text("htons(40002)", "htons(50001)")).toBe(false);
  });
});

describe("two sequences beside each other", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 });
  const longest = (a: readonly string[], b: readonly string[]): number => (a.length === 0 || b.length === 0 ? 0
    : a[0] === b[0] ? 1 + longest(a.slice(1), b.slice(1)) : Math.max(longest(a.slice(1), b), longest(a, b.slice(1))));

  test("nothing is lost, nothing moves, and no longer one is in common", () => {
    fc.assert(fc.property(letters, letters, (a, b) => {
      const pairs = aligned(a, b, (it) => it);
      expect(pairs.flatMap(([it]) => it ?? [])).toEqual(a);
      expect(pairs.flatMap(([, it]) => it ?? [])).toEqual(b);
      expect(pairs.filter(([x, y]) => x !== null && y !== null && x !== y)).toEqual([]);
      expect(pairs.filter(([x, y]) => x !== null && y !== null)).toHaveLength(longest(a, b));
    }));
  });
});
