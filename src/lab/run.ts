/**
 * One experiment from its question to its verdicts: enters a chamber, runs, judges.
 * Answers the exit code of the run.
 */
import { arch, release } from "node:os";
import { unmet } from "./ability.ts";
import { type Chamber, entered, leave } from "./chamber/chamber.ts";
import type { Job } from "./chamber/job.ts";
import type { Sights } from "./chamber/sights.ts";
import { supervise } from "./chamber/supervisor.ts";
import { Translator } from "./chamber/translator.ts";
import {
  type Broke, type Event, type HistoryEvent, type RunEvent, SCHEMA, type Setting, type Verdict,
} from "./events.ts";
import { EXIT, exitOf } from "./exit-code.ts";
import { type AnyExperiment, builds, type WitnessName } from "./experiment.ts";
import { type Finding, judge } from "./judge.ts";
import { VERSION } from "./version.ts";

export interface Order {
  readonly experiment: AnyExperiment;
  /** Its file, as a URL. */
  readonly url: string;
  /** It is a person's own file. */
  readonly own: boolean;
  readonly settings: Readonly<Record<string, Setting>>;
  /** Who is to watch (watchersOf); those that are not able say so. */
  readonly witnesses: readonly WitnessName[];
  /** In ms. */
  readonly limit: number;
  readonly stop: AbortSignal | null;
  /** A chamber that was entered already, while the program loaded. */
  readonly chamber: Promise<Chamber> | null;
}
export interface Listener {
  event(it: Event): void;
  /** What the experiment printed by itself. */
  print(text: string): void;
}

export async function run(order: Order, listener: Listener): Promise<number> {
  const chamber = await (order.chamber ?? entered());
  try {
    return await inside(chamber, order, listener);
  } finally {
    await leave(chamber);
  }
}

async function inside(chamber: Chamber, order: Order, listener: Listener): Promise<number> {
  const { experiment } = order;
  const event = runEvent(order, chamber);
  const history: HistoryEvent[] = [];
  const hear = (it: HistoryEvent): void => {
    history.push(it);
    listener.event(it);
  };
  const why = unmet(experiment, chamber);
  if (why !== null) {
    hear({ ...event, t: 0 });
    return end(experiment, [], { how: "cannot", message: why, call: null }, history, listener);
  }
  const job: Job = {
    experiment: order.url, settings: order.settings, own: order.own,
    witnesses: order.witnesses, tracepoints: tracepointsOf(experiment),
    alone: experiment.alone ?? false,
  };
  const translator = new Translator(event, chamber.process.pid!, await sightsFor(job.witnesses));
  const { limit, stop } = order;
  const { print } = listener;
  const broke = await supervise(chamber, job, { translator, limit, stop, event: hear, print });
  const findings = broke === null ? experiment.claims.map((it) => judge(it, history)) : [];
  return end(experiment, findings, broke, history, listener);
}

/** The verdicts of a history, as events; the last one is the end. Answers the exit code. */
export function end(
  experiment: Pick<AnyExperiment, "name">, findings: readonly Finding[], broke: Broke | null,
  history: readonly HistoryEvent[], listener: Pick<Listener, "event">,
): number {
  const t = history.reduce((latest, it) => Math.max(latest, it.t), 0);
  for (const it of findings) listener.event({ type: "finding", experiment: experiment.name, t, ...it });
  const count = (verdict: Verdict): number => findings.filter((it) => it.verdict === verdict).length;
  const [proven, refuted, unknown] = [count("proven"), count("refuted"), count("unknown")];
  const exit = broke === null
    ? exitOf({ refuted, unknown })
    : broke.how === "cannot" ? EXIT.cannot : EXIT.broke;
  listener.event({ type: "end", experiment: experiment.name, t, proven, refuted, unknown, exit, broke });
  return exit;
}

/** The tracepoints that its paths and its claims name, each once. */
export function tracepointsOf({ paths = {}, tracepoints = [] }: AnyExperiment): readonly string[] {
  return [...new Set([...Object.values(paths).flatMap((it) => it?.at ?? []), ...tracepoints])];
}

/** What decodes frames and stacks is loaded only where there may be some. */
const sightsFor = async (witnesses: readonly WitnessName[]): Promise<typeof Sights | null> =>
  (witnesses.includes("wire") || witnesses.includes("stacks")
    ? (await import("./chamber/sights.ts")).Sights : null);

/** Before it has begun no witness has seen anything. */
const NOT_BEGUN = { able: false, why: "the run did not begin" };

function runEvent({ experiment, settings, witnesses }: Order, { mode, why }: Chamber): Omit<RunEvent, "t"> {
  return {
    type: "run", experiment: experiment.name, schema: SCHEMA, netlab: VERSION,
    asks: experiment.asks, parameters: settings,
    machine: {
      kernel: release(), arch: arch(), node: process.version, koffi: "unknown",
      uid: process.getuid?.() ?? -1,
    },
    chamber: { mode, why, ...(builds(experiment) && { built: true }) },
    witnesses: Object.fromEntries(witnesses.map((name) => [name, NOT_BEGUN])),
  };
}

/** Those of `wanted` that watch this experiment: none that changes it, no stacks where none are taken. */
export const watchersOf = (it: AnyExperiment, wanted: readonly string[]): readonly WitnessName[] =>
  WITNESSES.filter((name) => wanted.includes(name) && !it.without?.includes(name)
    && (name !== "stacks" || tracepointsOf(it).length > 0));

/** The instruments that this version has. */
export const WITNESSES = ["counters", "state", "wire", "stacks"] as const satisfies readonly WitnessName[];
