/**
 * `netlab judge`: the verdicts once more, from a saved run.
 * Only claims that netlab knows or that the person names are asked.
 */
import type { Claim } from "../lab/claim.ts";
import type { Event, HistoryEvent } from "../lab/events.ts";
import { accepted, exitOfAll } from "../lab/exit-code.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { type Finding, judge } from "../lab/judge.ts";
import { end } from "../lab/run.ts";
import { drawOf } from "./drawing.ts";
import type { Format } from "./formats.ts";
import { builtIn } from "./library.ts";
import { ownExperiment, sentenceOf } from "./own-file.ts";
import { wrongUsage } from "./said.ts";
import { nameOf, type SavedRun, savedRuns } from "./saved-runs.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { Speaker } from "./speaker.ts";

export interface JudgeOptions extends LookOptions {
  readonly experiment?: string;
  readonly format: Format;
  readonly json?: boolean;
  readonly acceptUnknown?: boolean;
}

/** `file` is `-` for standard input. Throws a sentence (64) for what is no saved run. */
export async function judgeFile(shell: Shell, file: string, options: JudgeOptions): Promise<number> {
  const runs = await savedRuns(file);
  if (runs.some(({ history }) => history[0]?.side !== undefined)) {
    return await comparison(shell, file, runs, options);
  }
  const { experiment, format, json, acceptUnknown, ...look } = options;
  const own = experiment === undefined ? null : (await ownExperiment(experiment)).experiment;
  if (own !== null && !runs.some((it) => it.name === own.name)) {
    const names = [...new Set(runs.map((it) => JSON.stringify(it.name)))];
    throw wrongUsage(`${nameOf(file)} has no run of ${own.name}, only of ${names.join(", ")}`);
  }
  const style = styleOf({ level: "practitioner", ...look });
  const speaker = new Speaker({
    format: json ? "json" : format, draw: await drawOf(format), style, shell, kept: null,
    findingsOnly: look.level === undefined,
  });
  const codes: number[] = [];
  for (const it of runs) {
    codes.push(verdict(it, it.name === own?.name ? own : await builtIn(it.name), speaker));
  }
  const exit = accepted(exitOfAll(codes), acceptUnknown);
  await speaker.sum(exit);
  return exit;
}

/** A comparison that was saved: what is claimed of the difference. */
async function comparison(
  shell: Shell, file: string, runs: readonly SavedRun[], options: JudgeOptions,
): Promise<number> {
  const { format, json, acceptUnknown, ...look } = options;
  if (format !== "text" && format !== "mermaid") {
    throw wrongUsage(`a comparison has no --format ${format}: text or mermaid`);
  }
  const { oneJob } = await import("./compare-saved.ts");
  return await oneJob(runs.map((it) => ({ ...it, file })), () => ({
    shell, format: json ? "json" : format, style: styleOf(look), whole: look.level !== undefined,
    acceptUnknown: acceptUnknown ?? false, kept: null,
  }));
}

/** What netlab's own claims say of a saved run; of another experiment, what was said then. */
export async function judgedAgain({ name, history, findings }: SavedRun): Promise<readonly Finding[]> {
  const claims = (await builtIn(name))?.claims;
  return claims?.map((it) => judged(it, history)) ?? findings;
}

/** Tells one run with its verdicts; answers its exit code. */
function verdict(
  { name, history, findings, broke }: SavedRun, experiment: AnyExperiment | null, speaker: Speaker,
): number {
  const tell = (it: Event): void => speaker.hear(it, experiment);
  history.forEach(tell);
  const again = experiment === null ? unjudged(findings) : experiment.claims.map((it) => judged(it, history));
  return end({ name }, broke === null ? again : [], broke, history, { event: tell });
}

/**
 * The findings of an experiment whose claims are not at hand:
 * a file is not believed, and no code is loaded that it names.
 */
function unjudged(findings: readonly Finding[]): readonly Finding[] {
  const why = "its claims are not netlab's own: --experiment FILE says where they are";
  const said = findings.map((it): Finding => ({ ...it, verdict: "unknown", evidence: [], why }));
  if (said.length > 0) return said;
  return [{ claim: "whatever this experiment claims", verdict: "unknown", cites: [], evidence: [], why }];
}

/** A proof that fails on what the file says, which no run need have written, judges nothing. */
export function judged(claim: Claim, history: readonly HistoryEvent[]): Finding {
  try {
    return judge(claim, history);
  } catch (error) {
    const why = `its proof failed on this history: ${sentenceOf(error)}`;
    return { claim: claim.says, verdict: "unknown", cites: claim.cites, evidence: [], why };
  }
}
