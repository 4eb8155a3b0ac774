/** Waiting for what an actor does: never by a timer, but by its seat and by what /proc says of its thread. */
import { readFileSync } from "node:fs";
import type { SyscallName } from "../../abi/syscalls.ts";
import { cross } from "../../sys/libc.ts";
import { numberOf } from "../../sys/number-of.ts";
import { type ActorSeat, pause, STATE } from "./actor-seat.ts";

/**
 * So long may a thread take to load, or an actor to fall asleep, in ms:
 * beyond it something is wrong, and it is said.
 */
export const PATIENCE = 10_000;
/** How many pauses to wait between two looks at /proc. */
const LOOK = 100;

/**
 * Waits until /proc shows the actor asleep in that call,
 * and that it is the one it entered last. Answers the call's id.
 */
export function untilAsleep(name: string, seat: ActorSeat, call: SyscallName): number {
  const nr = String(numberOf(call));
  const end = performance.now() + PATIENCE;
  for (let last = "it had not started"; ; pause()) {
    const { entered, left, id } = seat;
    if (entered === left + 1) {
      const [now = "", state] = [proc(seat, "syscall")?.split(" ")[0], stateOf(seat)];
      if (now === nr && state === "S" && seat.entered === entered && seat.left === left) return id;
      last = `/proc says ${now.trim()}, state ${state}`;
    }
    if (hasEnded(seat)) throw new Error(`the actor ${name} ended and did not sleep in ${call}`);
    if (performance.now() > end) {
      const patience = `${PATIENCE / 1000} s`;
      throw new Error(`the actor ${name} did not fall asleep in ${call} within ${patience}: ${last}`);
    }
  }
}

/** Waits for an actor's end. Throws where it failed, or ended without a word. */
export function untilEnded(name: string, seat: ActorSeat): void {
  for (let round = 1; seat.state < STATE.done && (round % LOOK !== 0 || !hasEnded(seat)); round++) pause();
  if (seat.pid !== null) cross(numberOf("wait4"), [seat.pid, 0, 0, 0]);
  if (seat.state !== STATE.done) {
    throw new Error(`the actor ${name} ${seat.state === STATE.failed ? "failed" : "ended without a word"}`);
  }
}

/** Whether it said so, or its thread is no more, or its process a zombie. */
function hasEnded(seat: ActorSeat): boolean {
  if (seat.state >= STATE.done) return true;
  const state = seat.pid === null && seat.tid === 0 ? "it loads" : stateOf(seat);
  return (state === null || state === "Z") && seat.state < STATE.done;
}

/** `S` asleep, `R` running, `Z` a zombie; null: it is no more. */
const stateOf = (seat: ActorSeat): string | null =>
  /^\d+ \(.*\) (\w)/s.exec(proc(seat, "stat") ?? "")?.[1] ?? null;

function proc({ pid, tid }: ActorSeat, file: "stat" | "syscall"): string | null {
  try {
    const folder = pid === null ? `/proc/self/task/${tid}` : `/proc/${pid}`;
    return readFileSync(`${folder}/${file}`, "latin1").trim();
  } catch {
    return null;
  }
}
