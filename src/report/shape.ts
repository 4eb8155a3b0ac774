/** Words to say what JSON must look like, and checks that say in words where it does not. */

/**
 * Null where it is right, else what is wrong, beginning with the name: `args[0].room is not a whole number`.
 */
export type Check = (it: unknown, name: string) => string | null;

const must = (holds: (it: unknown) => boolean, be: string): Check => (it, name) =>
  holds(it) ? null : `${name} is not ${be}`;

/** What JSON knows of itself. */
export const text = must((it) => typeof it === "string", "text");
export const flag = must((it) => typeof it === "boolean", "true or false");
/** An integer that a double holds exactly. */
export const whole = must((it) => Number.isSafeInteger(it), "a whole number");
export const natural = must((it) => Number.isSafeInteger(it) && (it as number) >= 0, "a whole number from 0");
export const upTo = (most: number): Check =>
  must((it) => natural(it, "") === null && (it as number) <= most, `a whole number from 0 to ${most}`);
/** Text of this form. */
export const like = (form: RegExp, what: string): Check =>
  must((it) => typeof it === "string" && form.test(it), what);
export const number = must((it) => typeof it === "number", "a number");
export const oneOf = (...values: readonly (string | number)[]): Check =>
  must((it) => values.includes(it as string), `one of ${values.join(", ")}`);

/** One of these; where it is none, what the first of them says against it. */
export const either = (...checks: readonly Check[]): Check => (it, name) => {
  const wrongs = checks.map((check) => check(it, name));
  return wrongs.includes(null) ? null : wrongs[0]!;
};
/** It may also not be there at all. */
export const optional = (check: Check): Check => (it, name) => (it === undefined ? null : check(it, name));
export const orNull = (check: Check): Check => (it, name) => (it === null ? null : check(it, name));

/** A list of any length, of such. */
export const list = (check: Check): Check => (it, name) =>
  Array.isArray(it)
    ? first(it.entries(), ([i, each]) => check(each, `${name}[${i}]`))
    : `${name} is not a list`;

/** A list of exactly these. */
export const pair = (...checks: readonly Check[]): Check => (it, name) =>
  Array.isArray(it) && it.length === checks.length
    ? first(checks.entries(), ([i, check]) => check(it[i], `${name}[${i}]`))
    : `${name} is not a list of ${checks.length}`;

/** Any names, each with such a value. */
export const record = (check: Check): Check => (it, name) =>
  isObject(it)
    ? first(Object.entries(it), ([key, value]) => check(value, `${name}.${key}`))
    : `${name} is not an object`;

/** These properties; others may be there too, for a later version may add some. */
export const shape = (properties: Readonly<Record<string, Check>>): Check => (it, name) =>
  isObject(it)
    ? first(Object.entries(properties), ([key, check]) => check(it[key], `${name}${name && "."}${key}`))
    : `${name || "it"} is not an object`;

const isObject = (it: unknown): it is Readonly<Record<string, unknown>> =>
  typeof it === "object" && it !== null && !Array.isArray(it);

function first<T>(list: Iterable<T>, wrong: (it: T) => string | null): string | null {
  for (const it of list) {
    const what = wrong(it);
    if (what !== null) return what;
  }
  return null;
}
