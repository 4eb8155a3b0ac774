/** Many calls of one name in sum, with the first and the last of them. */
import type { CallEvent, SumOfCalls } from "../events.ts";
import type { SumNote } from "./job.ts";

/** `calls` has both, by id. */
export function sumOf(
  { count, results, bytes, first, last, median }: SumNote, calls: ReadonlyMap<number, CallEvent>,
): SumOfCalls {
  const [begin, end] = [calls.get(first)!, calls.get(last)!];
  return { name: begin.name, count, results, bytes, first: begin, last: end, median };
}
