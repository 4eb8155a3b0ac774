/**
 * The words a claim's proof is written in. Each check compares facts with what netlab says, prints itself as evidence, and
 * knows which other values would break it: the bend test reads them back through the history.
 */
import { type Events, type Fact, NotInHistory, shown } from "./fact.ts";

export interface Check {
  readonly holds: boolean;
  /** What was seen, as a line of evidence. */
  readonly text: string;
  /** The history bent, each time so that this check must fail. */
  readonly bends: readonly (() => Events)[];
  /** Not able here, and not needed: the second witness of a claim. Says why. */
  readonly missing: string | null;
}

const check = (holds: boolean, text: string, ...bends: (() => Events)[]): Check => ({ holds, text, bends, missing: null });
const sight = (fact: Fact<unknown>): string => `${fact.seen} ${shown(fact.value)}`;
const isnt = (holds: boolean, what: string): string => (holds ? "" : `, ${what}`);

/** A fact that must be a number: what an expression gives may be text. */
type Counted = Fact<number> | Fact<number | string>;
function count(fact: Counted): number {
  if (typeof fact.value === "number") return fact.value;
  throw new NotInHistory(`${fact.seen} ${shown(fact.value)}: that is not a number`);
}

/** The fact is exactly this. Lists and tables are compared by what they hold. */
export function is<T>(fact: Fact<T>, expected: NoInfer<T>): Check {
  const holds = equal(fact.value, expected);
  return check(holds, `${sight(fact)}${isnt(holds, `not ${shown(expected)}`)}`, () => fact.bent(other(expected) as T));
}

/** The fact is one of these. */
export function oneOf<T>(fact: Fact<T>, expected: readonly NoInfer<T>[]): Check {
  const holds = expected.some((it) => equal(fact.value, it));
  const wrong = expected.reduce<unknown>((so, it) => (equal(so, it) ? other(so) : so), other(expected[0]));
  return check(holds, `${sight(fact)}${isnt(holds, `none of ${shown(expected)}`)}`, () => fact.bent(wrong as T));
}

export function atLeast(fact: Counted, least: number): Check {
  const holds = count(fact) >= least;
  return check(holds, `${sight(fact)}${holds ? `, at least ${least}` : `, less than ${least}`}`, () => fact.bent(least - 1));
}

export function atMost(fact: Counted, most: number): Check {
  const holds = count(fact) <= most;
  return check(holds, `${sight(fact)}${holds ? `, at most ${most}` : `, more than ${most}`}`, () => fact.bent(most + 1));
}

/** The first is greater than the second. */
export function more(a: Counted, b: Counted): Check {
  const holds = count(a) > count(b);
  return check(holds, `${sight(a)} · ${sight(b)}${isnt(holds, "not more")}`, () => a.bent(count(b)), () => b.bent(count(a)));
}

/** The two are not the same. */
export function differ<T>(a: Fact<T>, b: Fact<T>): Check {
  const holds = !equal(a.value, b.value);
  return check(holds, `${sight(a)} · ${sight(b)}${isnt(holds, "the same")}`, () => a.bent(b.value), () => b.bent(a.value));
}

/** The two are the same. */
export function same<T>(a: Fact<T>, b: Fact<NoInfer<T>>): Check {
  const holds = equal(a.value, b.value);
  return check(holds, `${sight(a)} · ${sight(b)}${isnt(holds, "not the same")}`, () => a.bent(other(b.value) as T), () => b.bent(other(a.value) as T));
}

/** Together they make exactly this. */
export function adds(facts: readonly Counted[], total: number): Check {
  const sum = facts.reduce((so, it) => so + count(it), 0);
  const holds = sum === total;
  const text = `${facts.map(sight).join(" · ")}: together ${sum}${isnt(holds, `not ${total}`)}`;
  return check(holds, text, ...facts.map((it) => () => it.bent(count(it) + 1)));
}

/** A second witness: the claim is proven without it where that witness is not able, and says so. */
export function also(look: () => Check): Check {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof NotInHistory)) throw error;
    return { holds: true, text: "", bends: [], missing: error.message };
  }
}

/** Some value that is not this one. */
function other(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "bigint") return value + 1n;
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") return value === "" ? "?" : `${value[0] === "?" ? "!" : "?"}${value.slice(1)}`;
  if (Array.isArray(value)) return value.length === 0 ? [1] : [other(value[0]), ...value.slice(1)];
  if (value === null) return "EBADF";
  return Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, other(v)]));
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([key, value]) => equal(value, (b as Record<string, unknown>)[key]));
}
