/**
 * Actors: parties that block beside the main one, each a thread (a Worker) or a process with its own recorded calls.
 * Threads are started before the run, for their descriptors must not take the numbers that the experiment will see.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { SyscallName } from "../../abi/syscalls.ts";
import { memoryOf, type Target } from "../../memory/memory.ts";
import { cross, viewOf } from "../../sys/libc.ts";
import { numberOf } from "../../sys/number-of.ts";
import type { Actor } from "../stage.ts";
import { type ActorOrder, type ActorSeat, type Given, pause, Seat, STATE } from "./actor-seat.ts";
import type { ChamberNote } from "./job.ts";

type Function = (...given: never[]) => unknown;
interface Home {
  /** The experiment's module, whose exported functions may become actors. */
  readonly module: Readonly<Record<string, unknown>>;
  readonly url: string;
  readonly own: boolean;
  readonly log: { readonly address: number; readonly size: number; readonly origin: bigint };
}
/** So long may a thread take to load, or an actor to fall asleep, in ms: beyond it something is wrong, and it is said. */
const PATIENCE = 10_000;

export class ActorPool {
  readonly #home: Home;
  readonly #note: (it: ChamberNote) => void;
  readonly #idle: ActorSeat[] = [];
  #seats = 0;

  constructor(home: Home, note: (it: ChamberNote) => void) {
    this.#home = home;
    this.#note = note;
    for (const it of exported(home.module)) if (it !== "default") this.#idle.push(this.#thread());
  }

  /** Waits until the threads stand by. */
  ready(): void {
    for (const seat of this.#idle) seat.until(STATE.ready, PATIENCE, "an actor's thread did not start");
  }

  start(actor: Function, given: object, as: "thread" | "process"): Actor {
    const name = exported(this.#home.module).find((it) => this.#home.module[it] === actor);
    if (name === undefined) throw new TypeError("start(…) takes a function that the experiment's file exports by name");
    const order: ActorOrder = { name, given: packed(given) };
    const seat = as === "process" ? this.#process(order) : this.#idle.shift() ?? this.#thread();
    this.#note({ type: "actor", number: seat.number, name });
    if (as === "thread") {
      seat.until(STATE.ready, PATIENCE, `the thread of ${name} did not start`);
      seat.send(order);
    }
    return this.#actor(name, seat);
  }

  #actor(name: string, seat: ActorSeat): Actor {
    return {
      name,
      asleep: (call) => this.#note({ type: "asleep", actor: name, call, id: asleepIn(name, call as SyscallName, seat) }),
      join: () => {
        seat.until(STATE.done, Number.POSITIVE_INFINITY, "");
        if (seat.isProcess) cross(numberOf("wait4"), [seat.tid, 0, 0, 0]);
        if (seat.state === STATE.failed) throw new Error(`the actor ${name} failed`);
      },
    };
  }

  #seat(): Seat {
    return new Seat(viewOf(this.#home.log.address, 4096), ++this.#seats);
  }

  #thread(): ActorSeat {
    const seat = this.#seat();
    const { url, own, log } = this.#home;
    const worker = new Worker(new URL("./actor.js", import.meta.url), { workerData: { url, own, log, seat: seat.number }, stdout: true, stderr: true });
    worker.unref();
    return seat.of((order) => worker.postMessage(order));
  }

  #process(order: ActorOrder): ActorSeat {
    const seat = this.#seat();
    const { url, own, log } = this.#home;
    const given = JSON.stringify({ url, own, seat: seat.number, order, log: { size: log.size, origin: String(log.origin) }, parent: process.pid });
    const child = spawn(process.execPath, [new URL("./actor.js", import.meta.url).pathname, given], { stdio: ["ignore", 1, 2] });
    child.unref();
    return seat.of(null);
  }
}

/** Names of the functions that a module exports, without its experiment. */
const exported = (module: Home["module"]): readonly string[] =>
  Object.keys(module).filter((it) => it !== "default" && typeof module[it] === "function");

/** Memory travels by its address: threads share it. */
const packed = (given: object): Given => Object.fromEntries(Object.entries(given).map(([key, value]) => {
  const memory = typeof value === "object" && value !== null ? memoryOf(value as Target) : null;
  return [key, memory === null ? { value: value as unknown } : { address: memory.address, length: memory.length }];
}));

/** Waits until /proc shows the actor asleep in that call, and that it is the one it entered last. Answers the call's id. */
function asleepIn(name: string, call: SyscallName, seat: ActorSeat): number {
  const nr = numberOf(call);
  const proc = seat.isProcess ? `/proc/${seat.tid}/task/${seat.tid}` : `/proc/self/task/${seat.tid}`;
  const end = process.hrtime.bigint() + BigInt(PATIENCE) * 1_000_000n;
  for (let last = "it had not started"; ; pause()) {
    const { entered, left, id } = seat;
    if (seat.tid !== 0 && entered === left + 1) {
      const [now = "", state = ""] = [readFileSync(`${proc}/syscall`, "latin1"), /^\d+ \(.*\) (\w)/s.exec(readFileSync(`${proc}/stat`, "latin1"))?.[1]];
      if (now.startsWith(`${nr} `) && state === "S" && seat.entered === entered && seat.left === left) return id;
      last = `/proc says ${now.trim().split(" ")[0]}, state ${state}`;
    }
    if (seat.state >= STATE.done) throw new Error(`${name} ended and did not sleep in ${call}`);
    if (process.hrtime.bigint() > end) throw new Error(`${name} did not fall asleep in ${call} within ${PATIENCE / 1000} s: ${last}`);
  }
}
