/**
 * What two saved runs of one experiment differ in, as diff(1) tells it: `-` is what the first has, `+` what
 * the second has.
 */
import type { RunEvent } from "../lab/events.ts";
import type { RunDifference } from "../lab/run-differences.ts";
import { many } from "./counted.ts";
import { CHAMBERS } from "./ending-lines.ts";
import { fold } from "./fold.ts";
import { BLANK, type Ink, indented, inset, type Line, piece } from "./line.ts";
import { type Pen, pen } from "./pen.ts";
import type { Style } from "./style.ts";
import { items, words } from "./words.ts";

/** Two runs, by the names of their files, and what they differ in. */
export interface Differing {
  readonly names: readonly [string, string];
  readonly runs: readonly [RunEvent, RunEvent];
  readonly differences: readonly RunDifference[];
  /** How many calls and claims were compared. */
  readonly calls: number;
  readonly claims: number;
}

/** Whole lines. */
export function runDifferencesText(it: Differing, style: Style): string {
  const paper = pen(style);
  const heading = style.quiet ? [] : [...headingLines(it, paper), BLANK];
  const body = it.differences.flatMap((each, i) => [
    ...titleLines(each, it.differences[i - 1], paper), ...sides(each, paper),
  ]);
  return paper.print([
    ...heading, ...(style.quiet || body.length === 0 ? [] : [...body, BLANK]),
    ...inset(2, words(paper.text(sumOf(it)), paper.width - 2)),
  ]);
}

/** What was run, and where each of them ran. */
function headingLines({ names, runs }: Differing, paper: Pen): readonly Line[] {
  const { width, text } = paper;
  const [first] = runs;
  const title = words(text(`${first.experiment} · ${first.asks}`), width - 2);
  const about = runs.map((run, i) =>
    [names[i]!, ...circumstances(run, runs[1 - i]!)].map(text));
  return [
    ...title.map((it, i): Line => (i === 0
      ? [piece(it.slice(0, first.experiment.length), "strong"), piece(it.slice(first.experiment.length))]
      : indented(2, [piece(it)]))),
    ...about.flatMap((list, i) => signed(i === 0 ? "-" : "+", items(list, text(" · "), width - MARGIN))),
  ];
}

/** The kernel, and of the rest what the other one has otherwise. */
function circumstances(run: RunEvent, other: RunEvent): readonly string[] {
  const told = (of: (it: RunEvent) => string): readonly string[] => (of(run) === of(other) ? [] : [of(run)]);
  const witnesses = [...new Set([run, other].flatMap((it) => Object.keys(it.witnesses)))];
  const watched = (it: RunEvent, name: string): string =>
    `${name} ${it.witnesses[name]?.able === true ? "watched" : "did not watch"}`;
  return [
    `Linux ${run.machine.kernel}`,
    ...told(({ machine }) => machine.arch), ...told(({ machine }) => `Node ${machine.node}`),
    ...told(({ netlab }) => `netlab ${netlab}`), ...told(({ machine }) => `uid ${machine.uid}`),
    ...told(({ chamber }) => CHAMBERS[chamber.mode]),
    ...Object.keys(run.parameters).flatMap((name) => told((it) => `--set ${name}=${it.parameters[name]}`)),
    ...witnesses.flatMap((name) => told((it) => watched(it, name))),
  ];
}

const TITLES = { call: "calls", counter: "counters", verdict: "verdicts" } as const;

function titleLines(it: RunDifference, before: RunDifference | undefined, { text }: Pen): readonly Line[] {
  if (it.of === before?.of && it.scene === before.scene) return [];
  const where = it.scene === null ? "" : ` in “${it.scene}”`;
  const title = indented(2, [piece(text(TITLES[it.of] + where), "strong")]);
  return before === undefined ? [title] : [BLANK, title];
}

const MARGIN = 4;
const INKS: Readonly<Record<string, Ink>> = { "-": "bad", "+": "good" };
const signed = (sign: "-" | "+", lines: readonly string[]): readonly Line[] =>
  lines.map((it, i) => [piece(i === 0 ? `  ${sign} ` : " ".repeat(MARGIN), INKS[sign]!), piece(it)]);

const sides = ({ first, second }: RunDifference, { width, text }: Pen): readonly Line[] => [
  ...(first === null ? [] : signed("-", fold(text(first), width - MARGIN))),
  ...(second === null ? [] : signed("+", fold(text(second), width - MARGIN))),
];

function sumOf({ differences, calls, claims }: Differing): string {
  const of = (kind: RunDifference["of"]): number => differences.filter((it) => it.of === kind).length;
  const compared = `${many(calls, "call")} and ${many(claims, "claim")} compared`;
  if (differences.length === 0) return `no difference · ${compared}`;
  const kinds = [[of("call"), "call"], [of("counter"), "counter"], [of("verdict"), "verdict"]] as const;
  const told = kinds.filter(([n]) => n > 0).map(([n, noun]) => many(n, noun)).join(", ");
  const how = differences.length === 1 ? "a difference" : `${differences.length} differences`;
  return `${how} in ${told} · ${compared}`;
}
