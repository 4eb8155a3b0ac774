/**
 * A run told for a comparison, scene by scene: who makes which calls, and the packets that pass in them.
 * Calls that carry nothing stand together on one line.
 */
import type { CallEvent, PacketEvent, TimesEvent } from "../lab/events.ts";
import type { Events } from "../lab/fact.ts";
import { OPENING } from "../lab/history.ts";
import { type Arrow, arrowsOf } from "./arrow.ts";
import { callsOf, inScenes } from "./compare-events.ts";
import { counted } from "./counted.ts";
import { speakersOf } from "./speakers.ts";

/** One line of it. */
export interface Step {
  /** Empty where nobody is known to speak. */
  readonly who: string;
  /** `socket`, `bind`, `recvfrom = 30`. */
  readonly says: readonly string[];
  readonly arrows: readonly Arrow[];
}
/** Scene → its steps. */
export type Steps = ReadonlyMap<string, readonly Step[]>;

/** A call as it is told. */
interface Told {
  readonly event: CallEvent | TimesEvent;
  readonly who: string;
  readonly says: string;
  /** It tells no figure, and may stand beside others. */
  readonly quiet: boolean;
  readonly packets: readonly PacketEvent[];
}

/** What each scene of a run comes to; scenes in which nothing is called are there too. */
export function stepsOf(events: Events): Steps {
  const arrows = arrowsOf(events.filter((it): it is PacketEvent => it.type === "packet"));
  const speaker = speakersOf(events);
  const whoOf = (it: CallEvent): string => speaker(it) ?? (it.actor === "main" ? "" : it.actor);
  const steps = new Map<string, readonly Step[]>();
  for (const [scene, own] of inScenes(events)) {
    const calls = new Set(callsOf(own));
    const told = own.flatMap((it) =>
      (it.type === "times" || (it.type === "call" && calls.has(it)) ? tellingOf(it, whoOf) : []));
    const held = withPackets(told, own.filter((it) => it.type === "packet"));
    if (told.length > 0 || scene !== OPENING) steps.set(scene, joined(held, arrows));
  }
  return steps;
}
/** Which argument says how much a call is to send. */
const GIVES: Readonly<Record<string, string>> = {
  sendto: "len", write: "count", sendmmsg: "vlen",
};
/** Calls whose result is told: how much came, or a new descriptor. */
const ANSWERS: ReadonlySet<string> = new Set([
  "recvfrom", "recvmsg", "recvmmsg", "read", "readv", "accept", "accept4", "sendmsg", "writev",
]);

function tellingOf(event: CallEvent | TimesEvent, whoOf: (it: CallEvent) => string): readonly Told[] {
  if (event.type === "call") {
    const says = callSays(event);
    return [{ event, who: whoOf(event), says, quiet: !/[ =]/.test(says), packets: [] }];
  }
  const { actor } = event;
  const who = actor === "main" ? "" : actor;
  return event.calls.map(({ name, count }) =>
    ({ event, who, says: `${counted(count)} × ${name}`, quiet: false, packets: [] }));
}

/** `bind`, `sendto 10`, `sendto 20 = 12`, `recvfrom = 30`, `connect = ECONNREFUSED`. */
export function callSays({ name, args, result, errno }: CallEvent): string {
  const given = args.find((it) => it.name === GIVES[name])?.value;
  const what = given === undefined ? name : `${name} ${given}`;
  if (result === null) return `${what} …`;
  if (errno !== null) return `${what} = ${errno}`;
  return ANSWERS.has(name) || (given !== undefined && result !== given) ? `${what} = ${result}` : what;
}

/** Each packet with the call that it passed in; else with the last one that had begun by then. */
function withPackets(told: readonly Told[], packets: readonly PacketEvent[]): readonly Told[] {
  const byId = new Map(told.map((it) => [it.event.type === "call" ? it.event.id : null, it]));
  const held = new Map<Told | undefined, PacketEvent[]>();
  for (const it of packets) {
    const holder = (it.inside === null ? undefined : byId.get(it.inside))
      ?? told.findLast(({ event }) => event.t <= it.t) ?? told[0];
    const own = held.get(holder) ?? [];
    own.push(it);
    held.set(holder, own);
  }
  return told.map((it) => ({ ...it, packets: held.get(it) ?? [] }));
}

/** Neighbours that tell no figure, of one speaker, are one step; packets end it. */
function joined(told: readonly Told[], arrows: ReadonlyMap<PacketEvent, Arrow>): readonly Step[] {
  const steps: Step[] = [];
  let open = false;
  for (const { who, says, quiet, packets } of told) {
    const own = packets.map((it) => arrows.get(it)!);
    const last = steps.at(-1);
    if (open && quiet && last?.who === who) {
      steps[steps.length - 1] = { who, says: [...last.says, says], arrows: own };
    } else steps.push({ who, says: [says], arrows: own });
    open = quiet && own.length === 0;
  }
  return steps;
}
