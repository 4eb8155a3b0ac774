/**
 * A value with where it was seen, so that evidence prints itself,
 * and with how the history would read had it been another.
 */
import type { HistoryEvent } from "./events.ts";

export type Events = readonly HistoryEvent[];

export interface Fact<T> {
  readonly value: T;
  /** Where it was seen: "#7 recvfrom returned". */
  readonly seen: string;
  /** The events as they would be had `value` been read there instead. */
  bent(value: T): Events;
}

/**
 * Thrown by whoever looks for a fact that the history does not hold: the claim is unknown, and this says why.
 */
export class NotInHistory extends Error {
  override readonly name = "NotInHistory";
}

/** Before what was seen in one of several runs that are compared: "tcp ". */
export const sideOf = ({ side }: { readonly side?: string } = {}): string =>
  (side === undefined ? "" : `${side} `);

/** The events with one of them replaced. */
export const replaced = (events: Events, old: HistoryEvent, by: HistoryEvent): Events =>
  events.map((it) => (it === old ? by : it));

/**
 * The events with those that were found made into others, each in its place: fewer, or more behind the last
 * of them. Where none was found, the new ones begin at index `place`: that is how an absence is bent.
 */
export function recast(
  events: Events, found: readonly HistoryEvent[], made: readonly HistoryEvent[], place: number,
): Events {
  const last = found.at(-1);
  const at = last === undefined ? place : events.indexOf(last) + 1;
  const further = made.slice(found.length);
  const instead = new Map(found.map((it, i) => [it, made[i]]));
  const kept = (some: Events): Events =>
    some.flatMap((it) => (instead.has(it) ? instead.get(it) ?? [] : [it]));
  return [...kept(events.slice(0, at)), ...further, ...kept(events.slice(at))];
}

/** Values of facts in evidence: text in quotes, the rest as it is. */
export function shown(value: unknown): string {
  if (typeof value === "string") return shownText(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (value === null || typeof value !== "object") return String(value);
  return `{${Object.entries(value).map(([k, v]) => `${k}: ${shown(v)}`).join(", ")}}`;
}

const shownText = (text: string): string =>
  text.length > 64 ? `${JSON.stringify(text.slice(0, 60))}… (${text.length})` : JSON.stringify(text);
