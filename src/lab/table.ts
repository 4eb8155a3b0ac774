/**
 * A table of what a run saw: shown, never judged.
 *
 *     table("How long is too long", ["the note", "Linux", "here"], [
 *       ["keepinit", "tcp_syn_retries", saw({ set: { read: 1 } }, ({ set: { read } }) => read.after("buf"))],
 *     ])
 */
import { type On, type Rests, testimony } from "./claim.ts";
import { type Fact, NotInHistory } from "./fact.ts";
import type { History } from "./history.ts";
import { type Seen, seenIn } from "./seen.ts";

/** What stands in a cell: words, or what a history says. */
export type Cell = string | ((history: History) => string);
export interface Table {
  /** What is to be seen, in a few words. */
  readonly says: string;
  readonly headings: readonly string[];
  /** Of a history and of nothing else: a saved run gives the same table. */
  rows(history: History): readonly (readonly string[])[];
}

/** Declares a table. The first column names its rows. */
export const table = (
  says: string, headings: readonly string[], rows: readonly (readonly Cell[])[],
): Table => ({
  says, headings,
  rows: (history) => rows.map((row) => row.map((it) => (typeof it === "string" ? it : it(history)))),
});

/** A cell that rests on calls and looks as a claim does; "?" where the history has them not. */
export const saw = <const R extends Rests>(
  rests: R, show: (on: On<R>, seen: Seen) => Fact<unknown> | string | number,
) => (history: History): string => {
  try {
    const it = show(testimony(rests, history) as On<R>, seenIn(history));
    return String(typeof it === "object" ? it.value : it).trim();
  } catch (error) {
    if (error instanceof NotInHistory) return "?";
    throw error;
  }
};

/** How long a call took, in seconds: `3.07 s`. */
export const took = (
  { entered, left }: { readonly entered: Fact<number>; readonly left: Fact<number> },
): string => `${((left.value - entered.value) / 1e9).toFixed(2)} s`;
