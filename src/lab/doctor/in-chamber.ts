/** Has a chamber try what can be done in it, and reads what it noted. */
import { readRecords } from "../../sys/log-reader.ts";
import { type Chamber, type Ending, entered, leave } from "../chamber/chamber.ts";
import type { TrialJob, TrialName, TrialNote } from "../chamber/job.ts";
import { LOG_BEGIN, readLog } from "../chamber/shared-log.ts";
import { hand } from "../chamber/supervisor.ts";
import type { WitnessName } from "../experiment.ts";
import type { Findings } from "./findings.ts";

/** So long the trials may take, in ms. */
const PATIENCE = 10_000;

type InChamber = Pick<Findings, "chamber" | "witnesses" | "trials" | "lacks" | "cut">;

/**
 * Enters the chamber that a run gets, has it try, and leaves it: what it made ends with it. A trial that ends
 * the process, as a filter of calls may, does not work here, and the others are tried again without it.
 */
export async function inChamber(trials: TrialJob["trials"]): Promise<InChamber> {
  const first = await once(trials);
  if (first.killed === null) return first;
  const { killed: what, cut } = first;
  const others = await inChamber({ ...trials, but: [...trials.but, what] });
  return isWitness(what)
    ? { ...others, witnesses: { ...others.witnesses, [what]: { able: false, why: cut } } }
    : { ...others, trials: { ...others.trials, [what]: cut } };
}
const isWitness = (it: TrialName | WitnessName): it is WitnessName =>
  ["counters", "state", "wire", "stacks"].includes(it);

/** `killed`: the trial in which the process ended. */
type Tried = Omit<InChamber, "chamber"> & { readonly killed: TrialName | WitnessName | null };

async function once(trials: TrialJob["trials"]): Promise<InChamber & Pick<Tried, "killed">> {
  const chamber = await entered().catch((error: Error) => error);
  if (chamber instanceof Error) {
    const why = chamber.message.split("\n", 1)[0]!;
    return { ...NOTHING, chamber: { mode: null, why } };
  }
  const { mode, why } = chamber;
  try {
    return { ...(await tried(chamber, { trials })), chamber: { mode, why } };
  } finally {
    await leave(chamber);
  }
}
const NOTHING: Tried =
  { witnesses: {}, trials: {}, lacks: { tracepoints: [], sysctls: [] }, cut: null, killed: null };

async function tried(chamber: Chamber, job: TrialJob): Promise<Tried> {
  hand(chamber, job);
  let ending: Ending | null = null;
  void chamber.ended.then((it) => { ending = it; });
  const end = performance.now() + PATIENCE;
  let notes = notesOf(chamber);
  while (!isOver(notes) && ending === null && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    notes = notesOf(chamber);
  }
  // What it noted last may have come after it was looked at.
  notes = notesOf(chamber);
  const last = notes.findLast((it) => it.type === "tries")?.what ?? null;
  const cut = isOver(notes) ? null : whyCut(last, ending);
  return { ...foundIn(notes, cut), killed: cut === null || ending === null ? null : last };
}

type Noted = TrialNote | { readonly type: "broke"; readonly message: string };
const notesOf = ({ files }: Chamber): readonly Noted[] =>
  readRecords(readLog(files.log, LOG_BEGIN), LOG_BEGIN).records
    .flatMap((it) => (it.kind === "note" ? [JSON.parse(it.text) as Noted] : []));
const isOver = (notes: readonly Noted[]): boolean =>
  notes.some((it) => it.type === "over" || it.type === "broke");

/** What became of the process, and what it tried last. */
function whyCut(last: string | null, ending: Ending | null): string {
  const who = `the process that tried ${last ?? "the tracepoints"}`;
  if (ending === null) return `${who} did not end within ${PATIENCE / 1000} s`;
  const filter = ending.signal === "SIGSYS" ? ": a seccomp filter kills who makes such a call" : "";
  return `${who} ended with ${ending.signal ?? ending.code}${filter}`;
}

function foundIn(notes: readonly Noted[], cut: string | null): Omit<Tried, "killed"> {
  const broke = notes.find((it) => it.type === "broke");
  const witnesses = notes.filter((it) => it.type === "witness");
  const trials = notes.filter((it) => it.type === "trial");
  return {
    witnesses: Object.fromEntries(witnesses.map((it) => [it.name, it.state])),
    trials: Object.fromEntries(trials.map((it) => [it.name, it.refusal])),
    lacks: notes.find((it) => it.type === "lacks") ?? NOTHING.lacks,
    cut: broke?.message ?? cut,
  };
}
