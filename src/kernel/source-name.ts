/** What compilers make of the names of functions. */

/** What gcc appends to a changed copy of a function (constprop, isra), and to a part of one (part, cold). */
const LAST = /(?:\.(?:constprop|isra|part)\.\d+|\.cold)$/;

/**
 * The name in the source of the function that a symbol comes from: `tcp_schedule_loss_probe.part.0` without
 * `.part.0`.
 */
export const sourceName = (symbol: string): string => madeOf(symbol).at(-1) ?? symbol;

/** What a copy was made of, step by step: `a.isra.0` and `a` of `a.isra.0.cold`; of no copy, nothing. */
export function madeOf(symbol: string): readonly string[] {
  if (!symbol.includes(".")) return [];
  const less = symbol.replace(LAST, "");
  return less === symbol ? [] : [less, ...madeOf(less)];
}
