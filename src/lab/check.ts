/**
 * The words a claim's proof is written in. Each check compares facts with what netlab says, prints itself as
 * evidence, and knows which other values would break it: the bend test reads them back through the history.
 */
import { type Events, type Fact, NotInHistory, shown } from "./fact.ts";
import { equal, othersThan } from "./value.ts";

export interface Check {
  readonly holds: boolean;
  /** What was seen, as a line of evidence. */
  readonly text: string;
  /** The history bent, each time so that this check must fail. */
  readonly bends: readonly (() => Events)[];
  /** Not able here, and not needed: the second witness of a claim. Says why. */
  readonly missing: string | null;
}

/** `bends` are made when somebody asks for them: a run only judges. */
const check = (holds: boolean, text: string, bends: () => readonly (() => Events)[]): Check =>
  ({ holds, text, get bends() { return bends(); }, missing: null });
function sight(fact: Fact<unknown>): string {
  mustBeFact(fact);
  return `${fact.seen} ${shown(fact.value)}`;
}
const isnt = (holds: boolean, what: string): string => (holds ? "" : `, ${what}`);

/** Of a plain value nobody knows where it was seen: a mistake of who wrote the proof, not of the kernel. */
function mustBeFact(it: unknown): void {
  if (typeof (it as Fact<unknown> | null)?.bent === "function") return;
  throw new TypeError(`a check is of what the run saw, such as call.result, not of ${shown(it)}`);
}

/**
 * The history as it would read had this fact been none of `values`; no bend where there is no other value.
 */
function other(fact: Fact<unknown>, ...values: readonly unknown[]): readonly (() => Events)[] {
  const candidates = othersThan(values);
  return candidates.length === 0 ? [] : [() => fitting(fact, candidates)];
}

/** Bent to the first of the values that its place can hold: a byte holds no 256, an address no word. */
function fitting(fact: Fact<unknown>, candidates: readonly unknown[]): Events {
  let reason: unknown;
  for (const it of candidates) {
    try {
      return fact.bent(it);
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

/** A fact that must be a number: what an expression gives may be text. */
type Counted = Fact<number> | Fact<number | string>;
function count(fact: Counted): number {
  mustBeFact(fact);
  if (typeof fact.value === "number") return fact.value;
  throw new NotInHistory(`${fact.seen} ${shown(fact.value)}: that is not a number`);
}

/** The fact is exactly this. Lists and tables are compared by what they hold. */
export function is<T>(fact: Fact<T>, expected: NoInfer<T>): Check {
  const holds = equal(fact.value, expected);
  return check(holds, `${sight(fact)}${isnt(holds, `not ${shown(expected)}`)}`, () => other(fact, expected));
}

/** The fact is one of these. */
export function oneOf<T>(fact: Fact<T>, expected: readonly NoInfer<T>[]): Check {
  const holds = expected.some((it) => equal(fact.value, it));
  const text = `${sight(fact)}${isnt(holds, `none of ${shown(expected)}`)}`;
  return check(holds, text, () => other(fact, ...expected));
}

/** The fact is a number, and not less than this. */
export function atLeast(fact: Counted, least: number): Check {
  const holds = count(fact) >= least;
  const text = `${sight(fact)}${holds ? `, at least ${least}` : `, less than ${least}`}`;
  return check(holds, text, () => [() => fact.bent(least - 1)]);
}

/** The fact is a number, and not more than this. */
export function atMost(fact: Counted, most: number): Check {
  const holds = count(fact) <= most;
  const text = `${sight(fact)}${holds ? `, at most ${most}` : `, more than ${most}`}`;
  return check(holds, text, () => [() => fact.bent(most + 1)]);
}

/** The first is greater than the second, by at least so much. */
export function more(a: Counted, b: Counted, by = 1): Check {
  const holds = count(a) - count(b) >= by;
  const text = `${sight(a)} · ${sight(b)}${isnt(holds, by === 1 ? "not more" : `not ${by} more`)}`;
  return check(holds, text, () => [() => a.bent(count(b) + by - 1), () => b.bent(count(a) - by + 1)]);
}

/** The first is a multiple of the second; 0 is one of any. */
export function multiple(a: Counted, of: Counted): Check {
  const holds = count(a) % count(of) === 0;
  const text = `${sight(a)} · ${sight(of)}${isnt(holds, "not a multiple")}`;
  const [odd, large] = [() => a.bent(count(a) + 1), () => of.bent(Math.abs(count(a)) + 1)];
  return check(holds, text, () => [...(count(of) === 1 ? [] : [odd]), ...(count(a) === 0 ? [] : [large])]);
}

/** The two are not the same. */
export function differ<T>(a: Fact<T>, b: Fact<T>): Check {
  const holds = !equal(a.value, b.value);
  const text = `${sight(a)} · ${sight(b)}${isnt(holds, "the same")}`;
  return check(holds, text, () => [() => a.bent(b.value), () => b.bent(a.value)]);
}

/** The two are the same. */
export function same<T>(a: Fact<T>, b: Fact<NoInfer<T>>): Check {
  const holds = equal(a.value, b.value);
  const text = `${sight(a)} · ${sight(b)}${isnt(holds, "not the same")}`;
  return check(holds, text, () => [...other(a, b.value), ...other(b, a.value)]);
}

/** Together they make exactly this. */
export function adds(facts: readonly Counted[], total: number): Check {
  const sum = facts.reduce((so, it) => so + count(it), 0);
  const holds = sum === total;
  const text = `${facts.map(sight).join(" · ")}: together ${sum}${isnt(holds, `not ${total}`)}`;
  return check(holds, text, () => facts.flatMap((it) => other(it, count(it))));
}

/**
 * The number that the pattern's group caught in a text, a line of /proc for instance: `/size: +(\d+)/`.
 * Throws NotInHistory where the text has none.
 */
export function figure(fact: Fact<number | string>, pattern: RegExp, base = 10): Fact<number> {
  const text = String(fact.value);
  const found = new RegExp(pattern, `${pattern.flags}d`).exec(text);
  const [from, to] = found?.indices?.[1] ?? [0, 0];
  if (found === null || from === to) throw new NotInHistory(`${fact.seen} no ${pattern}`);
  return {
    value: Number.parseInt(text.slice(from, to), base),
    seen: `${fact.seen} ${shown(found[0])}:`,
    bent: (it) => fact.bent(`${text.slice(0, from)}${it.toString(base)}${text.slice(to)}`),
  };
}

/** By how much a figure rose from one look to a later one: `atMost(rise(before, after), 100)`. */
export function rise(before: Counted, after: Counted): Fact<number> {
  const from = count(before);
  return {
    value: count(after) - from,
    seen: `${sight(before)} · ${sight(after)}: rose by`,
    bent: (by) => after.bent(from + by),
  };
}

/**
 * The fact, if at least so much was seen; else the claim is unknown. For what the kernel may do out of sight:
 * where ksoftirqd runs already, packets that come in are left to it, and are then on no stack of the run.
 */
export function enough<F extends Counted | Fact<readonly unknown[]>>(fact: F, least: number): F {
  const found = Array.isArray(fact.value) ? fact.value.length : count(fact as Counted);
  if (found >= least) return fact;
  throw new NotInHistory(`${sight(fact)}: the kernel may have done the rest out of sight (ksoftirqd)`);
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
