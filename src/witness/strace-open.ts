/** Calls that have not come back, or whose line something else broke off, until their rest comes. */
import { nameOf, readCall, readRest } from "./strace-call.ts";
import type { Dress, StraceCall } from "./strace-entry.ts";

/** A call as far as the log has it. */
export interface Open {
  readonly source: string;
  readonly dress: Dress;
  readonly lines: readonly number[];
}
const RESUMED = /^<\.\.\. (\w+|\?+) resumed>/;
/** What goes on where the program printed something, or strace said something, into a call. */
const REST = /^(?:\)\s+= |, )/;

/** Without what the program printed into its own call: `write(1, "hi\n", 3hi` ends in `hi`. */
function untangled(torn: Open): Open {
  const written = readCall(torn.source).args.findLast(({ value }) => value.kind === "string")?.value;
  if (written?.kind !== "string") return torn;
  const [printed = ""] = written.bytes.split("\n");
  const end = torn.source.lastIndexOf(printed);
  const isBehind = printed !== "" && end >= written.at + written.source.length;
  return isBehind ? { ...torn, source: torn.source.slice(0, end) } : torn;
}

/** A call that stands on one line or, as far as it goes, on the first of several. */
export const callOf = ({ source, dress, lines }: Open): StraceCall =>
  ({ ...readCall(source), pid: dress.pid, dress, source, lines, seam: null });

/** Knows the calls that are open, a thread at most one. */
export class OpenCalls {
  readonly #byThread = new Map<number | null, Open>();
  /** The last of each name: on a terminal, a thread that is alone has no number. */
  readonly #byName = new Map<string, Open>();
  #torn: Open | null = null;

  /** A call that is not back. */
  begin(call: Open): void {
    this.#byThread.set(call.dress.pid, call);
    this.#byName.set(nameOf(call.source) ?? "", call);
  }

  /** A line that begins a call, and breaks off. */
  tear(call: Open): void {
    this.#torn = call;
  }

  /** A call that was torn on the line before, if it was. */
  tornOn(line: number): Open | null {
    return this.#torn?.lines.at(-1) === line ? this.#torn : null;
  }

  /** `<... read resumed>` and what follows: the whole call, or only its end. Null for any other text. */
  resume(text: string, dress: Dress, line: number): StraceCall | null {
    const found = RESUMED.exec(text);
    if (found === null) return null;
    const [mark, name] = found as unknown as readonly [string, string];
    const rest = text.slice(mark.length);
    const begun = this.#take(name, dress.pid);
    if (begun !== null) return joined(begun, rest, dress, line);
    const end = readRest(rest, 0);
    return { name, pid: dress.pid, dress, source: rest, ...end, lines: [line], seam: null, missing: "begin" };
  }

  /** The rest of a call that was torn: null where it is none. */
  mend(text: string, line: number): StraceCall | null {
    const torn = this.#torn;
    if (torn === null || !REST.test(text)) return null;
    this.#torn = null;
    const call = joined(untangled(torn), text, torn.dress, line);
    return call.result === null ? null : call;
  }

  /** The call that was torn, and that strace then left, ` <unfinished ...>`. */
  leave(line: number): Open | null {
    const torn = this.#torn;
    this.#torn = null;
    return torn === null ? null : { ...untangled(torn), lines: [...torn.lines, line] };
  }

  /** The thread has ended: the call in which it was. */
  end(pid: number | null): Open | null {
    const found = this.#byThread.get(pid) ?? null;
    this.#byThread.delete(pid);
    return found;
  }

  /** A thread's execve ended the process's first one, whose number it has from here on. */
  supersede(pid: number | null, by: number): void {
    const call = this.end(by);
    if (call !== null) this.#byThread.set(pid, call);
  }

  #take(name: string, pid: number | null): Open | null {
    const isIt = (it: Open | undefined): it is Open => it !== undefined && nameOf(it.source) === name;
    const own = this.#byThread.get(pid);
    const alone = pid === null ? this.#byName.get(name) : this.#byThread.get(null);
    const found = isIt(own) ? own : isIt(alone) ? alone : null;
    const key = isIt(own) ? pid : found?.dress.pid ?? null;
    if (found === null || this.#byThread.get(key) !== found) return null;
    this.#byThread.delete(key);
    return found;
  }
}

function joined({ source, dress, lines }: Open, rest: string, later: Dress, line: number): StraceCall {
  const both = source + rest;
  const pid = dress.pid ?? later.pid;
  return { ...readCall(both), pid, dress, source: both, lines: [...lines, line], seam: source.length };
}
