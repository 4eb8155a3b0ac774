/** Lays netlab's calls of one thread against strace's: which of them are the same, in the same order. */
import type { Call } from "../sys/decode.ts";
import type { TracedCall } from "./strace-log.ts";
import { sameCall } from "./strace-same.ts";

/** What of ours was found, as pairs of indices, in order. */
export type Pairs = readonly (readonly [ours: number, theirs: number])[];
/**
 * So many comparisons are affordable; above them each call is sought behind the one before it, and no further
 * back.
 */
const AFFORDABLE = 4_000_000;

/** The longest common row of calls. */
export function align(ours: readonly Call[], theirs: readonly TracedCall[]): Pairs {
  const names = new Set(ours.map((it) => it.name));
  const among = [...theirs.keys()].filter((it) => names.has(theirs[it]!.name));
  const quick = forward(ours, theirs, among);
  const isEnough = quick.length === ours.length || ours.length * among.length > AFFORDABLE;
  return isEnough ? quick : longest(ours, theirs, among);
}

/** Each call at the first place behind the one before it. Where all are found, no other row is longer. */
function forward(ours: readonly Call[], theirs: readonly TracedCall[], among: readonly number[]): Pairs {
  const out: [number, number][] = [];
  let from = 0;
  ours.forEach((call, i) => {
    let at = from;
    while (at < among.length && !sameCall(call, theirs[among[at]!]!)) at++;
    if (at === among.length) return;
    out.push([i, among[at]!]);
    from = at + 1;
  });
  return out;
}

/** As many pairs as there can be: `most` says how many, from each pair of places on. */
function longest(ours: readonly Call[], theirs: readonly TracedCall[], among: readonly number[]): Pairs {
  const width = among.length + 1;
  const most = new Uint32Array((ours.length + 1) * width);
  const equal = new Uint8Array(most.length);
  for (let at = ours.length * width - 2; at >= 0; at--) {
    const [i, j] = [Math.floor(at / width), at % width];
    if (j === among.length) continue;
    equal[at] = sameCall(ours[i]!, theirs[among[j]!]!) ? 1 : 0;
    most[at] = equal[at] ? most[at + width + 1]! + 1 : Math.max(most[at + width]!, most[at + 1]!);
  }
  const out: [number, number][] = [];
  for (let i = 0, j = 0; i < ours.length && j < among.length;) {
    const at = i * width + j;
    if (equal[at]) out.push([i++, among[j++]!]);
    else if (most[at + width]! >= most[at + 1]!) i++;
    else j++;
  }
  return out;
}
