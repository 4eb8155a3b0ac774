/** Reads what strace's options put before each line: whose it is, when it was, where the program stood. */
import type { Dress, Time } from "./strace-entry.ts";

/** `[pid    12] ` on a terminal; `12    ` in a file, five characters at least. */
const ON_TERMINAL = /\[pid +(\d+)(?:<([^>]*)>)?\] /y;
const IN_FILE = /(\d+)(?:<([^>]*)>)?( +)/y;
const WIDTH = 5;
/** No process has a higher number (PID_MAX_LIMIT): it is a time in seconds. */
const LAST_PID = 2 ** 22;
const CONTEXT = /\[([A-Za-z_][\w.,:!-]*)\] /y;
const CLOCK = /(\d\d):(\d\d):(\d\d(?:\.\d+)?) +/y;
/** Of `-ttt`: these days it has ten digits. */
const EPOCH = /(\d{9,}(?:\.\d+)?) +/y;
/** Of `-r`, behind another time and alone. */
const BESIDE = /\(\+ *(\d+(?:\.\d+)?)\) /y;
const ALONE = /(?: +(\d+(?:\.\d+)?)|(\d{1,8}\.\d+)) +/y;
const POINTER = /\[([\da-f]{8}|[\da-f]{16}|\?{8}|\?{16})\] /y;
const NUMBER = /\[ *(\d+|\?+)\] /y;

/** What stands before a line. Of a line that is not strace's it may be anything. */
export function readDress(text: string): Dress {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  const who = take(ON_TERMINAL) ?? ownerIn(take(IN_FILE));
  at = who === null ? 0 : widthOf(who);
  const context = take(CONTEXT)?.[1] ?? null;
  const time = clock(take(CLOCK)) ?? timeOf("epoch", take(EPOCH)?.[1]);
  const alone = time === null ? take(ALONE) : take(BESIDE);
  const since = timeOf("span", alone?.[1] ?? alone?.[2]);
  const early = take(POINTER)?.[1];
  const number = early === undefined ? take(NUMBER)?.[1] : undefined;
  const pointer = early ?? take(POINTER)?.[1] ?? null;
  return {
    source: text.slice(0, at), pid: who === null ? null : Number(who[1]), comm: who?.[2] ?? null,
    context, time, since, number: /^\d/.test(number ?? "") ? Number(number) : null, pointer,
  };
}

const ownerIn = (found: RegExpExecArray | null): RegExpExecArray | null =>
  (found !== null && Number(found[1]) <= LAST_PID ? found : null);

/** Spaces beyond those that fill up the number belong to the time behind it. */
function widthOf([all, pid, comm, spaces]: RegExpExecArray): number {
  if (spaces === undefined || comm !== undefined) return all.length;
  return Math.min(all.length, Math.max(WIDTH, pid!.length) + 1);
}

function clock(found: RegExpExecArray | null): Time | null {
  if (found === null) return null;
  const [all, hours, minutes, seconds] = found;
  const since = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return { kind: "clock", text: all.trimEnd(), seconds: since };
}

/** The time that a text says, if there is one. */
export const timeOf = (kind: Time["kind"], text: string | undefined): Time | null =>
  (text === undefined ? null : { kind, text, seconds: Number(text) });
