/**
 * An actor's side: a thread or a process that runs one
 * exported function of the experiment with calls of its own.
 */
import { writeSync } from "node:fs";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../../abi/constants/mman.ts";
import { layouts } from "../../memory/layouts.ts";
import { Home, Memory } from "../../memory/memory.ts";
import { moduleAt } from "../../start/bundles.ts";
import { type Calls, callsOf } from "../../sys/calls.ts";
import { cross, viewOf } from "../../sys/libc.ts";
import type { Log } from "../../sys/log.ts";
import { HEADER } from "../../sys/log-format.ts";
import { numberOf } from "../../sys/number-of.ts";
import { LogRecorder } from "../../sys/recorder.ts";
import { type ActorOrder, type Given, pause, Seat, STATE, WORD } from "./actor-seat.ts";
import { FD } from "./job.ts";
import { logAt } from "./log-at.ts";
import { free } from "./low-numbers.ts";
import { knowNetlab } from "./own-modules.ts";
import { atOnce, broken, diesWith, leave, staysUntilTheEnd } from "./party.ts";
import { LAST_WORDS } from "./shared-log.ts";

/** What an actor is started with: a thread as workerData, a process as JSON. */
export interface Boot {
  readonly url: string;
  readonly own: boolean;
  readonly seat: number;
  readonly log: { readonly size: number; readonly origin: bigint | string; readonly address?: number };
  /** Of a process: it gets its order with its start. */
  readonly order?: ActorOrder;
  readonly parent?: number;
  /** Descriptors that were taken so that the experiment finds them free. */
  readonly taken?: readonly number[];
}

/**
 * Runs one actor from what it was started with to its end;
 * tells by its seat how it ended. A process ends here.
 */
export async function act(): Promise<void> {
  const { isMainThread, workerData } = threads();
  const boot: Boot = isMainThread ? JSON.parse(process.argv[2] ?? "{}") : workerData;
  if (boot.parent !== undefined) diesWith(boot.parent);
  else printsAtOnce();
  const { size, origin, address = mapped(size) } = boot.log;
  const seat = new Seat(viewOf(address, HEADER), boot.seat);
  const log = (length: number): Log => logAt(address, length, BigInt(origin), boot.seat);
  staysUntilTheEnd();
  try {
    await perform(boot, seat, log(size - LAST_WORDS));
    seat.set(WORD.state, STATE.done);
  } catch (error) {
    log(size).note(JSON.stringify(broken(error)));
    seat.set(WORD.state, STATE.failed);
  }
  if (isMainThread) leave(0);
}

/** Asked for where it is needed: most runs have no actors, and it takes a start longer than their core. */
const threads = (): typeof import("node:worker_threads") => process.getBuiltinModule("node:worker_threads");

async function perform(boot: Boot, seat: Seat, log: Log): Promise<void> {
  if (boot.own) knowNetlab();
  const module = (await moduleAt(boot.url)) as
    Readonly<Record<string, (calls: Calls, given: object) => unknown>>;
  seat.set(WORD.tid, cross(numberOf("gettid"), []));
  seat.set(WORD.state, STATE.ready);
  const { name, given } = boot.order ?? ordered();
  free(boot.taken ?? []);
  atOnce(`${name}()`, module[name]!(callsOf(new LogRecorder(log, seat)), unpacked(given)));
}

function ordered(): ActorOrder {
  const { parentPort, receiveMessageOnPort } = threads();
  for (;;) {
    const found = receiveMessageOnPort(parentPort!);
    if (found !== undefined) return found.message as ActorOrder;
    pause();
  }
}

/** A struct comes as a struct; other memory as its bytes. */
const unpacked = (given: Given): object => Object.fromEntries(Object.entries(given).map(([key, it]) => {
  if ("value" in it) return [key, it.value];
  const memory = new Memory(new Home(viewOf(it.address, it.length), it.address), 0, it.length);
  return [key, layouts.get(it.layout ?? "")?.at(memory) ?? memory];
}));

function mapped(size: number): number {
  return cross(numberOf("mmap"), [0, size, PROT_READ | PROT_WRITE, MAP_SHARED, FD.log, 0]);
}

/** What a thread prints would wait for the main thread's loop, which never turns. */
function printsAtOnce(): void {
  const { Console } = process.getBuiltinModule("node:console");
  const { Writable } = process.getBuiltinModule("node:stream");
  const to = (fd: number): NodeJS.WritableStream => new Writable({
    write(text: Buffer, _encoding, done) {
      writeSync(fd, text);
      done();
    },
  });
  globalThis.console = new Console({ stdout: to(1), stderr: to(2) });
}
