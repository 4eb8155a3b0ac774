/** Reads a log that strace wrote: the calls in it, each whole, whoever made them. */
import { readItems } from "./strace-items.ts";

/** One call, as strace saw it. */
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
}
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

/** `12345 `, or `[pid 12345] ` where strace wrote to a terminal. */
const PID = /^(?:\[pid\s+(\d+)\]|(\d+)) +/;
/** `-t`, `-tt`, `-ttt`, `-r`: a point in time, or the time since the line before. */
const TIME = /^(?:\d{2}:\d{2}:\d{2}(?:\.\d+)?|\d+\.\d+|\s*\d+\.\d+) +(?=[a-z<+-])/;
/** `-T`: how long the call took. */
const TOOK = /\s<\d+\.\d+>$/;
/** `--- SIGCHLD {…} ---`, `+++ exited with 0 +++`, `strace: Process 1 attached`. */
const OTHER = /^(?:---|\+\+\+|strace: )/;
const UNFINISHED = /\s?<unfinished \.\.\.>$/;
/** strace 5 wrote a space behind it; the one before an arrow, `[2] => [7]`, belongs to the argument. */
const RESUMED = /^<\.\.\. (\w+) resumed>(?: (?!=>))?/;
const BEGIN = /^(\w+)\(/;

interface Line {
  readonly pid: number | null;
  readonly text: string;
  readonly number: number;
}

/** Reads a whole log. */
export function readStraceLog(text: string): TracedLog {
  const calls: TracedCall[] = [];
  const open = new Map<number | null, Line>();
  let followed = false;
  let strange = 0;
  for (const [i, raw] of text.split("\n").entries()) {
    const line = stripped(raw, i + 1);
    followed ||= line.pid !== null;
    if (line.text === "" || OTHER.test(line.text)) continue;
    const whole = joined(line, open);
    if (whole === null) continue;
    const call = callOf(whole);
    if (call === null) strange++;
    else calls.push(call);
  }
  for (const it of open.values()) calls.push({ ...nameAndArgs(it), result: "", errno: null, broken: true });
  return { calls: calls.toSorted((a, b) => a.line - b.line), followed, strange };
}

/** A line without what stands before the call, and without the time that it took. */
function stripped(raw: string, number: number): Line {
  const found = PID.exec(raw);
  const rest = found === null ? raw : raw.slice(found[0].length);
  const text = rest.replace(TIME, "").replace(TOOK, "").trimEnd();
  return { pid: found === null ? null : Number(found[1] ?? found[2]), text, number };
}

/** A call whose line was broken by another thread's, put together; null as long as it is not whole. */
function joined(line: Line, open: Map<number | null, Line>): Line | null {
  const resumed = RESUMED.exec(line.text);
  const begun = resumed === null ? undefined : open.get(line.pid);
  if (begun !== undefined) open.delete(line.pid);
  const text = begun === undefined ? line.text : `${begun.text}${line.text.slice(resumed![0].length)}`;
  const whole = { pid: line.pid, text, number: begun?.number ?? line.number };
  if (!UNFINISHED.test(text)) return whole;
  open.set(line.pid, { ...whole, text: text.replace(UNFINISHED, "") });
  return null;
}

function callOf(line: Line): TracedCall | null {
  const begin = BEGIN.exec(line.text);
  if (begin === null) return null;
  const from = begin[0].length;
  const broken = /<unfinished \.\.\.>\)\s+= \?$/.test(line.text);
  const end = broken ? line.text.lastIndexOf("<unfinished") : readItems(line.text, from).end;
  const result = /^\)\s+= (.*)$/s.exec(line.text.slice(broken ? line.text.lastIndexOf(")") : end))?.[1];
  if (result === undefined) return null;
  const errno = /^(?:-1|\?) (E\w+)/.exec(result)?.[1] ?? null;
  const args = line.text.slice(from, end).trimEnd();
  return { pid: line.pid, name: begin[1]!, args, result, errno, line: line.number, broken };
}

/** Of a call that the log does not see the end of. */
function nameAndArgs({ pid, text, number }: Line): Pick<TracedCall, "pid" | "name" | "args" | "line"> {
  const [, name = "", args = ""] = /^(\w*)\(?(.*)$/s.exec(text) ?? [];
  return { pid, name, args: args.trimEnd(), line: number };
}
