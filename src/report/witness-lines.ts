/** What the other witnesses saw, a line each: sleep, sockets by name, packets, states, stacks. */
import type { AsleepEvent, KnownEvent, PacketEvent, StackEvent, StateEvent } from "../lab/events.ts";
import { TEXT } from "./call-lines.ts";
import { many } from "./counted.ts";
import { labelled } from "./labelled.ts";
import { inset, type Line } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

export const asleepLines = ({ actor, call, id }: AsleepEvent, { width }: Pen): readonly Line[] =>
  inset(TEXT, words(`${actor} sleeps in ${call} (#${id})`, width - TEXT));

/** `cookie`: also by what the kernel tells the socket from others. */
export const knownLines = (it: KnownEvent, cookie: boolean, pen: Pen): readonly Line[] =>
  labelled("known", [`${it.name} is fd ${it.fd}`, ...(cookie ? [`cookie ${it.cookie}`] : [])], pen);

/** The layers from the outside in, each with its fields. */
export const packetLines = (it: PacketEvent, pen: Pen): readonly Line[] => {
  const layers = it.layers.map(({ name, fields }) => [name, ...pairs(fields)].join(" "));
  return labelled("packet", [`${it.direction} ${it.device}, ${many(it.length, "byte")}`, ...layers], pen);
};

/** The state that a known socket was in, and what else was read of it then. */
export const stateLines = ({ socket, state, values }: StateEvent, pen: Pen): readonly Line[] =>
  labelled("state", [`${socket} ${state}`, ...pairs(values)], pen);

/** Where the kernel stood, outermost function first. */
export const stackLines = ({ event, frames, fields }: StackEvent, pen: Pen): readonly Line[] =>
  [
    ...labelled("stack", [event, ...pairs(fields)], pen),
    ...inset(TEXT + 2, items(frames, pen.text(" → "), pen.width - TEXT - 2)),
  ];

const pairs = (fields: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(fields).map(([key, value]) => `${key}=${value}`);
