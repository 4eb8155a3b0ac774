/** Where a reason ends: who knows what would help. */

/** ` (netlab doctor wire)` */
export const helpedBy = (word: string): string => ` (netlab doctor ${word})`;
/** The reason without it. */
export const withoutHelp = (why: string): string => why.replace(/ \(netlab doctor \w+\)$/, "");
