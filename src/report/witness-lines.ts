/** What the other witnesses saw, a line each: sleep, sockets by name, packets, states, stacks. */
import type {
  AsleepEvent, KnownEvent, LostEvent, PacketEvent, StackEvent, StateEvent, TimesEvent,
} from "../lab/events.ts";
import { TEXT } from "./call-lines.ts";
import { counted, many } from "./counted.ts";
import { labelled } from "./labelled.ts";
import { inset, type Line } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

export const asleepLines = ({ actor, call, id }: AsleepEvent, { width }: Pen): readonly Line[] =>
  inset(TEXT, words(`${actor} sleeps in ${call} (#${id})`, width - TEXT));

/** `cookie`: also by what the kernel tells the socket from others. */
export const knownLines = (it: KnownEvent, cookie: boolean, pen: Pen): readonly Line[] =>
  labelled("known", [`${it.name} is fd ${it.fd}`, ...(cookie ? [`cookie ${it.cookie}`] : [])], pen);

/** What it says in short; `whole`: also its layers from the outside in, each with its fields. */
export const packetLines = (
  it: PacketEvent, said: readonly string[], whole: boolean, pen: Pen,
): readonly Line[] => {
  const inside = it.inside === null ? [] : [`in #${it.inside}`];
  const lines = labelled("packet", [`${it.device} ${it.direction}`, ...said.map(pen.text), ...inside], pen);
  const layers = it.layers.map(({ name, fields }) => [name, ...pairs(fields)].join(" "));
  return whole ? [...lines, ...labelled("", [many(it.length, "byte"), ...layers], pen)] : lines;
};

/** How much passed in a loop: none of it is told one by one. `stacks`: tracepoints are counted too. */
export function passedLines(it: TimesEvent, stacks: boolean, pen: Pen): readonly Line[] {
  const { label, packets = 0, stacks: passed = 0 } = it;
  const line = (name: string, count: number): readonly Line[] =>
    (count === 0 ? [] : labelled(name, [pen.text(`${counted(count)} passed in “${label}”`)], pen));
  return [...line("packet", packets), ...(stacks ? line("stack", passed) : [])];
}

/** The state that a known socket was in, and what else was read of it then. */
export const stateLines = ({ socket, state, values }: StateEvent, pen: Pen): readonly Line[] =>
  labelled("state", [`${socket} ${state}`, ...pairs(values)], pen);

/** Where the kernel stood, outermost function first. */
export const stackLines = ({ event, frames, fields }: StackEvent, pen: Pen): readonly Line[] =>
  [
    ...labelled("stack", [event, ...pairs(fields)], pen),
    ...inset(TEXT + 2, items(frames, pen.text(" → "), pen.width - TEXT - 2)),
  ];

/** What a witness could not keep. */
export const lostLines = ({ witness, count }: LostEvent, pen: Pen): readonly Line[] =>
  labelled("lost", [`${witness} could not keep ${count}: what it did not see proves nothing`], pen);

const pairs = (fields: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(fields).map(([key, value]) => `${key}=${value}`);
