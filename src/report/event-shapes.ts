/**
 * What each event must look like to be judged: the types of lab/events.ts, checked where the events come from
 * a file.
 */
import { type Event, SCHEMA, type SummaryEvent } from "../lab/events.ts";
import {
  type Check, either, flag, like, list, natural, number, oneOf, optional, orNull, pair, record, shape, text,
  upTo, whole,
} from "./shape.ts";

/** What is wrong with a value that should be an event, or null. */
export function wrong(it: unknown): string | null {
  const type = (it as { readonly type?: unknown } | null)?.type;
  if (typeof type !== "string") return "it has no type";
  if (!Object.hasOwn(SHAPES, type)) return `its type is ${JSON.stringify(type)}`;
  return SHAPES[type as keyof typeof SHAPES](it, "");
}

const setting = either(number, text);
/** A word of 64 bits: its digits, where a double cannot hold it. */
const word = either(whole, like(/^-?\d+$/, "a number"));
const id = whole;
const hex = like(/^(?:[0-9a-f]{2})*$/, "bytes in hex");
/** So long a run of equal bytes may a file ask for: 256 MiB. */
const repeat = upTo(2 ** 28);
const bytes = either(hex, list(pair(hex, repeat)));
const place = { experiment: text, t: natural, side: optional(text) };

const arg = shape({
  name: text, flow: oneOf("value", "in", "out", "inout", "place"), value: word, text, layout: orNull(text),
  before: orNull(bytes), after: orNull(bytes), room: natural, wrote: natural,
});
const CALL = {
  id, actor: text, nr: natural, name: text, args: list(arg),
  result: orNull(whole), errno: orNull(text), enter: natural, exit: orNull(natural),
};
const sum = shape({
  name: text, count: natural, results: list(pair(whole, natural)), bytes: orNull(list(pair(text, repeat))),
  first: shape(CALL), last: shape(CALL), median: optional(natural),
});
const counts = { proven: natural, refuted: natural, unknown: natural, exit: natural };

const SHAPES: Readonly<Record<(Event | SummaryEvent)["type"], Check>> = {
  run: shape({
    ...place, schema: oneOf(SCHEMA), netlab: text, asks: text, parameters: record(setting),
    machine: shape({ kernel: text, arch: text, node: text, koffi: text, uid: whole }),
    chamber: shape({ mode: oneOf("root", "user", "none"), why: orNull(text), built: optional(flag) }),
    witnesses: record(shape({ able: flag, why: orNull(text), watching: optional(list(text)) })),
  }),
  scene:   shape({ ...place, id: text, text }),
  say:     shape({ ...place, text }),
  call:    shape({ ...place, ...CALL }),
  look:    shape({
    ...place, name: text, of: orNull(text), text: orNull(text),
    memory: orNull(list(shape({ layout: orNull(text), bytes }))),
  }),
  times:   shape({
    ...place, label: text, actor: text, rounds: natural, calls: list(sum),
    packets: optional(natural), stacks: optional(natural),
  }),
  asleep:  shape({ ...place, actor: text, call: text, id }),
  known:   shape({ ...place, name: text, fd: whole, cookie: text }),
  packet:  shape({
    ...place, device: text, direction: oneOf("out", "in"), inside: orNull(id), length: natural,
    layers: list(shape({ name: text, fields: record(either(setting, flag)) })), bytes,
  }),
  state:   shape({
    ...place, socket: text, state: text, seen: oneOf("tracepoint", "sample"), values: record(number),
    local: optional(text), remote: optional(text),
  }),
  counter: shape({ ...place, scene: orNull(text), values: record(number) }),
  stack:   shape({
    ...place, event: text, actor: text, inside: orNull(id), frames: list(text), fields: record(setting),
  }),
  lost:    shape({ ...place, witness: text, count: natural }),
  finding: shape({
    ...place, claim: text, verdict: oneOf("proven", "refuted", "unknown"),
    evidence: list(text), why: orNull(text),
    cites: list(shape({ id: text, how: oneOf("supports", "corrects", "contradicts") })),
  }),
  end: shape({
    ...place, ...counts,
    broke: orNull(shape({
      how: oneOf("error", "crash", "hang", "interrupt", "cannot"), message: text, call: orNull(id),
    })),
  }),
  summary: shape({ experiments: natural, ...counts }),
};
