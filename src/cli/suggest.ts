/** "did you mean …?": the known words nearest to one that is not known. */

/** How many letters to change, insert, drop or swap, at most; fewer in short words. */
const FAR = 3;

/** `, did you mean a or b?`, or nothing where no word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word.toLowerCase(), known);
  return near.length === 0 ? "" : `, did you mean ${near.join(" or ")}?`;
}

/** The nearest words, at most three; words that hold it, where none is near; where neither is, by letters. */
function nearest(word: string, known: readonly string[]): readonly string[] {
  const near = within(word, known, (it) => it);
  if (near.length > 0) return near;
  const holding = word.length < 3 ? [] : known.filter((it) => it.toLowerCase().includes(word));
  return holding.length > 0 ? holding.slice(0, 3) : within(letters(word), known, letters);
}

const letters = (word: string): string => word.replace(/[-_ ]/g, "");

/** The nearest of those that are near enough, as they are compared. */
function within(word: string, known: readonly string[], as: (it: string) => string): readonly string[] {
  const far = Math.min(FAR, Math.floor(word.length / 3));
  const distances = known
    .map((it) => [it, as(it.toLowerCase())] as const)
    .filter(([, it]) => Math.abs(it.length - word.length) <= far)
    .map(([it, compared]) => [it, distance(word, compared)] as const)
    .filter(([, by]) => by <= far);
  const least = Math.min(...distances.map(([, by]) => by));
  return distances.filter(([, by]) => by === least).map(([it]) => it).slice(0, 3);
}

/** Damerau and Levenshtein's distance, a row at a time. */
function distance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, changed, swapped ? before[j - 2]! + 1 : Infinity);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
