/** Lines of strace's that are no calls: signals, ends, messages, and what stands below a call. */
import type { BelowEntry, Dress, EndEntry, MessageEntry, Said, SignalEntry } from "./strace-entry.ts";
import type { Value } from "./strace-value.ts";
import { ValueReader } from "./strace-value-reader.ts";

const MESSAGE = /^(?:(?:[^\s(]*\/)?strace: |\[ Process PID=|Process \d+ (?:attached|detached|suspended)\b)/;
const STACK = /^ > /;
const BYTES = /^ (?:\| (?:[\da-f]{5,} |<Cannot fetch)|\* \d+ bytes in buffer )/;
const STOPPED = /^--- stopped by (\S+) ---$/;
const SIGNAL = /^--- (\S+) (?:(.*) )?---$/s;
const END = /^\+\+\+ (?:exited with (\d+)|killed by (\S+)( \(core dumped\))?|superseded by .* (\d+)) \+\+\+$/;

/** What strace says, and what it writes below a call: neither has the dress of the other lines. */
export function undressed(text: string): Said<MessageEntry | BelowEntry> | null {
  if (MESSAGE.test(text)) return { kind: "message", text };
  if (STACK.test(text)) return { kind: "below", what: "stack", text };
  return BYTES.test(text) ? { kind: "below", what: "bytes", text } : null;
}

/** `body`: the line without its dress, here and below. */
export function signalIn(body: string, dress: Dress): Said<SignalEntry> | null {
  const stopped = STOPPED.exec(body);
  if (stopped !== null) return { kind: "signal", dress, name: stopped[1]!, stopped: true, info: null };
  const found = SIGNAL.exec(body);
  if (found === null) return null;
  const [, name, info] = found as unknown as readonly [string, string, string | undefined];
  const at = `--- ${name} `.length;
  return { kind: "signal", dress, name, stopped: false, info: info === undefined ? null : infoIn(body, at) };
}

/** Old versions wrote a sentence: `(Child exited) @ 0 (0)`. */
function infoIn(body: string, at: number): Value {
  const end = body.length - " ---".length;
  const reader = new ValueReader(body.slice(0, end), at);
  const value = reader.value();
  return reader.cursor.isAtEnd ? value : { kind: "text", source: body.slice(at, end), at, remark: null };
}

/** How a thread ended; in which call, others know. */
export function endIn(body: string, dress: Dress): Omit<Said<EndEntry>, "inside"> | null {
  const found = END.exec(body);
  if (found === null) return null;
  const [, status, signal = null, core, by] = found as unknown as readonly (string | undefined)[];
  return {
    kind: "end", dress, signal, core: core !== undefined,
    status: status === undefined ? null : Number(status), superseded: by === undefined ? null : Number(by),
  };
}
