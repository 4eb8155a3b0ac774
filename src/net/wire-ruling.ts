/**
 * What becomes of each frame of a wire, by its rules. It knows no kernel and no clock: frames go in in the
 * order in which they came, and answered is what leaves because of them.
 */
import type { FrameKind, Toward, WireRule } from "./wire-rule.ts";
import type { WireTally } from "./wire-tally.ts";

/** A frame that goes on, so many milliseconds from now. */
export interface Leaving<F> {
  readonly frame: F;
  readonly after: number;
}

/** A rule at work. */
interface Clause<F> {
  readonly n: number;
  readonly rule: WireRule;
  /** Frames of its direction and kind so far. */
  count: number;
  /** The frame that waits for the next one to pass. */
  held: { readonly frame: F } | null;
}

export class WireRuling<F> {
  readonly #clauses: readonly Clause<F>[];
  readonly #tally: WireTally;

  constructor(rules: readonly WireRule[], tally: WireTally) {
    this.#clauses = rules.map((rule, n) => ({ n, rule, count: 0, held: null }));
    this.#tally = tally;
  }

  /** Frames that wait for another one. */
  get held(): readonly F[] {
    return this.#clauses.flatMap((it) => it.held?.frame ?? []);
  }

  /** What leaves because this frame came, in order, all in its direction. */
  take(frame: F, toward: Toward, kind: FrameKind): readonly Leaving<F>[] {
    const about = this.#clauses.filter(({ rule: { frames } }) =>
      frames.toward === toward && (frames.kind === "any" || frames.kind === kind));
    for (const it of about) {
      it.count++;
      this.#tally.meet(it.n);
    }
    const leaving = this.#judge(frame, about.find(applies));
    const [first] = leaving;
    if (first === undefined) return leaving;
    const freed = about.flatMap((it) => it.held ?? []);
    for (const it of about) it.held = null;
    return [...leaving, ...freed.map((it) => ({ frame: it.frame, after: first.after }))];
  }

  /** The frame itself, by the rule that is applied to it. */
  #judge(frame: F, clause: Clause<F> | undefined): readonly Leaving<F>[] {
    if (clause === undefined) return [{ frame, after: 0 }];
    this.#tally.apply(clause.n);
    const { does, ms } = clause.rule;
    if (does === "drop") this.#tally.drop();
    if (does === "swap") clause.held = { frame };
    const times = { drop: 0, swap: 0, delay: 1, duplicate: 2 }[does];
    return Array<Leaving<F>>(times).fill({ frame, after: ms });
  }
}

/** Who holds a frame already lets the next one pass. */
const applies = <F>({ rule: { frames: { nth } }, count, held }: Clause<F>): boolean =>
  held === null && (nth === null || nth === count);
