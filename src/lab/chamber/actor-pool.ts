/**
 * Actors: parties that block beside the main one, each a thread (a Worker) or a process with its own recorded
 * calls. Threads are started before the run, for their descriptors must not take the numbers that the
 * experiment will see.
 */
import { fileURLToPath } from "node:url";
import type { SyscallName } from "../../abi/syscalls.ts";
import { Memory } from "../../memory/memory.ts";
import { isStruct } from "../../memory/struct.ts";
import { viewOf } from "../../sys/libc.ts";
import type { Actor } from "../stage.ts";
import type { Boot } from "./actor.ts";
import { PATIENCE, untilAsleep, untilEnded } from "./actor-life.ts";
import { type ActorOrder, type ActorSeat, type Given, Seat, STATE } from "./actor-seat.ts";
import { CHILD, type ChamberNote, FD } from "./job.ts";
import { above, handedOn } from "./low-numbers.ts";

type Function = (...given: never[]) => unknown;
interface Home {
  /** The experiment's module, whose exported functions may become actors. */
  readonly module: Readonly<Record<string, unknown>>;
  readonly url: string;
  readonly own: boolean;
  readonly log: { readonly address: number; readonly size: number; readonly origin: bigint };
}

export class ActorPool {
  readonly #home: Home;
  readonly #note: (it: ChamberNote) => void;
  readonly #idle: ActorSeat[] = [];
  /** Memory that actors were given must not be freed under them. */
  readonly #given: object[] = [];
  /** How often each function was started. */
  readonly #started = new Map<string, number>();
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

  /** The threads that stand by. */
  get tids(): readonly number[] { return this.#idle.map((it) => it.tid); }

  start(actor: Function, given: object, as: "thread" | "process"): Actor {
    const exportedAs = exported(this.#home.module).find((it) => this.#home.module[it] === actor);
    if (exportedAs === undefined) {
      throw new TypeError("start(…) takes a function that the experiment's file exports by name");
    }
    const order: ActorOrder = { name: exportedAs, given: packed(given) };
    const name = this.#unique(exportedAs);
    this.#given.push(given);
    const seat = as === "process" ? this.#process(order) : this.#idle.shift() ?? this.#lateThread();
    this.#note({ type: "actor", number: seat.number, name, tid: seat.tid });
    seat.send(order);
    return {
      name,
      asleep: (call) => this.#note({
        type: "asleep", actor: name, call, id: untilAsleep(name, seat, call as SyscallName),
      }),
      join: () => untilEnded(name, seat),
    };
  }

  /** writer, writer#2, … */
  #unique(name: string): string {
    const count = (this.#started.get(name) ?? 0) + 1;
    this.#started.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }

  #seat(): Seat {
    return new Seat(viewOf(this.#home.log.address, 4096), ++this.#seats);
  }

  #thread(): ActorSeat {
    const seat = this.#seat();
    const { url, own, log } = this.#home;
    const boot: Boot = { url, own, log, seat: seat.number };
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    const worker = new Worker(CHILD, { argv: ["actor"], workerData: boot, stdout: true, stderr: true });
    worker.unref();
    return seat.of(null, (order) => worker.postMessage(order));
  }

  #lateThread(): ActorSeat {
    return above(() => {
      const seat = this.#thread();
      seat.until(STATE.ready, PATIENCE, "an actor's thread did not start");
      return seat;
    });
  }

  #process(order: ActorOrder): ActorSeat {
    const hasMemory = Object.values(order.given).some((it) => "address" in it);
    if (hasMemory) {
      throw new TypeError(`${order.name} is a process: it has memory of its own, give it values`);
    }
    const seat = this.#seat();
    const { url, own, log } = this.#home;
    const { stdio, taken } = handedOn();
    const boot: Boot = {
      url, own, seat: seat.number, order, log: { size: log.size, origin: String(log.origin) },
      parent: process.pid, taken: [...taken, FD.log],
    };
    const command = [fileURLToPath(CHILD), JSON.stringify(boot)];
    const { spawn } = process.getBuiltinModule("node:child_process");
    const child = spawn(process.execPath, command, { stdio: [...stdio] });
    child.unref();
    if (child.pid === undefined) throw new Error(`no process for ${order.name} could be started`);
    return seat.of(child.pid, () => undefined);
  }
}

/** Names of the functions that a module exports, without its experiment. */
const exported = (module: Home["module"]): readonly string[] =>
  Object.keys(module).filter((it) => it !== "default" && typeof module[it] === "function");

/** Memory travels by its address: threads share it. */
const packed = (given: object): Given => Object.fromEntries(Object.entries(given).map((
  [key, value]: readonly [string, unknown],
) => {
  const view = typeof value === "object" && value !== null && "$" in value;
  const memory = view ? value.$ : value;
  if (!(memory instanceof Memory)) return [key, { value }];
  const { address, length, type } = memory;
  return [key, { address, length, layout: view && isStruct(type) ? type.name : null }];
}));
