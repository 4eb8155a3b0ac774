/**
 * A difference: a claim about several runs of one job, each done in its own way.
 *
 *     difference("the same two sends are one receive here and two there",
 *       { tcp: { hear: { recvfrom: 1 } }, udp: { hear: { recvfrom: 2 } } },
 *       ({ tcp, udp }) => [is(tcp.hear.recvfrom.result, 30), is(udp.hear.recvfrom[0].result, 10), …],
 *       supports("N0-06"))
 *
 * It is a claim like any other: its history is that of all runs together, each event with the side it belongs
 * to, and the proof is given the witnesses of each side.
 */
import type { Check } from "./check.ts";
import { type Claim, type On, type Rests, type Settles, settling, testimony } from "./claim.ts";
import { type Events, NotInHistory } from "./fact.ts";
import { History } from "./history.ts";
import { type Seen, seenIn } from "./seen.ts";

/** Side → scene → what of it. */
type Sides = Readonly<Record<string, Rests>>;

export interface Difference extends Claim {
  /** The sides that it speaks of; where one of them is not compared, it does not apply. */
  readonly between: readonly string[];
}

/** Declares a difference: its sentence, what it rests on in each run, its proof, what it settles. */
export function difference<const R extends Sides>(
  says: string, rests: R,
  proof: (
    on: { readonly [S in keyof R]: On<R[S]> }, seen: { readonly [S in keyof R]: Seen },
  ) => readonly Check[],
  ...settles: readonly Settles[]
): Difference {
  const between = Object.keys(rests);
  return {
    says, ...settling(settles), between,
    prove({ events }) {
      const histories = Object.entries(rests)
        .map(([side, own]) => [side, own, historyOf(side, events)] as const);
      const on = histories.map(([side, own, it]) =>
        [side, asked(side, within(side, () => testimony(own, it)))]);
      const seen = histories.map(([side, , it]) => [side, asked(side, seenIn(it))]);
      return proof(Object.fromEntries(on) as never, Object.fromEntries(seen) as never)
        .map((it) => among(events, it));
    },
  };
}

/** One run of those that are compared. */
function historyOf(side: string, events: Events): History {
  const own = events.filter((it) => it.side === side);
  if (own.length === 0) throw new NotInHistory(`there is no run of ${side}`);
  return new History(own);
}

/** What is looked for in one run: what that one lacks is told with its side. */
function within<T>(side: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof NotInHistory) || error.message.startsWith(`${side} `)) throw error;
    throw new NotInHistory(`${side}: ${error.message}`);
  }
}

/** The witnesses of one run, who are asked within it, and those whom they name; facts are as they are. */
const asked = <T>(side: string, witness: T): T =>
  (typeof witness !== "object" || witness === null || "bent" in witness ? witness : new Proxy(witness, {
    get(target, name) {
      const found: unknown = within(side, () => Reflect.get(target, name));
      if (typeof found !== "function") return asked(side, found);
      return (...words: readonly unknown[]) => asked(side, within(side, () => found.apply(target, words)));
    },
  }));

/** A check on one run or several: what bends that run bends the whole. */
const among = (events: Events, check: Check): Check => ({
  holds: check.holds, text: check.text, missing: check.missing,
  get bends() { return check.bends.map((bend) => () => whole(events, bend())); },
});

function whole(events: Events, bent: Events): Events {
  const side = bent.find((it) => it.type === "run")?.side;
  if (side === undefined) throw new NotInHistory("a bend has lost its run");
  return [...events.filter((it) => it.side !== side), ...bent.map((it) => ({ ...it, side }))];
}
