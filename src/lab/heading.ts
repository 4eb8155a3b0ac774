/** How a table of /proc/net begins. */

/**
 * How many lines its heading has: two where the first one names groups between bars, as /proc/net/dev has it,
 * with the columns of each group below; else one.
 */
export const headingLines = ([first = ""]: readonly string[]): 1 | 2 => (first.includes("|") ? 2 : 1);
