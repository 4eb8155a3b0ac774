/** What `--save` and `--json` wrote, read back: the runs of an event stream. */
import { readFileSync } from "node:fs";
import { type Broke, type Event, type HistoryEvent, isHistory } from "../lab/events.ts";
import type { Finding } from "../lab/judge.ts";
import { NotEvents, parseEvents } from "../report/ndjson.ts";
import { wrongUsage } from "./said.ts";

/** What a stream tells of one run. */
export interface SavedRun {
  readonly name: string;
  readonly history: readonly HistoryEvent[];
  /** The verdicts that were given then. */
  readonly findings: readonly Finding[];
  readonly broke: Broke | null;
}
const CUT_OFF: Broke = { how: "crash", message: "the record stops before the run's end", call: null };

/** How a sentence names a file: `-` is standard input. */
export const nameOf = (file: string): string => (file === "-" ? "standard input" : file);

/**
 * Each run of a file, from one `run` event to the next.
 * Throws a sentence (64) where it cannot be read or holds none.
 */
export async function savedRuns(file: string): Promise<readonly SavedRun[]> {
  const events = parse(await textOf(file), nameOf(file));
  const begins = events.flatMap((it, i) => (it.type === "run" ? [i] : []));
  return begins.map((begin, i) => {
    const { side } = events[begin]!;
    const own = events.slice(begin, begins[i + 1]).filter((it) => it.side === side);
    const over = own.find((it) => it.type === "end");
    return {
      name: events[begin]!.experiment,
      history: own.filter(isHistory),
      findings: own.filter((it) => it.type === "finding"),
      broke: over === undefined ? CUT_OFF : over.broke,
    };
  });
}

/** A file's text; `-` is standard input. Throws a sentence (64) where it cannot be read. */
export async function textOf(file: string): Promise<string> {
  try {
    if (file !== "-") return readFileSync(file, "utf8");
    let text = "";
    for await (const chunk of process.stdin.setEncoding("utf8")) text += String(chunk);
    return text;
  } catch (error) {
    throw unreadable(error, file);
  }
}

/** An error of the file system's as a sentence (64); others as they are. */
export function unreadable(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  return wrongUsage(`cannot read ${nameOf(file)}: ${message.replace(/^\w+: |, \w+( '.*')?$/g, "")}`);
}

function parse(text: string, where: string): readonly Event[] {
  try {
    return parseEvents(text);
  } catch (error) {
    if (error instanceof NotEvents) throw wrongUsage(`${where}: ${error.message}`);
    throw error;
  }
}
