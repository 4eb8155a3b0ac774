/**
 * One loop, measured: everybody who makes it takes turns with short samples, so that what disturbs the
 * machine disturbs them all alike; and each is compared with what the others did at the same moment.
 */
import type { Player } from "./cast.ts";
import type { LoopKind } from "./loops.ts";
import type { BenchComparison, BenchLine, BenchLoop } from "./result.ts";
import { rateOf, type Sample } from "./sample.ts";
import { spread } from "./statistic.ts";

/** How long and how often, in ns and turns; `until` is when it has to be over, in ms of performance.now(). */
export interface Pace {
  readonly warm: number;
  readonly sample: number;
  readonly turns: number;
  readonly until: number;
}
/** Fewer turns than these tell nothing of a spread. */
const LEAST_TURNS = 3;

/** Somebody's samples so far, one a turn. */
interface Taking {
  readonly player: Player;
  why: string | null;
  rounds: number;
  readonly samples: Sample[];
}

/** `told` hears which part of the turns is over. */
export async function measured(
  kind: LoopKind, players: readonly Player[], pace: Pace, told: (part: number) => void,
): Promise<BenchLoop> {
  const all = players.map((player): Taking => ({ player, why: player.why, rounds: 1, samples: [] }));
  for (const it of all) await warm(it, pace);
  for (let turn = 0; turn < pace.turns; turn++) {
    if (turn >= LEAST_TURNS && performance.now() > pace.until) break;
    told(turn / pace.turns);
    // There and back: a machine that becomes slower meanwhile does so for all.
    for (const it of turn % 2 === 0 ? all : all.toReversed()) await take(it, it.rounds, it.samples);
  }
  const lines = all.map((it) => lineOf(it, kind));
  return {
    name: kind.name, says: kind.says, unit: kind.unit, lines,
    comparisons: comparisons(kind, new Map(lines.map((it) => [it.name, it]))),
  };
}

/** A sample more; whoever fails once is not asked again. */
async function take(it: Taking, rounds: number, samples: Sample[]): Promise<Sample | null> {
  if (it.why !== null || it.player.program === null) return null;
  const answer = await it.player.program.ask(it.player.asks, rounds);
  if ("why" in answer) {
    it.why = answer.why;
    return null;
  }
  samples.push(answer);
  return answer;
}

/** At most so many times as many rounds as before: the first ones are slow, for V8 compiles late. */
const STEP = 8;

/** Until it is compiled and its caches are filled; then it is known how many rounds a sample takes. */
async function warm(it: Taking, { warm: long, sample }: Pace): Promise<void> {
  for (let all = 0; all < long;) {
    const taken = await take(it, it.rounds, []);
    if (taken === null) return;
    all += taken.ns;
    const wanted = (it.rounds * sample) / taken.ns;
    it.rounds = Math.max(1, Math.round(Math.min(wanted, it.rounds * STEP)));
  }
}

function lineOf({ player, why, samples }: Taking, { hint }: LoopKind): BenchLine {
  const { name, says } = player;
  const rate = why === null && samples.length > 0 ? spread(samples.map(rateOf)) : null;
  const told = why !== null && player.why === null && hint !== undefined ? `${why} (${hint})` : why;
  return { name, says, why: told, samples, rate };
}

/** netlab against C, and against what Node offers. */
function comparisons(
  { targets, rivals }: LoopKind, lines: ReadonlyMap<string, BenchLine>,
): readonly BenchComparison[] {
  const compared = (of: string, against: string, target: number | null): BenchComparison => {
    const [one, other] = [lines.get(of)!, lines.get(against)!];
    const able = one.rate !== null && other.rate !== null;
    const ratios = able ? one.samples.map((it, turn) => rateOf(it) / rateOf(other.samples[turn]!)) : [];
    const ratio = able ? spread(ratios) : null;
    const reached = ratio === null || target === null ? null : hundredths(ratio.median) >= hundredths(target);
    return { of, against, ratio, ratios, target, reached };
  };
  return [
    compared("call", "c", targets.call),
    compared("prepared", "c", targets.prepared),
    ...rivals.flatMap(({ asks, target }) => [compared("call", asks, target), compared("c", asks, null)]),
  ];
}

/** As finely as it is told: what reads 0.95× has reached 0.95×. */
const hundredths = (ratio: number): number => Math.round(ratio * 100);
