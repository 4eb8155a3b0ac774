/** `netlab judge`: the verdicts once more, from a saved run. Only claims that netlab knows or that the person names are asked. */
import { readFileSync } from "node:fs";
import type { Broke, Event, HistoryEvent } from "../lab/events.ts";
import { EXIT, exitOfAll } from "../lab/exit-code.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { type Finding, judge } from "../lab/judge.ts";
import { entryOf, load } from "../lab/library.ts";
import { end } from "../lab/run.ts";
import { NotEvents, parseEvents } from "../report/ndjson.ts";
import { ownExperiment, sentenceOf } from "./own-file.ts";
import { wrongUsage } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { Speaker } from "./speaker.ts";

export interface JudgeOptions extends LookOptions {
  readonly experiment?: string;
  readonly json?: boolean;
  readonly acceptUnknown?: boolean;
}

/** `file` is `-` for standard input. Throws a sentence (64) for what is no saved run. */
export async function judgeFile(shell: Shell, file: string, { experiment, json, acceptUnknown, ...look }: JudgeOptions): Promise<number> {
  const where = file === "-" ? "standard input" : file;
  const runs = runsIn(parse(await textOf(file), where));
  const own = experiment === undefined ? null : (await ownExperiment(experiment)).experiment;
  const names = [...new Set(runs.map((it) => it.name))];
  if (own !== null && !names.includes(own.name)) throw wrongUsage(`${where} has no run of ${own.name}, only of ${names.map((it) => JSON.stringify(it)).join(", ")}`);
  const style = styleOf({ level: "practitioner", ...look });
  const speaker = new Speaker({ format: json ? "json" : "text", style, findingsOnly: look.level === undefined, shell, kept: null });
  const codes: number[] = [];
  for (const it of runs) codes.push(verdict(it, it.name === own?.name ? own : await builtIn(it.name), speaker));
  const judged = exitOfAll(codes);
  const exit = acceptUnknown && judged === EXIT.unknown ? EXIT.proven : judged;
  speaker.sum(exit);
  return exit;
}

async function textOf(file: string): Promise<string> {
  try {
    if (file !== "-") return readFileSync(file, "utf8");
    let text = "";
    for await (const chunk of process.stdin.setEncoding("utf8")) text += String(chunk);
    return text;
  } catch (error) {
    throw wrongUsage(`cannot read ${file}: ${(error as Error).message.replace(/^\w+: |, \w+( '.*')?$/g, "")}`);
  }
}

function parse(text: string, where: string): readonly Event[] {
  try {
    return parseEvents(text);
  } catch (error) {
    if (error instanceof NotEvents) throw wrongUsage(`${where}: ${error.message}`);
    throw error;
  }
}

/** What a stream tells of one run. */
interface SavedRun {
  readonly name: string;
  readonly history: readonly HistoryEvent[];
  /** The verdicts that were given then. */
  readonly findings: readonly Finding[];
  readonly broke: Broke | null;
}
const CUT_OFF: Broke = { how: "crash", message: "the record stops before the run's end", call: null };

/** Each run of the stream, from one `run` event to the next. */
function runsIn(events: readonly Event[]): readonly SavedRun[] {
  const begins = events.flatMap((it, i) => (it.type === "run" ? [i] : []));
  return begins.map((begin, i) => {
    const own = events.slice(begin, begins[i + 1]);
    const over = own.find((it) => it.type === "end");
    return {
      name: events[begin]!.experiment,
      history: own.filter((it): it is HistoryEvent => it.type !== "finding" && it.type !== "end"),
      findings: own.filter((it) => it.type === "finding"),
      broke: over === undefined ? CUT_OFF : over.broke,
    };
  });
}

async function builtIn(name: string): Promise<AnyExperiment | null> {
  const entry = entryOf(name);
  return entry === null ? null : await load(entry);
}

/** Tells one run with its verdicts; answers its exit code. */
function verdict({ name, history, findings, broke }: SavedRun, experiment: AnyExperiment | null, speaker: Speaker): number {
  const tell = (it: Event): void => speaker.hear(it, experiment);
  history.forEach(tell);
  const again = experiment === null ? unjudged(findings) : experiment.claims.map((it) => judged(it, history));
  return end(experiment ?? stranger(name), broke === null ? again : [], broke, history, { event: tell });
}

/** An experiment of which only the name is known. */
const stranger = (name: string): AnyExperiment => ({ name, asks: "", story: "", run: () => undefined, claims: [] });

/** The findings of an experiment whose claims are not at hand: a file is not believed, and no code is loaded that it names. */
function unjudged(findings: readonly Finding[]): readonly Finding[] {
  const why = "its claims are not netlab's own: --experiment FILE says where they are";
  const said = findings.map((it): Finding => ({ ...it, verdict: "unknown", evidence: [], why }));
  return said.length > 0 ? said : [{ claim: "whatever this experiment claims", verdict: "unknown", cites: [], evidence: [], why }];
}

/** A proof that fails on what the file says, which no run need have written, judges nothing. */
function judged(claim: AnyExperiment["claims"][number], history: readonly HistoryEvent[]): Finding {
  try {
    return judge(claim, history);
  } catch (error) {
    return { claim: claim.says, verdict: "unknown", cites: claim.cites, evidence: [], why: `its proof failed on this history: ${sentenceOf(error)}` };
  }
}
