/**
 * Reads strace's logs, whatever its options were: each line makes an entry, in order, and what two threads
 * wrote into one another is put together.
 *
 *     10 recvfrom(3,  <unfinished ...>              begun: the call as far as it goes
 *     11 close(4) = 0                               call
 *     10 <... recvfrom resumed>"hi", 8, 0) = 2      resumed: the call, whole
 *
 * Give it a log as latin1, a character a byte: then each entry's `raw`, written back in the same way, is the
 * very line. No text makes it throw, and it takes time linear to its length.
 */
import { nameOf } from "./strace-call.ts";
import { readDress } from "./strace-dress.ts";
import type { BegunEntry, Dress, Entry, Said } from "./strace-entry.ts";
import { endIn, signalIn, undressed } from "./strace-line.ts";
import { callOf, type Open, OpenCalls } from "./strace-open.ts";

/** A whole log at once. */
export function readEntries(text: string): readonly Entry[] {
  const reader = new StraceReader();
  return [...reader.push(text), ...reader.end()];
}

/** `--color`, which strace knows since 7.0. */
const COLOUR = /\x1b\[[\d;]*m/g;
const LEFT = / ?<(?:(?:unfinished|detached) \.\.\.|Cannot restart pid [^>]*)>\s*$/;
/** On a terminal this may stand behind a call that is still being written. */
const ATTACHED = "strace: Process ";

/** Takes a log in pieces. */
export class StraceReader {
  /** What has no line feed yet. */
  #rest: string[] = [];
  #line = 0;
  readonly #open = new OpenCalls();

  /** `chunk`: cut anywhere. The entries of the lines that are whole by it, which have to be taken. */
  *push(chunk: string): Generator<Entry> {
    let from = 0;
    for (let at = chunk.indexOf("\n"); at >= 0; at = chunk.indexOf("\n", from)) {
      this.#rest.push(chunk.slice(from, at));
      from = at + 1;
      yield this.#entry(this.#taken());
    }
    if (from < chunk.length) this.#rest.push(chunk.slice(from));
  }

  /** The log is over: its last line, where no line feed ends it. */
  *end(): Generator<Entry> {
    if (this.#rest.length === 0) return;
    const entry = this.#entry(this.#taken());
    const torn = this.#open.tornOn(entry.line);
    if (entry.kind !== "text" || torn === null) yield entry;
    else yield { ...begun(torn), line: entry.line, raw: entry.raw };
  }

  #taken(): string {
    const raw = this.#rest.join("");
    this.#rest = [];
    return raw;
  }

  #entry(raw: string): Entry {
    const plain = raw.includes("\x1b") ? raw.replace(COLOUR, "") : raw;
    const text = plain.endsWith("\r") ? plain.slice(0, -1) : plain;
    const line = ++this.#line;
    return { line, raw, ...(undressed(text) ?? this.#dressed(text, line) ?? { kind: "text", text }) };
  }

  #dressed(text: string, line: number): Said | null {
    const dress = readDress(text);
    const body = text.slice(dress.source.length);
    return signalIn(body, dress) ?? this.#ended(body, dress) ?? this.#resumed(body, dress, line)
      ?? this.#left(body, dress, line) ?? this.#called(body, dress, line);
  }

  #ended(body: string, dress: Dress): Said | null {
    const said = endIn(body, dress);
    if (said === null) return null;
    const inside = this.#open.end(dress.pid);
    if (said.superseded !== null) this.#open.supersede(dress.pid, said.superseded);
    return { ...said, inside: inside === null ? null : callOf(inside) };
  }

  #resumed(body: string, dress: Dress, line: number): Said | null {
    const call = this.#open.resume(body, dress, line) ?? this.#open.mend(body, line);
    return call === null ? null : { kind: "resumed", dress, call };
  }

  /** `read(0,  <unfinished ...>` */
  #left(body: string, dress: Dress, line: number): Said | null {
    const mark = LEFT.exec(body);
    if (mark === null) return null;
    const source = body.slice(0, mark.index);
    const call = source === "" ? this.#open.leave(line)
      : nameOf(source) === null ? null : { source, dress, lines: [line] };
    if (call === null) return null;
    this.#open.begin(call);
    return begun(call);
  }

  #called(body: string, dress: Dress, line: number): Said | null {
    if (nameOf(body) === null) return null;
    const whole = callOf({ source: body, dress, lines: [line] });
    if (whole.result !== null) return { kind: "call", dress, call: whole };
    const end = body.lastIndexOf(ATTACHED);
    const torn = { source: end < 0 ? body : body.slice(0, end), dress, lines: [line] };
    this.#open.tear(torn);
    return end < 0 ? null : begun(torn);
  }
}

const begun = (it: Open): Said<BegunEntry> =>
  ({ kind: "begun", dress: it.dress, call: callOf(it) });
