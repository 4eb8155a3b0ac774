/** Actors: threads and processes beside the main party, awake, asleep, failing, left behind; and the numbers that descriptors get. */
import { describe, expect, test } from "vitest";
import type { CallEvent, Event, LookEvent } from "../../src/lab/events.ts";
import { unpack } from "../../src/sys/packed-bytes.ts";
import { asleep, cannot, type Ended, fixture, named, netlab } from "./netlab.ts";

interface Played extends Ended {
  readonly left: readonly string[];
}
async function play(name: string, limit = 30): Promise<Played> {
  const it = netlab(["run", fixture("actors.mjs"), "--set", `play=${name}`, "--limit", String(limit), "--json"]);
  const ended = await it.ended;
  return { ...ended, left: await it.left() };
}
const isCall = (it: Event): it is CallEvent => it.type === "call";
const calls = ({ events }: Ended): readonly CallEvent[] => events.filter(isCall).filter(({ id }) => id > 0);
const verdicts = ({ events }: Ended): readonly string[] => events.flatMap((it) => (it.type === "finding" ? [it.verdict] : []));

describe.skipIf(cannot !== null)(named("an actor"), () => {
  test.for([
    ["thread",          ["reader"],                         ["proven", "unknown"]],
    ["process",         ["reader"],                         ["proven", "unknown"]],
    ["two threads",     ["reader", "reader#2"],             ["proven", "proven"]],
    ["three processes", ["reader", "reader#2", "reader#3"], ["proven", "proven"]],
  ] as const)("sleeps, is woken and ends: %s", async ([name, readers, found]) => {
    const it = await play(name);
    expect(it.end?.broke).toBeNull();
    expect(verdicts(it)).toEqual(found);
    expect(it.events.flatMap((event) => (event.type === "asleep" ? [event.actor] : []))).toEqual(readers);
    const received = calls(it).filter((call) => call.name === "recvfrom");
    expect(received.map(({ actor }) => actor).sort()).toEqual(readers);
    expect(received.every(({ result }) => result === 4)).toBe(true);
    for (const { enter, exit } of received) expect(calls(it).find((call) => call.name === "sendto" && call.enter > enter && call.enter < exit!)).toBeDefined();
    expect(it.left).toEqual([]);
  });

  test("leaves the numbers of descriptors to the experiment, however late it starts and whatever it is", async () => {
    const made = async (name: string): Promise<unknown> => calls(await play(name)).filter((call) => call.name === "socket").map(({ actor, result }) => [actor, result]);
    expect(await made("numbers")).toEqual([["main", 3], ["main", 4], ["party", 5], ["party", 6], ["party#2", 5], ["party#2", 6]]);
    expect(await made("two threads")).toEqual([["main", 7]]);
    expect(await made("four threads")).toEqual([["main", 11]]);
    expect(await made("three processes")).toEqual([["main", 9]]);
  });

  test("shares memory with the party that started it, if it is a thread", async () => {
    const looks = (await play("memory")).events.filter((it): it is LookEvent => it.type === "look");
    const [into, addr] = looks.map((it) => unpack(it.memory![0]!.bytes));
    expect(Buffer.from(into!).toString()).toBe("shared");
    expect(Buffer.from(addr!).readUInt16BE(2)).toBe(7);
  });

  test("prints at once and to stderr, as every party does", async () => {
    const { out, err, end } = await play("talking");
    expect(end?.broke).toBeNull();
    expect(err.trim().split("\n")).toEqual(["main says this", "and this", "a thread says this", "a process says this"]);
    expect(out).not.toContain("says this");
  });
});

test.skipIf(cannot !== null)(named("the calls of several actors stand in the order in which they were made, none of them lost"), async () => {
  const it = await play("interleaved");
  const all = calls(it).filter(({ name }) => name === "sendto" || name === "recvfrom");
  expect(Object.fromEntries(["main", "party", "party#2"].map((who) => [who, all.filter(({ actor }) => actor === who).length]))).toEqual({ main: 1000, party: 500, "party#2": 500 });
  expect(new Set(all.map(({ id }) => id)).size).toBe(2000);
  expect(all.every(({ result, exit, enter }) => result === 1 && exit! >= enter)).toBe(true);
  for (const who of ["main", "party", "party#2"]) {
    const own = all.filter(({ actor }) => actor === who);
    expect(own.every((call, i) => i === 0 || call.enter >= own[i - 1]!.exit!), who).toBe(true);
  }
  expect(it.left).toEqual([]);
});

describe.skipIf(cannot !== null)(named("an actor that fails"), () => {
  test.for([
    ["stranger",                 null, /^TypeError: start\(…\) takes a function that the experiment's file exports by name \(actors\.mjs:\d+\)$/],
    ["memory of a process",      null, /^TypeError: reader is a process: it has memory of its own, give it values/],
    ["thrown in a thread",       null, /^the actor's own words \(actors\.mjs:\d+\) \(in the actor party\)$/],
    ["thrown in a process",      null, /^the actor's own words \(actors\.mjs:\d+\) \(in the actor party\)$/],
    ["failed call in a thread",  1,    /^This descriptor is not open.* \(in the actor party\)$/],
    ["failed call in a process", 1,    /^This descriptor is not open.* \(in the actor party\)$/],
    ["exit in a thread",         null, /^process\.exit\(3\) was called: .* \(in the actor party\)$/],
    ["exit in a process",        null, /^process\.exit\(3\) was called: .* \(in the actor party\)$/],
    ["promise of a thread",      null, /^TypeError: party\(\) answered a promise/],
    ["killed process",           null, /^the actor party ended without a word \(actors\.mjs:\d+\)$/],
    ["not asleep",               null, /^the actor party ended and did not sleep in recvfrom \(actors\.mjs:\d+\)$/],
  ] as const)("%s", async ([name, call, message]) => {
    const { code, end, left } = await play(name);
    expect({ code, broke: end?.broke }).toEqual({ code: 70, broke: { how: "error", call, message: expect.stringMatching(message) as string } });
    expect(left).toEqual([]);
  });

  test("a signal to a thread is one to the process", async () => {
    const { code, end } = await play("killed thread");
    expect({ code, how: end?.broke?.how }).toEqual({ code: 70, how: "crash" });
  });

  test("ends the run at once, though the main party sleeps", async () => {
    const begun = performance.now();
    const { code, end, left } = await play("failed while main sleeps", 20);
    expect({ code, broke: end?.broke?.message }).toEqual({ code: 70, broke: expect.stringMatching(/^the actor's own words/) as string });
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(left).toEqual([]);
  });
});

describe.skipIf(cannot !== null)(named("an actor that is left behind"), () => {
  test.for(["left asleep in a thread", "left asleep in a process", "left spinning in a process"])("%s", async (name) => {
    const { end, left } = await play(name);
    expect(end?.broke).toBeNull();
    expect(left).toEqual([]);
  });

  test("waited for in vain: the time limit says in which call it sleeps", async () => {
    const { code, end, left } = await play("waited for in vain", 2);
    const message = /^it did not end within 2 s \(reader sleeps in recvfrom(, \w+)?\)$/;
    expect({ code, broke: end?.broke }).toEqual({ code: 70, broke: { how: "hang", call: 2, message: expect.stringMatching(message) as string } });
    expect(left).toEqual([]);
  });

  test("asleep as everybody is when netlab gets SIGKILL", async () => {
    const it = netlab(["run", fixture("actors.mjs"), "--set", "play=all asleep", "--json"]);
    await asleep(it, "recvfrom", 3);
    it.process.kill("SIGKILL");
    await it.ended;
    expect(await it.left()).toEqual([]);
  });
});
