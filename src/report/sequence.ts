/**
 * A run as a sequence diagram tells it: calls on the side of who makes them, segments between the two sides,
 * in the order of time. How it is drawn is not said here.
 */
import type { CallEvent, Event, PacketEvent, TimesEvent } from "../lab/events.ts";
import { CHAMBER } from "../lab/history.ts";
import { isFence } from "../net/fence.ts";
import { callSays } from "./compare-steps.ts";
import { counted } from "./counted.ts";
import { fieldsOf } from "./packet-fields.ts";
import { packetLabel } from "./packet-label.ts";
import { end, Segments, type ToldSegment } from "./segments.ts";
import { Ends, opposite, type Parcel, type Side } from "./sequence-ends.ts";
import { socketLives } from "./speakers.ts";

/** The beginning of a scene. */
export interface SceneRow {
  readonly is: "scene";
  readonly text: string;
}
/** Calls of one side, one after the other. `t` in ns. */
export interface CallRow {
  readonly is: "call";
  readonly t: number;
  readonly side: Side;
  /** `socket`, `sendto 10`, `recvfrom = 30`, of a call that waits `accept4 …`. */
  readonly says: readonly string[];
}
/** A packet. */
export interface PacketRow {
  readonly is: "packet";
  readonly t: number;
  /** Where it goes; null: to neither side, as far as it tells. */
  readonly to: Side | null;
  /** `SYN`, `1:1461`, `ack 1`, `win 64,240`; what matters most comes first. */
  readonly says: readonly string[];
}
export type Row = SceneRow | CallRow | PacketRow;

/** Names of both sides, and what happens between them. */
export interface Sequence {
  readonly left: string;
  readonly right: string;
  /** When the first of it was, in ns. */
  readonly start: number;
  readonly rows: readonly Row[];
  /** Why there are no packets; null where they were watched. */
  readonly blind: string | null;
}

/** The diagram of one run, from all its events. */
export function sequenceOf(events: readonly Event[]): Sequence {
  const segments = new Segments();
  const packets = events.filter((it) => it.type === "packet").sort((a, b) => a.t - b.t);
  const parcels = packets.map((it) => parcelOf(it, segments.of(it))).filter((it) => !isFence(it.from, it.to));
  const ends = new Ends(parcels);
  const lives = socketLives(events);
  const locals = localsOf(events);
  const sideOf = (it: CallEvent | TimesEvent): Side => {
    const life = it.type === "call" ? lives.get(it) : undefined;
    const own = life?.name == null ? undefined : ends.side(locals.get(life.name) ?? "");
    return own ?? ends.sideOf(life?.role ?? null);
  };
  const items = [
    ...events.flatMap((it) => happenings(it, sideOf)),
    ...parcels.map((it): Item => ({ t: it.event.t, rank: 2, row: packetRow(it, ends) })),
  ].sort((a, b) => a.t - b.t || a.rank - b.rank);
  const start = items.find(({ row }) => row.is !== "scene")?.t ?? 0;
  const wire = events.find((it) => it.type === "run")?.witnesses.wire;
  const blind = wire?.able === true ? null : wire?.why ?? "nobody watched the wire";
  const [left, right] = [ends.name("left", locals), ends.name("right", locals)];
  return { left, right, start, rows: joined(items), blind };
}

/** By the names of sockets: their addresses, those that were seen last. */
const localsOf = (events: readonly Event[]): ReadonlyMap<string, string> =>
  new Map(events.flatMap((it) =>
    (it.type === "state" && it.local !== undefined ? [[it.socket, it.local]] : [])));

/** A row at its time; of one moment a scene comes first, then what begins, what passes, what ends. */
interface Item {
  readonly t: number;
  readonly rank: 0 | 1 | 2 | 3;
  readonly row: Row;
  /** Of a call's begin and of its end: the call. */
  readonly call?: CallEvent;
}

function happenings(it: Event, sideOf: (it: CallEvent | TimesEvent) => Side): readonly Item[] {
  if (it.type === "scene") return [{ t: it.t, rank: 0, row: { is: "scene", text: it.text || it.id } }];
  if (it.type === "times") {
    const says = it.calls.map(({ name, count }) => `${counted(count)} × ${name}`);
    return [{ t: it.t, rank: 1, row: { is: "call", t: it.t, side: sideOf(it), says } }];
  }
  if (it.type !== "call" || it.actor === CHAMBER) return [];
  const row = (t: number, says: string): CallRow => ({ is: "call", t, side: sideOf(it), says: [says] });
  const begin: Item = { t: it.enter, rank: 1, call: it, row: row(it.enter, `${it.name} …`) };
  if (it.exit === null) return [begin];
  return [begin, { t: it.exit, rank: 3, call: it, row: row(it.exit, `… ${callSays(it)}`) }];
}

/** A call between whose begin and end nothing happened is one; neighbours of one side are told together. */
function joined(items: readonly Item[]): readonly Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < items.length; i++) {
    const { row, call, rank } = items[i]!;
    const whole = call !== undefined && rank === 1 && items[i + 1]?.call === call;
    if (whole) i++;
    const last = rows.at(-1);
    const told: Row = whole && row.is === "call" ? { ...row, says: [callSays(call)] } : row;
    const both = last === undefined ? null : together(last, told);
    if (both === null) rows.push(told);
    else rows[rows.length - 1] = both;
  }
  return rows;
}

/** Two rows of one side that tell no figure, as one; else null. */
function together(a: Row, b: Row): Row | null {
  const isQuiet = ({ says }: CallRow): boolean => says.every((it) => !/[ =]/.test(it));
  if (a.is !== "call" || b.is !== "call" || a.side !== b.side || !isQuiet(a) || !isQuiet(b)) return null;
  return { ...a, says: [...a.says, ...b.says] };
}

function parcelOf(event: PacketEvent, segment: ToldSegment | null): Parcel {
  if (segment !== null) return { event, segment, from: segment.from, to: segment.to };
  const [ip, udp] = [fieldsOf(event, "ip", "ipv6"), fieldsOf(event, "udp")];
  if (ip === undefined) return { event, segment, from: "", to: "" };
  return { event, segment, from: end(ip.saddr, udp?.sport), to: end(ip.daddr, udp?.dport) };
}

function packetRow({ event, segment, from, to }: Parcel, ends: Ends): PacketRow {
  const goes = ends.side(to) ?? opposite(ends.side(from)) ?? null;
  const says = [...ends.labels(from, to), ...packetLabel(event, segment)];
  return { is: "packet", t: event.t, to: goes, says };
}
