/** Several runs of one job, told together: the time line, what they differ in, and the verdicts on that. */
import type { EndEvent, FindingEvent, RunEvent } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import type { Job, Side } from "../lab/job.ts";
import { witnessOf } from "./compare-events.ts";
import { rowsOf } from "./compare-facts.ts";
import { stepsOf } from "./compare-steps.ts";
import { tableLines } from "./compare-table.ts";
import { type Lane, timelineLines } from "./compare-timeline.ts";
import { CHAMBERS, verdictsText } from "./ending-lines.ts";
import { findingLines } from "./finding-lines.ts";
import { nextLines } from "./heading-lines.ts";
import { BLANK, inset, type Line, piece } from "./line.ts";
import { type Pen, pen } from "./pen.ts";
import { printableAll } from "./printable.ts";
import type { Style } from "./style.ts";
import { items, words } from "./words.ts";

/** Runs of one job with the verdicts on what they differ in. */
export interface Comparison {
  readonly job: Job;
  readonly sides: readonly ComparedSide[];
  readonly findings: readonly FindingEvent[];
  readonly end: EndEvent;
}
/** One of the runs, and what came of the experiment's own claims. */
export interface ComparedSide extends Side {
  /** Null: its file is not at hand. */
  readonly experiment: AnyExperiment | null;
  /** How many of its own claims were refuted. */
  readonly refuted: number;
}
type Statement = (id: string) => string | null;

/** The lanes of a time line. */
export const lanesOf = (sides: readonly Side[]): readonly Lane[] => sides.map(({ as, history }) =>
  ({ as, steps: stepsOf(history), watched: witnessOf(history, "wire").able }));

/** Whole lines. `whole`: the time line and the table too; else the verdicts alone. */
export function comparisonText(it: Comparison, style: Style, whole: boolean, statement: Statement): string {
  const paper = pen(style);
  const shown = whole && !style.quiet;
  const findings = it.findings
    .filter(({ verdict }) => !style.quiet || verdict !== "proven")
    .flatMap((each) => verdictLines(printableAll(each, style.plain), it, statement, paper));
  return paper.print([
    ...(style.quiet ? [] : [...headingLines(it, paper), BLANK]),
    ...(shown ? [...picture(it, paper), BLANK] : []),
    ...findings,
    ...(findings.length === 0 || style.quiet ? [] : [BLANK]),
    ...endLines(it, paper),
    ...(shown ? nextLines(NEXT(it), paper) : []),
  ]);
}

const namesOf = ({ sides }: Comparison): string => sides.map((it) => it.as).join(" ");

function headingLines(it: Comparison, { width, text }: Pen): readonly Line[] {
  const names = text(`compare ${namesOf(it)}`);
  const [first = "", ...more] = words(text(`${names} · one job: ${it.job.asks}`), width - 2);
  return [
    [piece(first.slice(0, names.length), "strong"), piece(first.slice(names.length))], ...inset(2, more),
  ];
}

/** The time line, why it has no arrows if it has none, and the table. */
function picture({ job, sides }: Comparison, paper: Pen): readonly Line[] {
  const drawn = timelineLines(lanesOf(sides), job.steps, paper);
  const blind = sides.map(({ history }) => witnessOf(history, "wire")).find((it) => !it.able);
  const why = blind === undefined || drawn.length === 0 ? []
    : words(paper.text(`No arrows: wire is not able here: ${blind.why}`), paper.width - 2);
  const rows = rowsOf(sides.map(({ history, experiment }) => ({ history, functions: teaching(experiment) })));
  const table = tableLines(sides.map((it) => it.as), rows, paper);
  const parts = [drawn, inset(2, why, "dim"), table].filter((it) => it.length > 0);
  return parts.flatMap((it, i) => (i === 0 ? it : [BLANK, ...it]));
}

/** The functions that its paths name, by all their names, in their order. */
const teaching = (experiment: AnyExperiment | null): readonly string[] =>
  Object.values(experiment?.paths ?? {}).flatMap((path) =>
    path?.steps.flatMap(({ fn, was }) => (was === null ? [fn] : [fn, was])) ?? []);

function verdictLines(
  finding: FindingEvent, it: Comparison, statement: Statement, paper: Pen,
): readonly Line[] {
  const again = `netlab compare ${namesOf(it)} --save compare.ndjson`;
  return findingLines(finding, { statement, run: runs(it)[0] ?? null, evidence: true, again }, paper);
}

const runs = ({ sides }: Comparison): readonly RunEvent[] =>
  sides.flatMap(({ history }) => history.filter((one): one is RunEvent => one.type === "run"));

function endLines(it: Comparison, { width, text }: Pen): readonly Line[] {
  const each = runs(it);
  const kernels = [...new Set(each.map(({ machine }) => `Linux ${machine.kernel}`))];
  const where = [...new Set(each.map(({ chamber }) => CHAMBERS[chamber.mode]))];
  const facts = [verdictsText(it.end), ...kernels.map(text), ...where.map((one) => `each ${one}`)];
  const own = it.sides.filter(({ refuted }) => refuted > 0).map(({ as, refuted, experiment }) =>
    `${as}: ${refuted} of its own claims refuted: netlab run ${experiment?.name ?? as}`);
  const blind = each.flatMap(({ witnesses }) => Object.entries(witnesses))
    .filter(([name, { able }]) => !able && name !== "wire")
    .map(([name, { why }]) => `${name} is not able here: ${why}`);
  return [
    ...inset(2, items(facts, text(" · "), width - 2)),
    ...[...own, ...new Set(blind)].flatMap((line) => inset(2, words(text(line), width - 2))),
  ];
}

const NEXT = ({ sides }: Comparison): string => {
  const name = sides.find(({ experiment }) => experiment !== null)?.experiment?.name ?? "NAME";
  return `netlab run ${name} shows every byte of one; --format mermaid draws them for a page of text.`;
};
