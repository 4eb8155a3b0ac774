/** A whole log that strace wrote: the calls in it, each whole, whoever made them. */
import type { Entry, StraceCall } from "./strace-entry.ts";
import { readEntries } from "./strace-reader.ts";

/** One call, as strace saw it, and its texts. */
export interface TracedCall {
  /** Of the thread; null in a log that does not tell threads apart. */
  readonly pid: number | null;
  readonly name: string;
  /** What stands between the parentheses. */
  readonly args: string;
  /**
   * What stands behind the `=`: `3`, `-1 EAGAIN (Resource temporarily unavailable)`, `?`. Empty where the log
   * ends first.
   */
  readonly result: string;
  readonly errno: string | null;
  /** The line on which it began, counted from 1. */
  readonly line: number;
  /** The thread was ended inside of it: strace could not write all its arguments. */
  readonly broken: boolean;
  /** All that was read of it. */
  readonly call: StraceCall;
}
/** What a log has. */
export interface TracedLog {
  readonly calls: readonly TracedCall[];
  /** Whether strace was told to follow threads and children (`-f`): every line then says whose it is. */
  readonly followed: boolean;
  /**
   * Lines that are neither calls nor anything else that strace writes; more than a few of them: it is no log
   * of strace.
   */
  readonly strange: number;
}

/** Reads a whole log. */
export function readStraceLog(text: string): TracedLog {
  const entries = readEntries(text);
  const calls = callsIn(entries).filter((it) => it.missing !== "begin").map(traced);
  return {
    calls: calls.toSorted((a, b) => a.line - b.line),
    followed: entries.some((it) => "dress" in it && it.dress.pid !== null),
    strange: entries.filter(isStrange).length,
  };
}

/** Each once: of a call that was broken off what came last. */
function callsIn(entries: readonly Entry[]): readonly StraceCall[] {
  const byLine = new Map<number, StraceCall>();
  for (const it of entries) if ("call" in it) byLine.set(it.call.lines[0]!, it.call);
  return [...byLine.values()];
}

const isStrange = (it: Entry): boolean =>
  (it.kind === "text" && it.text.trim() !== "") || (it.kind === "resumed" && it.call.missing === "begin");

function traced(call: StraceCall): TracedCall {
  const { pid, name, source, args, result, lines, missing } = call;
  const [first, last] = [args[0], args.at(-1)];
  const text = first === undefined ? "" : source.slice(first.at, last!.at + last!.source.length);
  return {
    pid, name, args: text, result: result?.source ?? "", errno: result?.errno ?? null, line: lines[0]!,
    broken: missing === "end", call,
  };
}
