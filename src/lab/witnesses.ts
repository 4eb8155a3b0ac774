/** What a recorded call, many calls in sum, or a look can testify to: each answer is a Fact. */

import type { SyscallName } from "../abi/syscalls.ts";
import type { ParameterName } from "../sys/calls.ts";
import type { Arg } from "../sys/decode.ts";
import type { Runs } from "../sys/packed-bytes.ts";
import type { AsleepEvent, CallEvent, TimesEvent } from "./events.ts";
import { argOf, evaluate, type Moment, rewritten } from "./expression.ts";
import { type Events, type Fact, NotInHistory, recast, replaced, sideOf } from "./fact.ts";
import type { History } from "./history.ts";
import type { Value } from "./place.ts";

/** A C expression that begins with one of the call's parameters; `*` before it follows the pointer. */
export type Expression<K extends SyscallName> =
  `${"" | "*"}${ParameterName<K>}${"" | `.${string}` | `[${string}`}`;

/** One recorded call. */
export interface CallWitness<K extends SyscallName> {
  readonly id: number;
  /**
   * What the kernel answered: a negated errno on failure.
   * Of a call that never came back neither this is there, nor errno, nor left.
   */
  readonly result: Fact<number>;
  /** "EAGAIN", or null: it did not fail. */
  readonly errno: Fact<string | null>;
  /** An argument, or memory it reached, as the kernel got it. */
  before(expression: Expression<K>): Fact<Value>;
  /** The same as the kernel left it; of plain bytes, what it wrote. */
  after(expression: Expression<K>): Fact<Value>;
  /** Where the memory lay that it was given for a parameter; 0 is NULL. */
  address(parameter: ParameterName<K>): Fact<Value>;
  /** How many bytes the kernel wrote there, by the call's contract. */
  wrote(expression: Expression<K>): Fact<number>;
  /** Whether its actor was seen asleep in it. */
  readonly slept: Fact<boolean>;
  /** When it entered and left the kernel, in ns since the run began: for order, never for duration. */
  readonly entered: Fact<number>;
  readonly left: Fact<number>;
}

/** The witness of one call among these events; `put`: they would read so had it been another. */
export function callWitness<K extends SyscallName>(
  call: CallEvent, events: Events, put = (other: CallEvent): Events => replaced(events, call, other),
): CallWitness<K> {
  const which = `${sideOf(call)}#${call.id} ${call.name}`;
  const fact = <T>(value: T, seen: string, change: (value: T) => CallEvent): Fact<T> =>
    ({ value, seen: `${which} ${seen}`, bent: (to) => put(change(to)) });
  const at = (moment: Moment, verb: string) => (expression: string): Fact<Value> => {
    const value = evaluate(call, expression, moment);
    return fact(value, `${verb} ${expression}`, (to) => rewritten(call, expression, moment, to));
  };
  return {
    id: call.id,
    get result() {
      const errnoOf = (result: number): string | null => (result < 0 ? "EBADF" : null);
      return fact(returned(call), "returned", (result) => ({ ...call, result, errno: errnoOf(result) }));
    },
    get errno() {
      const seen = returned(call) < 0 ? "failed with" : "errno:";
      return fact(call.errno, seen, (errno) => ({ ...call, errno, result: errno === null ? 0 : -1 }));
    },
    before: at("before", "was given"),
    after: at("after", "left"),
    address(parameter) {
      const arg = call.args.find((it) => it.name === parameter)!;
      return fact(arg.value, `was given ${parameter} at`, (value) => withArg(call, arg, { value }));
    },
    wrote(expression) {
      const arg = memoryAt(call, expression);
      const seen = `bytes the kernel wrote to ${expression}:`;
      return fact(arg.wrote, seen, (wrote) => withArg(call, arg, { wrote }));
    },
    slept: sleep(call, events, `${which} slept:`),
    entered: fact(call.enter, "entered at", (enter) => ({ ...call, enter })),
    get left() {
      return fact(returned({ ...call, result: call.exit }), "left at", (exit) => ({ ...call, exit }));
    },
  };
}

function returned({ id, name, result }: CallEvent): number {
  if (result === null) throw new NotInHistory(`#${id} ${name} never came back`);
  return result;
}

const withArg = (call: CallEvent, old: Arg, change: Partial<Arg>): CallEvent =>
  ({ ...call, args: call.args.map((it) => (it === old ? { ...it, ...change } : it)) });

function memoryAt(call: CallEvent, expression: string): Arg {
  const arg = argOf(call, expression);
  if (arg !== null && arg.before !== null) return arg;
  throw new NotInHistory(`#${call.id} ${call.name} was given no memory for ${expression}`);
}

/** It may have been seen asleep more than once. */
function sleep(call: CallEvent, events: Events, seen: string): Fact<boolean> {
  const asleep = events.filter((it) => it.type === "asleep" && it.id === call.id);
  const { id, actor, name, experiment, enter: t } = call;
  const one: AsleepEvent = { type: "asleep", experiment, t, actor, call: name, id };
  const awake = events.filter((it) => !asleep.includes(it));
  return { value: asleep.length > 0, seen, bent: (to) => (to ? [...awake, one] : awake) };
}

/** All calls of one name in a scene, however many, singly recorded. */
export interface AllWitness<K extends SyscallName> {
  readonly count: Fact<number>;
  readonly results: Fact<readonly number[]>;
  readonly each: readonly CallWitness<K>[];
}

/** The witness of all calls of a name that an actor made in a scene. */
export function allWitness<K extends SyscallName>(
  history: History, scene: string, name: string, actor: string,
): AllWitness<K> {
  const calls = history.calls(scene, name, actor);
  const { events, side } = history;
  const made = (results: readonly (number | null)[]): Events => {
    const model = calls.at(-1) ?? someCall(history, name, actor);
    const others = results
      .map((result, i) => ({ ...(calls[i] ?? model), ...(result === null ? {} : { result }) }));
    return recast(events, calls, others, history.endOf(scene));
  };
  const range = calls.length === 0 ? "" : `#${calls[0]!.id}…#${calls.at(-1)!.id} `;
  const which = `${side}${range}${name}`;
  const count = `${side}calls of ${name}:`;
  return {
    count: { value: calls.length, seen: count, bent: (to) => made(Array<null>(to).fill(null)) },
    get results() {
      return { value: calls.map(returned), seen: `${which} returned`, bent: made };
    },
    each: calls.map((it) => callWitness<K>(it, events)),
  };
}

/** A call such as the history has none. */
export const someCall = ({ run }: History, name: string, actor: string): CallEvent => ({
  type: "call", experiment: run.experiment, t: run.t, id: 0, actor, nr: -1, name, args: [],
  result: 0, errno: null, enter: run.t, exit: run.t,
});

/** The calls of one name in a `times`, in sum. */
export interface SumWitness<K extends SyscallName> {
  readonly count: Fact<number>;
  /** Result → how often. */
  readonly results: Fact<Readonly<Record<number, number>>>;
  /** The bytes received, as runs of equal ones. */
  readonly bytes: Fact<Runs>;
  readonly first: CallWitness<K>;
}

/**
 * The witness of one name in the `times` of a scene. Throws NotInHistory where it is in none, or in several.
 */
export function sumWitness<K extends SyscallName>(
  times: readonly TimesEvent[], name: string, events: Events,
): SumWitness<K> {
  const found = times
    .flatMap((event) => event.calls.filter((it) => it.name === name).map((sum) => ({ event, sum })));
  const first = found[0];
  if (first === undefined) throw new NotInHistory(`no ${name} in a times(…) of this scene`);
  if (found.length > 1) throw new NotInHistory(`${name} is in more than one times(…) of this scene`);
  const { event, sum } = first;
  const put = (change: object): Events => {
    const calls = event.calls.map((it) => (it === sum ? { ...sum, ...change } : it));
    return replaced(events, event, { ...event, calls });
  };
  const side = sideOf(event);
  const which = `${side}${sum.count} × ${name} in “${event.label}”`;
  return {
    count: {
      value: sum.count, seen: `${side}calls of ${name} in “${event.label}”:`,
      bent: (count) => put({ count }),
    },
    results: {
      value: Object.fromEntries(sum.results), seen: `${which} returned`,
      bent: (to) => put({ results: Object.entries(to).map(([result, count]) => [Number(result), count]) }),
    },
    get bytes(): Fact<Runs> {
      if (sum.bytes === null) throw new NotInHistory(`${which} received too many different bytes to keep`);
      return { value: sum.bytes, seen: `${which} received`, bent: (bytes) => put({ bytes }) };
    },
    get first() {
      const call: CallEvent = { ...sum.first, type: "call", experiment: event.experiment, t: event.t };
      return callWitness<K>(call, events, (first) => put({ first }));
    },
  };
}
