/** Two sequences beside each other: what they have in common, in the order that both have it in. */

/** A pair of equals, or one of either alone. */
type Pair<T> = readonly [T, T] | readonly [T, null] | readonly [null, T];

/**
 * The longest common subsequence, with what stands between on either side. Equal is what has the same key. It
 * takes as long as both are long, one times the other, but for what they begin and end alike with.
 */
export function aligned<T>(a: readonly T[], b: readonly T[], key: (it: T) => string): readonly Pair<T>[] {
  const [left, right] = [a.map(key), b.map(key)];
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < most - head && left[a.length - 1 - tail] === right[b.length - 1 - tail]) tail++;
  const both = (i: number, j: number): Pair<T> => [a[i]!, b[j]!];
  const middle = walked(left.slice(head, a.length - tail), right.slice(head, b.length - tail));
  return [
    ...Array.from({ length: head }, (_, i) => both(i, i)),
    ...middle.map(([i, j]): Pair<T> =>
      (i === null ? [null, b[head + j!]!] : j === null ? [a[head + i]!, null] : both(head + i, head + j))),
    ...Array.from({ length: tail }, (_, i) => both(a.length - tail + i, b.length - tail + i)),
  ];
}

/** Indices of what is in common, and of what is only in one. */
function walked(
  a: readonly string[], b: readonly string[],
): readonly (readonly [number | null, number | null])[] {
  const longest = table(a, b);
  const out: (readonly [number | null, number | null])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) out.push([i++, j++]);
    else if (j === b.length || (i < a.length && longest[i + 1]![j]! >= longest[i]![j + 1]!)) {
      out.push([i++, null]);
    } else out.push([null, j++]);
  }
  return out;
}

/** How long a common subsequence the ends from i and j on have. */
function table(a: readonly string[], b: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
    }
  }
  return rows;
}
