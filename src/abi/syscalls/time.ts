/** Clocks, sleep, futexes and random bytes: kernel/time, kernel/futex, drivers/char/random.c. */
import { i32, named, size_t } from "../../memory/integer.ts";
import type { AnyType } from "../../memory/type.ts";
import {
  FUTEX, FUTEX_BITSET_MATCH_ANY, FUTEX_CLOCK_REALTIME, FUTEX_PRIVATE_FLAG,
  FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_WAKE, FUTEX_WAKE_BITSET,
} from "../constants/futex.ts";
import { GRND } from "../constants/random.ts";
import { CLOCK, TIMER_ABSTIME } from "../constants/time.ts";
import { type Entry, from, into, nr, place, type Typing, unsaid, value, word } from "../parameter.ts";
import { timespec } from "../structs/time.ts";
import { hex, shown, unsigned } from "./number.ts";

const clock = i32.as(CLOCK);
const sleepFlags = i32.flags({ TIMER_ABSTIME });
const operation = (op: number): number => op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
const futexOp = shown((op) => [
  named(FUTEX, operation(op)),
  op & FUTEX_PRIVATE_FLAG ? "_PRIVATE" : "",
  op & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : "",
].join(""));
const matches = shown((bits) =>
  (bits >>> 0 === FUTEX_BITSET_MATCH_ANY ? "FUTEX_BITSET_MATCH_ANY" : hex.show(bits >>> 0)));
/** What the last three arguments are to the operations that wait and wake; to others they are just words. */
const LATER: Readonly<Record<number, readonly [utime: AnyType, uaddr2: AnyType, val3: AnyType]>> = {
  [FUTEX_WAIT]:        [timespec, unsaid, unsaid],
  [FUTEX_WAKE]:        [unsaid,   unsaid, unsaid],
  [FUTEX_WAIT_BITSET]: [timespec, unsaid, matches],
  [FUTEX_WAKE_BITSET]: [unsaid,   unsaid, matches],
};
const later = (place: 0 | 1 | 2): Typing => ({ op = 0 }) => LATER[operation(op)]?.[place] ?? null;

export const times = {
  clock_gettime:   [nr(228, 113), value("which_clock", clock), into("tp", timespec)],
  clock_nanosleep: [nr(230, 115), value("which_clock", clock), value("flags", sleepFlags), from("rqtp", timespec), into("rmtp", timespec)],
  nanosleep:       [nr(35, 101), from("rqtp", timespec), into("rmtp", timespec)],
  futex:           [nr(202, 98), place("uaddr"), value("op", futexOp), value("val", unsigned), word("utime", later(0)), word("uaddr2", later(1)), value("val3", later(2))],
  getrandom:       [nr(318, 278), into("ubuf", "len"), value("len", size_t), value("flags", i32.flags(GRND))],
} as const satisfies Readonly<Record<string, Entry>>;
