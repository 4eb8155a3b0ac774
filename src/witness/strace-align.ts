/** Lays netlab's calls of one thread against strace's: which of them are the same, in the same order. */
import type { Call } from "../sys/decode.ts";
import { sameCall } from "./strace-same.ts";
import type { TracedCall } from "./strace-log.ts";

/** What of ours was found, as pairs of indices, in order. */
export type Pairs = readonly (readonly [ours: number, theirs: number])[];
/** So many comparisons are affordable; above them each call is sought behind the one before it, and no further back. */
const AFFORDABLE = 4_000_000;

/** The longest common row of calls. */
export function align(ours: readonly Call[], theirs: readonly TracedCall[]): Pairs {
  const names = new Set(ours.map((it) => it.name));
  const among = [...theirs.keys()].filter((it) => names.has(theirs[it]!.name));
  const quick = forward(ours, theirs, among);
  return quick.length === ours.length || ours.length * among.length > AFFORDABLE ? quick : longest(ours, theirs, among);
}

/** Each call at the first place behind the one before it. Where all are found, no other row is longer. */
function forward(ours: readonly Call[], theirs: readonly TracedCall[], among: readonly number[]): Pairs {
  const out: [number, number][] = [];
  let at = 0;
  ours.forEach((call, i) => {
    const found = among.findIndex((it, n) => n >= at && sameCall(call, theirs[it]!));
    if (found < 0) return;
    out.push([i, among[found]!]);
    at = found + 1;
  });
  return out;
}

/** By the table of all beginnings: as many pairs as there can be. */
function longest(ours: readonly Call[], theirs: readonly TracedCall[], among: readonly number[]): Pairs {
  const width = among.length + 1;
  const most = new Uint32Array((ours.length + 1) * width);
  const equal = new Uint8Array(ours.length * among.length);
  for (let i = ours.length - 1; i >= 0; i--) {
    for (let j = among.length - 1; j >= 0; j--) {
      const same = sameCall(ours[i]!, theirs[among[j]!]!);
      equal[i * among.length + j] = same ? 1 : 0;
      most[i * width + j] = same ? most[(i + 1) * width + j + 1]! + 1 : Math.max(most[(i + 1) * width + j]!, most[i * width + j + 1]!);
    }
  }
  const out: [number, number][] = [];
  for (let i = 0, j = 0; i < ours.length && j < among.length;) {
    if (equal[i * among.length + j]) out.push([i++, among[j++]!]);
    else if (most[(i + 1) * width + j]! >= most[i * width + j + 1]!) i++;
    else j++;
  }
  return out;
}
