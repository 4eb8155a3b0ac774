/** Values of facts: when two are the same, and which others could stand in their place. */

/** Lists and tables are the same when they hold the same. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length
    && left.every(([key, value]) => Object.hasOwn(b, key) && equal(value, b[key as never]));
}

/**
 * Values that are none of these, the likeliest to fit in the same place first.
 * Empty where these are all there are.
 */
export const othersThan = (values: readonly unknown[]): readonly unknown[] =>
  values.flatMap(others).filter((it) => !values.some((value) => equal(value, it)));

function others(value: unknown): readonly unknown[] {
  if (typeof value === "number") return [value + 1, value - 1, 0, 1];
  if (typeof value === "bigint") return [value + 1n, value - 1n];
  if (typeof value === "boolean") return [!value];
  if (typeof value === "string") return otherTexts(value);
  if (value === null) return ["EBADF"];
  if (Array.isArray(value)) return otherLists(value);
  const [first, ...rest] = Object.entries(value as object);
  if (first === undefined) return [{ 1: 1 }];
  return others(first[1]).map((it) => Object.fromEntries([[first[0], it], ...rest]));
}

const otherLists = (list: readonly unknown[]): readonly unknown[] =>
  list.length === 0 ? [[1]] : others(list[0]).map((it) => [it, ...list.slice(1)]);

/** Another first letter, another last digit (addresses have one), another digit behind it. */
const otherTexts = (text: string): readonly string[] => [
  ...["?", "!"].map((it) => `${it}${text.slice(1)}`),
  ...["0", "1"].map((it) => `${text.slice(0, -1)}${it}`),
  `${text}1`,
];
