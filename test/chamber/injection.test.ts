/**
 * Calls of every experiment are made to fail, by strace. The run ends with a sentence, with the call that failed, and with the
 * documented exit code: never a hang, never a stack of JavaScript. By default a sample: of the first and the last call of each
 * name as many as the time allows, with errors in turn. NETLAB_SWEEP=1 takes every call with every error: some 15 s an experiment.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { study } from "../../experiments/study.ts";
import type { CallEvent, Event } from "../../src/lab/events.ts";
import { straceLines } from "../../src/report/strace.ts";
import type { Call } from "../../src/sys/decode.ts";
import { cannot, type Ended, fixture, named, netlab } from "./netlab.ts";

const ERRORS = ["ENOMEM", "EPERM", "EINTR", "EMFILE"] as const;
/** So many runs in all, if it is no sweep. */
const SAMPLE = 120;
const sweep = process.env.NETLAB_SWEEP === "1";
const works = (...command: readonly string[]): boolean => spawnSync(command[0]!, command.slice(1)).status === 0;
const why = cannot
  ?? (works("unshare", "-Urn", "true") || works("unshare", "-n", "true") ? null : "no namespace may be made here")
  ?? (works("strace", "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "true") ? null : "there is no strace that may trace");

/** Stands before unshare(1) in PATH, so that the chamber's process alone is traced. -D: strace is not between it and its parent. */
const folder = mkdtempSync(join(tmpdir(), "netlab-strace-"));
writeFileSync(join(folder, "unshare"), '#!/bin/sh\nPATH=$NETLAB_TEST_PATH exec strace -D -f --seccomp-bpf -qq $NETLAB_TEST_STRACE unshare "$@"\n');
chmodSync(join(folder, "unshare"), 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

interface Traced extends Ended {
  readonly left: readonly string[];
}
async function traced(args: readonly string[], options: string): Promise<Traced> {
  const it = netlab(["run", ...args, "--witness", "calls", "--limit", "10"], {
    env: { PATH: `${folder}:${process.env.PATH}`, NETLAB_TEST_PATH: process.env.PATH, NETLAB_TEST_STRACE: options },
  });
  const ended = await it.ended;
  return { ...ended, left: await it.left() };
}
const isCall = (it: Event): it is CallEvent => it.type === "call";
const ofMain = ({ events }: Ended): readonly CallEvent[] => events.filter(isCall).filter(({ id, actor }) => id > 0 && actor === "main");

interface Target {
  /** The call's id in the run. */
  readonly id: number;
  readonly name: string;
  /** Its number among the main thread's calls of that name, Node's own among them. */
  readonly when: number;
}

/**
 * The calls of an undisturbed run, each with its place among all that the main thread makes of that name: Node makes some too, and
 * netlab itself for what it builds around a run. It is found by its text, as strace writes it, counted from the end. What another
 * party calls too is left out: strace counts for each by itself, and that one's would fail before.
 */
async function targetsOf(experiment: string): Promise<readonly Target[]> {
  const log = join(folder, experiment);
  const names = new Set(ofMain(await traced([experiment, "--json"], "-o /dev/null -e trace=none")).map(({ name }) => name));
  if (names.size === 0) return [];
  const run = await traced([experiment, "--json"], `-o ${log} -s 64 -e trace=${[...names].join(",")}`);
  const lines = readFileSync(log, "utf8").split("\n");
  const thread = lines[0]!.split(" ")[0]!;
  const own = lines.filter((it) => it.startsWith(`${thread} `)).map((it) => it.slice(thread.length).trim());
  const made = (name: string): readonly string[] => own.filter((it) => it.startsWith(`${name}(`)).map(asked);
  const order = run.events.flatMap(inOrder);
  const others = new Set(run.events.filter(isCall).filter(({ actor }) => actor !== "main" && actor !== "chamber").map(({ name }) => name));
  return ofMain(run).filter(({ name }) => !others.has(name)).map((call) => {
    const [all, later] = [made(call.name), order.slice(order.findIndex((it) => it.id === call.id) + 1).filter((it) => it.name === call.name)];
    const same = all.flatMap((it, i) => (it === textOf(call) ? [i + 1] : []));
    const after = later.filter((it) => it.text === textOf(call)).length;
    return { id: call.id, name: call.name, when: same.at(-1 - after) ?? all.length - later.length };
  });
}

/** What is asked, without what comes out. */
const asked = (line: string): string => line.replace(/ += .*$/, "");
const textOf = (call: Call): string => asked(straceLines({ type: "call", experiment: "", t: 0, ...call }).trimEnd());

/** The main thread's calls that an event stands for, the chamber's own and those in a sum among them. */
function inOrder(it: Event): readonly { readonly id: number | null; readonly name: string; readonly text: string }[] {
  if (it.type === "call") return it.actor === "main" || it.actor === "chamber" ? [{ id: it.id, name: it.name, text: textOf(it) }] : [];
  if (it.type !== "times") return [];
  // Those of a sum ask alike, as far as is kept of them.
  return it.calls.flatMap(({ name, count, first }) => Array.from({ length: count }, () => ({ id: null, name, text: textOf(first) })));
}

const experiments = study.flatMap((room) => room.experiments);

test.skipIf(why !== null).for(experiments)(named("any call of %s that fails is told", why), { timeout: 600_000 }, async (experiment, { skip }) => {
  const targets = await targetsOf(experiment);
  if (targets.length === 0) skip("it makes no call here");
  for (const [target, error] of chosen(targets)) await fails(experiment, target, error);
});

test.skipIf(why !== null)(named("to a person in words", why), async () => {
  const { code, out, err } = await traced(["udp-boundaries", "--plain"], "-o /dev/null -e trace=bind -e inject=bind:error=ENOMEM:when=1");
  const told = (out + err).replace(/\s+/g, " ");
  expect(told).toMatch(/netlab: udp-boundaries broke at its 2nd call bind\(3, .*\) = -1 ENOMEM \(Cannot allocate memory\) The kernel has no memory/);
  expect(out + err).not.toMatch(/^ +at /m);
  expect(code).toBe(70);
});

/** Each with the error that it is to meet. */
function chosen(targets: readonly Target[]): readonly (readonly [Target, string])[] {
  if (sweep) return targets.flatMap((it) => ERRORS.map((error) => [it, error] as const));
  const ends = targets.filter(({ name }, i) => targets.findIndex((it) => it.name === name) === i || targets.findLastIndex((it) => it.name === name) === i);
  const step = Math.max(1, (ends.length * experiments.length) / SAMPLE);
  return ends.filter((_, i) => i % step < 1).map((it, i) => [it, ERRORS[i % ERRORS.length]!] as const);
}

const failing = (experiment: string, name: string, error: string, when: number): Promise<Traced> =>
  traced([experiment, "--json"], `-o /dev/null -e trace=${name} -e inject=${name}:error=${error}:when=${when}`);

/**
 * V8 may or may not look how many cores there are, at any time, and closes the file then; and starting a process for an actor
 * closes some files: so it may be another number's turn.
 */
const NEAR = [0, 1, 2].flatMap(() => [-1, 1, 0, 2, 3, ...Array.from({ length: 12 }, (_, i) => -2 - i)]);

async function fails(experiment: string, { id, name, when }: Target, error: string): Promise<void> {
  const hit = (it: Traced): boolean => ofMain(it).find((call) => call.id === id)?.errno === error;
  let it = await failing(experiment, name, error, when);
  for (const off of NEAR) if (!hit(it)) it = await failing(experiment, name, error, when + off);
  const what = `${experiment} #${id} ${name} ${error}`;
  expect(ofMain(it).find((call) => call.id === id), what).toMatchObject({ name, errno: error });
  if (it.end?.broke) {
    expect({ code: it.code, broke: it.end.broke }, what).toEqual({ code: 70, broke: { how: "error", call: id, message: expect.stringMatching(/^[^\n]+\.$/) as string } });
  } else {
    expect(it.code, what).toBe(it.end?.exit);
    expect([0, 1, 2], what).toContain(it.code);
  }
  expect(it.err, what).not.toMatch(/^ +at /m);
  expect(it.left, what).toEqual([]);
}

describe.skipIf(why !== null)(named("a call of the chamber itself that fails", why), () => {
  test("lo that cannot be raised: the run does without a namespace, and says why", async () => {
    const { code, events } = await traced(["udp-boundaries", "--json"], "-o /dev/null -e trace=ioctl -e inject=ioctl:error=EPERM");
    expect(events[0]).toMatchObject({ type: "run", chamber: { mode: "none", why: expect.stringMatching(/^unshare -(n|Urn): ioctl\(.*\) = -1 EPERM \(Operation not permitted\)/) as string } });
    expect(code).toBe(0);
  });

  test("an actor's call: the run ends at once, though the main party sleeps", async () => {
    const { code, end, events } = await traced([fixture("actors.mjs"), "--set", "play=thread", "--json"], "-o /dev/null -e trace=recvfrom -e inject=recvfrom:error=EINTR:when=1");
    const failed = events.filter(isCall).find(({ errno }) => errno === "EINTR");
    expect(failed).toMatchObject({ actor: "reader", name: "recvfrom" });
    expect({ code, broke: end?.broke }).toEqual({ code: 70, broke: { how: "error", call: failed!.id, message: expect.stringMatching(/ \(in the actor reader\)$/) as string } });
  });
});
