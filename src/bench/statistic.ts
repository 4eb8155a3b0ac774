/** Numbers of many samples in a few. */

/** The middle, the quartiles, and both ends. */
export interface Spread {
  readonly median: number;
  /** A quarter of the samples is below, a quarter above. */
  readonly quartiles: readonly [low: number, high: number];
  readonly range: readonly [least: number, most: number];
}

/** Of samples in whatever order; there must be one. */
export function spread(some: readonly number[]): Spread {
  const sorted = some.toSorted((a, b) => a - b);
  return {
    median: at(sorted, 0.5),
    quartiles: [at(sorted, 0.25), at(sorted, 0.75)],
    range: [sorted[0]!, sorted.at(-1)!],
  };
}

/** The middle of samples in whatever order; between both middle ones where their number is even. */
export const median = (some: readonly number[]): number => at(some.toSorted((a, b) => a - b), 0.5);

/** Between two samples in proportion. */
function at(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}
