/** What compilers make of the names of functions. */

/** What gcc appends to a changed copy of a function (constprop, isra), and to a part of one (part, cold). */
export const COPY = /(?:\.(?:constprop|isra|part)\.\d+|\.cold)+/;
const atEnd = new RegExp(`${COPY.source}$`);

/**
 * The name in the source of the function that a symbol comes from: `tcp_schedule_loss_probe.part.0` without
 * `.part.0`.
 */
export const sourceName = (symbol: string): string =>
  (symbol.includes(".") ? symbol.replace(atEnd, "") : symbol);
