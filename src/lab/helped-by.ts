/** What a reason ends with: what would help, or who knows it. */

/** The command again, as root, with the Node that is in this user's PATH. */
export const AS_ROOT = 'sudo env "PATH=$PATH" netlab …';

/** ` (netlab doctor wire)` */
export const helpedBy = (word: string): string => ` (netlab doctor ${word})`;
/** The reason without it. */
export const withoutHelp = (why: string): string => why.replace(/ \(netlab doctor \w+\)$/, "");
