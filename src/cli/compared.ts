/** What is told of several runs of one job, and what is kept: in the form that was asked for. */
import { statement } from "../../experiments/catalogue/notes.ts";
import { type Event, isHistory } from "../lab/events.ts";
import { accepted, EXIT, exitOfAll } from "../lab/exit-code.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { differences, type Job, sided } from "../lab/job.ts";
import { end } from "../lab/run.ts";
import { mermaid } from "../report/compare-mermaid.ts";
import { type Comparison, comparisonText, lanesOf } from "../report/compare-report.ts";
import { ndjson } from "../report/ndjson.ts";
import type { Style } from "../report/style.ts";
import { judged } from "./judge.ts";
import type { Output } from "./output.ts";
import type { Shell } from "./shell.ts";

/** One of the runs: everything that it told, its own verdicts too. */
export interface Run {
  readonly as: string;
  readonly experiment: AnyExperiment | null;
  readonly events: readonly Event[];
}
/** In which form, and where it is kept. */
export interface Telling {
  readonly shell: Shell;
  readonly format: "text" | "mermaid" | "json";
  readonly style: Style;
  /** The time line and the table too. */
  readonly whole: boolean;
  readonly kept: Output | null;
  readonly acceptUnknown: boolean;
}

/** Judges the differences and tells them; answers the exit code. */
export function tellComparison(job: Job, runs: readonly Run[], telling: Telling): number {
  const { shell, format, style, kept, acceptUnknown } = telling;
  const it = comparison(job, runs);
  const stream = [...runs.flatMap(tagged), ...it.findings, it.end].map(ndjson).join("");
  kept?.write(stream);
  if (format === "json") shell.out.write(stream);
  else if (format === "mermaid") shell.out.write(mermaid(lanesOf(it.sides), job.steps));
  else shell.out.write(comparisonText(it, style, telling.whole, (id) => statement(id)?.says ?? null));
  const own = it.sides.some(({ refuted }) => refuted > 0) ? [EXIT.refuted] : [];
  return accepted(exitOfAll([it.end.exit, ...own]), acceptUnknown);
}

const tagged = ({ as, events }: Run): readonly Event[] => events.map((it) => ({ ...it, side: as }));

/** The runs with the verdicts on what they differ in. */
function comparison(job: Job, runs: readonly Run[]): Comparison {
  const sides = runs.map(({ as, experiment, events }) => ({
    ...sided(as, events.filter(isHistory)), experiment,
    refuted: events.filter((it) => it.type === "finding" && it.verdict === "refuted").length,
  }));
  const told: Event[] = [];
  const history = sides.flatMap((it) => it.history);
  end({ name: job.name }, differences(job, sides, judged), null, history, { event: (it) => told.push(it) });
  return {
    job, sides,
    findings: told.filter((it) => it.type === "finding"),
    end: told.find((it) => it.type === "end")!,
  };
}

/** Keeps or prints what there is of runs that came to no comparison. */
export function tellPartly(runs: readonly Run[], { shell, format, kept }: Telling): void {
  const stream = runs.flatMap(tagged).map(ndjson).join("");
  kept?.write(stream);
  if (format === "json") shell.out.write(stream);
}
