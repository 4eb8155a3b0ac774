/**
 * Entry of what `netlab bench` measures in Node, in a process of its own:
 *
 *     calls [lo]     netlab's calls, one by one and prepared
 *     koffi [lo]     the same where prepared calls cannot be made: koffi alone serves
 *     library [lo]   node:dgram and node:net
 *     gate           whether prepared calls can be made here; one answer, and the end
 *
 * It is asked on standard input and answers on standard output, a line each (sample.ts), and ends when nobody
 * is left to ask. With `lo` it sets the loopback up first: it is in a fresh network namespace.
 */
import { readSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { raiseLoopback } from "../../lab/chamber/loopback.ts";
import { unrecorded } from "../../lab/chamber/unrecorded.ts";
import { type Gate, gate, isGate, type Refusal } from "../../sys/gate.ts";
import { type Answer, asked } from "../sample.ts";
import { byCall } from "./by-call.ts";
import { libraries } from "./library.ts";
import { type Loop, prove } from "./loop.ts";
import { prepared } from "./prepared.ts";
import { Ticks } from "./ticks.ts";

const UNKNOWN = "there is no such loop";
const [, , what = "", place] = process.argv;
if (place === "lo") raiseLoopback(unrecorded());
if (what === "gate") say(tried());
else if (what === "library") void hearLibraries();
else hearCalls(what === "calls" ? gate() : null);

function say(answer: Answer | ReturnType<typeof tried>): void {
  writeSync(1, `${JSON.stringify(answer)}\n`);
}

/** One call through the gate: that the page could be mapped is not yet that the processor goes through it. */
function tried(): { readonly able: true } | { readonly why: string } {
  const found = gate();
  if (!isGate(found)) return { why: found.why };
  const { ns } = new Ticks(found);
  found.close();
  return ns > 0 ? { able: true } : { why: "its clock stands still" };
}

/** Synchronous from the question to the answer: nothing of Node's own goes on beside a loop. */
function hearCalls(found: Gate | Refusal | null): void {
  const loops = new Map<string, Loop>();
  const doors = found !== null && isGate(found) ? { gate: found, ticks: new Ticks(found) } : null;
  for (const line of lines()) {
    const [name, rounds] = asked(line);
    try {
      const known = loops.get(name) ?? made(name, doors);
      loops.set(name, known);
      say(sampled(known, rounds));
    } catch (error) {
      say({ why: sentence(error) });
    }
  }
}

interface Doors {
  readonly gate: Gate;
  readonly ticks: Ticks;
}

/** A loop that has shown what it receives. `sendto` is call by call, `sendto-prepared` through the gate. */
function made(name: string, doors: Doors | null): Loop {
  const [loop = "", way] = name.split("-");
  if (!Object.hasOwn(byCall, loop)) throw new Error(UNKNOWN);
  if (way === "prepared" && doors === null) throw new Error("prepared calls cannot be made here");
  const it = way === "prepared" ? prepared(loop, doors!.gate, doors!.ticks) : byCall[loop]!();
  prove(it);
  return it;
}

function sampled(it: Loop, rounds: number): Answer {
  const begin = process.hrtime.bigint();
  it.run(rounds);
  const ns = Number(process.hrtime.bigint() - begin);
  const inside = it.inside();
  return { ns, packets: rounds * it.packets, ...(inside === null ? {} : { inside }) };
}

async function hearLibraries(): Promise<void> {
  const made = new Map<string, Promise<(rounds: number) => Promise<number>>>();
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, rounds] = asked(line);
    try {
      if (!Object.hasOwn(libraries, name)) throw new Error(UNKNOWN);
      const known = made.get(name) ?? libraries[name]!();
      made.set(name, known);
      const run = await known;
      const begin = process.hrtime.bigint();
      const packets = await run(rounds);
      say({ ns: Number(process.hrtime.bigint() - begin), packets });
    } catch (error) {
      say({ why: sentence(error) });
    }
  }
  process.exit(0);   // its sockets would keep it
}

/** Without the number by which a recorded call is told: these are not. */
function sentence(error: unknown): string {
  return (error as Error).message.replace(/^#\d+ /, "");
}

/** The lines of standard input, each when it is there, until its end. */
function* lines(): Iterable<string> {
  const bytes = Buffer.alloc(256);
  let rest = "";
  for (let length = readSync(0, bytes); length > 0; length = readSync(0, bytes)) {
    const [first = "", ...more] = (rest + bytes.toString("latin1", 0, length)).split("\n").reverse();
    rest = first;
    yield* more.reverse();
  }
}
