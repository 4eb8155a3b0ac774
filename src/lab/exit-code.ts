/** Exit codes: a promise to scripts, under SemVer. */
export const EXIT = {
  proven: 0,
  refuted: 1,
  unknown: 2,
  usage: 64,
  broke: 70,
  cannot: 77,
} as const;

interface Counts {
  readonly refuted: number;
  readonly unknown: number;
}
/** Of one experiment that ran to its end: refuted before unknown before proven. */
export const exitOf = ({ refuted, unknown }: Counts): number =>
  refuted > 0 ? EXIT.refuted : unknown > 0 ? EXIT.unknown : EXIT.proven;

/** What is told the shell of one or several; `--accept-unknown`: what could not be judged is no fault. */
export const accepted = (exit: number, accept = false): number =>
  (accept && exit === EXIT.unknown ? EXIT.proven : exit);

/**
 * Of several experiments: broken before refuted before unknown before proven.
 * One that cannot run here counts as unknown, all of them as 77.
 */
export function exitOfAll(codes: readonly number[]): number {
  if (codes.length > 0 && codes.every((it) => it === EXIT.cannot)) return EXIT.cannot;
  const signalled = codes.find((it) => it > 128);
  if (signalled !== undefined) return signalled;
  const worst = [EXIT.broke, EXIT.refuted].find((it) => codes.includes(it));
  const open = codes.some((it) => it === EXIT.unknown || it === EXIT.cannot);
  return worst ?? (open ? EXIT.unknown : EXIT.proven);
}
