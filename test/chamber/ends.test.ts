/** Ends of all kinds: each is told, with its last call and the documented exit code, and leaves nothing behind. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Broke } from "../../src/lab/events.ts";
import { asleep, cannot, fixture, named, netlab, type Running, until, type Way } from "./netlab.ts";

/** A core file would be left behind, where the machine writes them at all. */
const withCores = ["sh", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$@"', "sh"];

const run = (how: string, limit = 30, way: Way = {}): Running =>
  netlab(["run", fixture("ends.mjs"), "--set", `how=${how}`, "--limit", String(limit), "--json"], way);

describe.skipIf(cannot !== null)(named("an end by itself"), () => {
  test.for([
    // how                  exit  kind     call  what is said
    ["normal",              0,  null,    null, null],
    ["left to the loop",    0,  null,    null, null],
    ["a child of its own",  0,  null,    null, null],
    ["a look at no file",   0,  null,    null, null],
    ["a look at a folder",  70, "error", null, /^EISDIR: /],
    ["error",               70, "error", null, /^the experiment's own words \(ends\.mjs:\d+\)$/],
    ["nothing",             70, "error", null, /^it threw undefined$/],
    ["syscall",             70, "error", 3,    /^This descriptor is not open/],
    ["overrun",             70, "error", null, /^Overrun: recvfrom: .*8 bytes.*room for 4.* \(ends\.mjs:\d+\)$/],
    ["overflow",            70, "error", null, /^RangeError: Maximum call stack size exceeded \(ends\.mjs:\d+\)$/],
    ["exit",                70, "error", null, /^process\.exit\(5\) was called: a run ends when run\(\) returns \(ends\.mjs:\d+\)$/],
    ["async",               70, "error", null, /^TypeError: run\(\) answered a promise/],
    ["segv",                70, "crash", null, /^its process was ended by SIGSEGV: .*; its last call was #2 socket$/],
    ["segv in a sum",       70, "crash", null, /^its process was ended by SIGSEGV: .*; its last call was #2 socket$/],
    ["abort",               70, "crash", null, /^its process was ended by SIGABRT: .*; its last call was #2 socket$/],
    ["kill",                70, "crash", null, /^its process was ended by SIGKILL; its last call was #2 socket$/],
  ] as const)("%s", async ([how, code, kind, call, message]) => {
    const it = run(how, 30, { through: withCores });
    const { end, ...ended } = await it.ended;
    expect({ code: ended.code, exit: end?.exit, broke: end?.broke ?? null }).toEqual({ code, exit: code, broke: expected(kind, call, message) });
    expect(await it.left()).toEqual([]);
  });
});

test.skipIf(cannot !== null)(named("a look at a file that cannot be read has no text"), async () => {
  const { events } = await run("a look at no file").ended;
  expect(events.filter((it) => it.type === "look")).toMatchObject([{ name: "row", of: "/proc/self/no-such-file", text: null }]);
});

test.skipIf(cannot !== null)(named("what it printed is told whole, though it is read in pieces"), async () => {
  const { err } = await run("talking").ended;
  expect(err).toBe(Array.from({ length: 400 }, (_, i) => `${i} ${"é".repeat(100)}\n`).join(""));
});

// These mostly sleep: beside one another they take as long as the longest.
describe.skipIf(cannot !== null)(named("an end by the time limit"), { concurrent: true }, () => {
  test.for([
    ["blocked",          3,    /^it did not end within 2 s \(it sleeps in recvfrom(, \w+)?\)$/],
    ["blocked in a sum", 3,    /^it did not end within 2 s \(it sleeps in recvfrom(, \w+)?\)$/],
    ["busy",             null, /^it did not end within 2 s \(it computes\); its last call was #2 socket$/],
  ] as const)("%s", async ([how, call, message]) => {
    const it = run(how, 2);
    const { code, end, events } = await it.ended;
    expect({ code, broke: end?.broke }).toEqual({ code: 70, broke: expected("hang", call, message) });
    if (call !== null) expect(events.findLast((event) => event.type === "call")).toMatchObject({ id: call, name: "recvfrom", result: null });
    expect(await it.left()).toEqual([]);
  });
});

describe.skipIf(cannot !== null)(named("a file that never loads"), { concurrent: true }, () => {
  const load = (how: string): Running => netlab(["run", fixture("loading.mjs"), "--limit", "2"], { env: { NETLAB_TEST_LOADING: how } });

  test.for([
    ["chamber idle",    70, /its file waits for a promise that nothing will settle/],
    ["chamber alive",   70, /it did not end within 2 s: its file is still being loaded/],
    ["everywhere idle", 70, /loading\.mjs does not load: it is still loading after 10 s/],
  ] as const)("%s", async ([how, code, message]) => {
    const it = load(how);
    const ended = await it.ended;
    expect({ code: ended.code, told: inOneLine(ended.out + ended.err) }).toEqual({ code, told: expect.stringMatching(message) as string });
    expect(await it.left()).toEqual([]);
  });
});

describe.skipIf(cannot !== null)(named("an end by a signal"), () => {
  test.for([["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const)("%s to netlab", async ([signal, code]) => {
    const it = run("blocked");
    await asleep(it, "recvfrom");
    it.process.kill(signal);
    const ended = await it.ended;
    expect({ code: ended.code, broke: ended.end?.broke }).toEqual({ code, broke: { how: "interrupt", message: "a signal came", call: 3 } });
    expect(await it.left()).toEqual([]);
  });

  test.for([0, 15, 30, 60, 90, 120])("SIGINT after %i ms, wherever it is then", async (wait) => {
    const it = run("blocked", 2);
    await new Promise((resolve) => setTimeout(resolve, wait));
    it.process.kill("SIGINT");
    const { code, signal } = await it.ended;
    expect(signal ?? code).toSatisfy((end) => end === "SIGINT" || end === 130);
    expect(await it.left()).toEqual([]);
  });

  test.for(["blocked", "busy", "blocked in a sum", "blocked with a child of its own"])("SIGKILL to netlab while its run is %s", async (how) => {
    const it = run(how);
    await until(() => it.out().includes("sockets 3 and 4"));
    if (how !== "busy") await asleep(it, "recvfrom");
    it.process.kill("SIGKILL");
    expect((await it.ended).signal).toBe("SIGKILL");
    expect(await it.left()).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)(named("SIGKILL to netlab while its run is blocked as another user", process.getuid?.() === 0 ? null : "it needs root"), async () => {
    const it = run("blocked as another user");
    await asleep(it, "recvfrom");
    it.process.kill("SIGKILL");
    await it.ended;
    expect(await it.left()).toEqual([]);
  });

  test.for(["SIGSEGV", "SIGKILL", "SIGABRT", "SIGTERM"] as const)("%s to the chamber's process", async (signal) => {
    const it = run("blocked");
    process.kill((await asleep(it, "recvfrom"))[0]!, signal);
    const { code, end } = await it.ended;
    expect({ code, broke: end?.broke }).toEqual({ code: 70, broke: expected("crash", 3, new RegExp(`^its process was ended by ${signal}`)) });
    expect(await it.left()).toEqual([]);
  });
});

describe("a record that is full", () => {
  const small = ["unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=32m tmpfs /dev/shm && exec "$@"', "sh"];
  const without = cannot ?? (spawnSync(small[0]!, [...small.slice(1), "true"]).status === 0 ? null : "no tmpfs may be mounted here");

  test.skipIf(without !== null).for([
    ["ends.mjs",   "how=full",                null],
    ["actors.mjs", "play=full by a thread",   "party"],
    ["actors.mjs", "play=full by a process",  "party"],
  ] as const)(named("%s %s", without), async ([file, set, actor]) => {
    const it = netlab(["run", fixture(file), "--set", set, "--json"], { through: small });
    const { code, end } = await it.ended;
    const who = actor === null ? "" : ` \\(in the actor ${actor}\\)`;
    const message = new RegExp(`^LogFull: the record of this run is full \\(\\d+ MiB\\): let times\\(…\\) stand around long loops \\(${file}:\\d+\\)${who}$`);
    expect({ code, broke: end?.broke }).toEqual({ code: 70, broke: expected("error", null, message) });
    expect(await it.left()).toEqual([]);
  });
});

test.skipIf(cannot !== null).for([
  ["blocked", 'netlab: ends hung in its 3rd call recvfrom(3, 0x…, 8, 0, NULL, NULL) <unfinished ...> it did not end within 2 s (it sleeps in recvfrom'],
  ["syscall", "netlab: ends broke at its 3rd call close(99) = -1 EBADF (Bad file descriptor) This descriptor is not open"],
  ["segv",    "netlab: ends crashed after its 2nd call its process was ended by SIGSEGV"],
  ["error",   "netlab: ends broke after its 2nd call the experiment's own words (ends.mjs:"],
])(named("a person is told in words: %s"), async ([how, words]) => {
  const { code, out, err } = await netlab(["run", fixture("ends.mjs"), "--set", `how=${how}`, "--limit", how === "blocked" ? "2" : "30", "--plain"]).ended;
  expect(inOneLine(out + err).replace(/0x[0-9a-f]+/g, "0x…")).toContain(words);
  expect(code).toBe(70);
});

const inOneLine = (text: string): string => text.replace(/\s+/g, " ");

const expected = (how: Broke["how"] | null, call: number | null, message: RegExp | null): unknown =>
  how === null ? null : { how, call, message: expect.stringMatching(message!) as string };
