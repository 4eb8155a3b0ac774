/**
 * A claim: netlab's own sentence about Linux, what it rests on, its proof,
 * and the statements of the notes it settles.
 *
 *     claim("each receive returns one datagram", { apart: { recvfrom: 2 } },
 *       ({ apart: { recvfrom: [first, second] } }, seen) => [
 *         is(first.result, 10), is(second.result, 20),
 *         also(() => is(seen.counted("Udp.InDatagrams", "apart"), 2)),
 *       ], supports("N0-06"))
 *
 * The proof sees a history and nothing else, so a history from a file is judged just as one from the kernel.
 */
import type { SyscallName } from "../abi/syscalls.ts";
import type { Check } from "./check.ts";
import type { CallEvent, How } from "./events.ts";
import { NotInHistory } from "./fact.ts";
import type { History } from "./history.ts";
import { type LookWitness, lookWitness } from "./look-witness.ts";
import { type Seen, seenIn } from "./seen.ts";
import {
  type AllWitness, allWitness, type CallWitness, callWitness, type SumWitness, sumWitness,
} from "./witnesses.ts";

/** Rests on all calls of that name in the scene, however many. */
export const all = "all";
/** Rests on the calls of that name in a `times` of the scene, in sum. */
export const sum = "sum";

/** `recvfrom`, `sendto@writer` (an actor's), `look` (whatever its name), `look row`. */
export type Selector = SyscallName | `${SyscallName}@${string}` | "look" | `look ${string}`;
type HowMany = number | typeof all | typeof sum;
type Wanted = Partial<Readonly<Record<Selector, HowMany>>>;
/** Scene → what of it: so many calls of a name, `all`, or `sum`. The history must hold exactly these. */
export type Rests = Readonly<Record<string, Wanted>>;

type Tuple<T, N extends number, A extends readonly T[] = []> =
  A["length"] extends N ? A : Tuple<T, N, readonly [...A, T]>;
type NameOf<S> = S extends `${infer K extends SyscallName}@${string}` ? K : S extends SyscallName ? S : never;
type WitnessOf<S> = S extends "look" | `look ${string}` ? LookWitness : CallWitness<NameOf<S>>;
type Of<S, N> =
  N extends typeof all ? AllWitness<NameOf<S>>
  : N extends typeof sum ? SumWitness<NameOf<S>>
  : N extends 1 ? WitnessOf<S>
  : N extends number ? Tuple<WitnessOf<S>, N>
  : never;
type OnScene<W> = { readonly [S in keyof W]: Of<S, W[S]> };
/** Of the same shape as what the claim rests on: one witness, a tuple of them, or all in one. */
export type On<R extends Rests> = { readonly [Scene in keyof R]: OnScene<R[Scene]> };

/** A statement of the notes, by its number, and how a claim stands to it. */
export interface Cite {
  readonly how: How;
  readonly id: string;
}
const cites = (how: How) => (...ids: readonly string[]): readonly Cite[] => ids.map((id) => ({ how, id }));
/** The notes say so too. */
export const supports = cites("supports");
/** The notes say something near it. */
export const corrects = cites("corrects");
/** The notes say the opposite. */
export const contradicts = cites("contradicts");

/** The version of Linux from which on a claim holds, as it was found by running older ones too. */
export interface Since {
  readonly since: string;
}
/** `since("5.14")`: on older kernels the claim is not judged. */
export const since = (version: `${number}.${number}`): Since => ({ since: version });

/** What may stand behind a claim's proof: statements of the notes, or a version of Linux. */
export type Settles = readonly Cite[] | Since;

export interface Claim {
  readonly says: string;
  readonly cites: readonly Cite[];
  /** Null: on every kernel that was tried. */
  readonly since: string | null;
  /** The checks, made on one history. Throws NotInHistory where the history lacks what the claim rests on. */
  prove(history: History): readonly Check[];
}

/** Declares a claim: its sentence, what it rests on, its proof, what it settles, and from which kernel on. */
export function claim<const R extends Rests>(
  says: string, rests: R, proof: (on: On<R>, seen: Seen) => readonly Check[],
  ...settles: readonly Settles[]
): Claim {
  return {
    says, ...settling(settles),
    prove: (history) => proof(testimony(rests, history) as On<R>, seenIn(history)),
  };
}

/** What a claim cites, and from which kernel on it holds. */
export const settling = (settles: readonly Settles[]): Pick<Claim, "cites" | "since"> => ({
  cites: settles.flatMap((it) => ("since" in it ? [] : it)),
  since: settles.find((it): it is Since => "since" in it)?.since ?? null,
});

/** The witnesses of a history, in the shape of what a claim rests on. Throws NotInHistory. */
export const testimony = (rests: Rests, history: History): object =>
  Object.fromEntries(Object.entries(rests).map(([scene, wanted]) => {
    const found = Object.entries(wanted)
      .map(([selector, count]) => [selector, witnessed(history, scene, selector, count)]);
    return [scene, Object.fromEntries(found)];
  }));

function witnessed(history: History, scene: string, selector: string, count: HowMany | undefined): unknown {
  const [name = "", actor = "main"] = selector.split("@");
  if (count === sum) return sumWitness(history.times(scene, actor), name, history.events);
  if (count === all) return allWitness(history, scene, name, actor);
  const found = name === "look" || name.startsWith("look ")
    ? history.looks(scene, name.slice(5) || null).map((it) => lookWitness(it, history.events))
    : history.calls(scene, name, actor).map((it) => callWitness(it, history.events));
  if (found.length !== count) {
    const has = `the history has ${found.length}${failureIn(history.calls(scene, name, actor))}`;
    throw new NotInHistory(`it rests on ${count} ${selector} in “${scene}”, ${has}`);
  }
  return count === 1 ? found[0] : found;
}

/** Why there may be fewer calls than a claim rests on: what could not go on. */
function failureIn(calls: readonly CallEvent[]): string {
  const failed = calls.findLast(({ errno }) => errno !== null);
  return failed === undefined ? "" : `: #${failed.id} ${failed.name} failed with ${failed.errno}`;
}
