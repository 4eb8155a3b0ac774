/** An actor's side: a thread or a process that runs one exported function of the experiment with calls of its own. */
import { isMainThread, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../../abi/constants/mman.ts";
import { PR_SET_PDEATHSIG } from "../../abi/constants/prctl.ts";
import { Home, Memory } from "../../memory/memory.ts";
import { type Calls, callsOf } from "../../sys/calls.ts";
import { cross, viewOf } from "../../sys/libc.ts";
import { Log } from "../../sys/log.ts";
import { numberOf } from "../../sys/number-of.ts";
import { LogRecorder } from "../../sys/recorder.ts";
import { SyscallError } from "../../sys/syscall-error.ts";
import { type ActorOrder, type Given, pause, Seat, STATE, WORD } from "./actor-seat.ts";
import { FD } from "./job.ts";
import { knowNetlab } from "./own-modules.ts";

interface Boot {
  readonly url: string;
  readonly own: boolean;
  readonly seat: number;
  readonly log: { readonly size: number; readonly origin: bigint | string; readonly address?: number };
  /** Of a process: it gets its order with its start. */
  readonly order?: ActorOrder;
  readonly parent?: number;
}

const SIGKILL = 9;

export async function act(): Promise<void> {
  const boot: Boot = isMainThread ? JSON.parse(process.argv[2] ?? "{}") : workerData;
  if (boot.parent !== undefined) diesWith(boot.parent);
  const shared = viewOf(boot.log.address ?? mapped(boot.log.size), boot.log.size);
  const seat = new Seat(shared, boot.seat);
  const log = new Log(shared, BigInt(boot.log.origin), boot.seat);
  try {
    if (boot.own) knowNetlab();
    const module = (await import(boot.url)) as Readonly<Record<string, (calls: Calls, given: object) => unknown>>;
    seat.set(WORD.tid, cross(numberOf("gettid"), []));
    seat.set(WORD.state, STATE.ready);
    const { name, given } = boot.order ?? ordered();
    module[name]!(callsOf(new LogRecorder(log, seat)), unpacked(given));
    seat.set(WORD.state, STATE.done);
  } catch (error) {
    const call = error instanceof SyscallError ? error.id : null;
    log.note(JSON.stringify({ type: "broke", how: "error", message: error instanceof Error ? error.message : String(error), call }));
    seat.set(WORD.state, STATE.failed);
  }
  if (isMainThread) cross(numberOf("exit_group"), [0]);
}

function ordered(): ActorOrder {
  for (;;) {
    const found = receiveMessageOnPort(parentPort!);
    if (found !== undefined) return found.message as ActorOrder;
    pause();
  }
}

const unpacked = (given: Given): object => Object.fromEntries(Object.entries(given).map(([key, it]) =>
  [key, "address" in it ? new Memory(new Home(viewOf(it.address, it.length), it.address), 0, it.length) : it.value]));

function mapped(size: number): number {
  return cross(numberOf("mmap"), [0, size, PROT_READ | PROT_WRITE, MAP_SHARED, FD.log, 0]);
}

function diesWith(parent: number): void {
  cross(numberOf("prctl"), [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  if (cross(numberOf("getppid"), []) !== parent) cross(numberOf("exit_group"), [70]);
}
