/** The event stream as text, an object a line; and back, with a clear word on what is wrong with a file. */
import { type Event, SCHEMA, type SummaryEvent } from "../lab/events.ts";
import { wrong } from "./event-shapes.ts";
import { CONTROL } from "./printable.ts";

/** One line, ended by a line feed. */
export const ndjson = (event: Event | SummaryEvent): string => `${escapeControl(JSON.stringify(event))}\n`;

/** What JSON leaves as it is but a terminal would obey is escaped too. */
export const escapeControl = (json: string): string => json.replace(CONTROL, escaped);
const escaped = (it: string): string => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Text that is not a saved run. `line` counts from 1. */
export class NotEvents extends Error {
  override readonly name = "NotEvents";
  readonly line: number;

  constructor(line: number, what: string) {
    super(`line ${line} ${what}`);
    this.line = line;
  }
}

/**
 * The events of a saved run, or of several; a summary is left out, for it says nothing of its own. Blank
 * lines are allowed. Throws NotEvents, with the line, for what is not JSON, not an event, of another schema
 * version, or cut off.
 */
export function parseEvents(text: string): readonly Event[] {
  const lines = text.split("\n");
  const events: Event[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const event = eventIn(line, i + 1, i === lines.length - 1);
    if (events.length === 0 && event.type !== "run") {
      throw new NotEvents(i + 1, `is of type "${event.type}": ${BEGIN}`);
    }
    if (event.type !== "summary") events.push(event);
  }
  if (events.length === 0) throw new NotEvents(1, "is empty: there is no event here");
  return events;
}
const BEGIN = 'a saved run begins with an event of type "run"';

/** `last`: no line feed ends the line, which a whole file would have. */
function eventIn(line: string, number: number, last: boolean): Event | SummaryEvent {
  const it = parsed(line, number, last);
  const { type, schema } = (it ?? {}) as { readonly type?: unknown; readonly schema?: unknown };
  if (type === "run" && schema !== SCHEMA) {
    const version = JSON.stringify(schema) ?? "unknown";
    throw new NotEvents(number, `is of schema version ${version}; this netlab reads version ${SCHEMA}`);
  }
  const what = wrong(it);
  if (what !== null) throw new NotEvents(number, `is not an event: ${what}`);
  return it as Event | SummaryEvent;
}

function parsed(line: string, number: number, last: boolean): unknown {
  try {
    return JSON.parse(line);
  } catch {
    const begin = JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}…` : line);
    throw new NotEvents(number, last ? "is cut off: the file is not whole" : `is not JSON: ${begin}`);
  }
}
