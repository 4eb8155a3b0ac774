/** How a run ended: the count of its verdicts, or why it has none. */
import type { Broke, CallEvent, ChamberMode, EndEvent, RunEvent, SummaryEvent } from "../lab/events.ts";
import { callText } from "../sys/decode.ts";
import { many, ordinal } from "./counted.ts";
import { fold } from "./fold.ts";
import { indented, type Line, piece } from "./line.ts";
import { type Pen, pen } from "./pen.ts";
import type { Style } from "./style.ts";
import { items, words } from "./words.ts";

const CHAMBERS: Readonly<Record<ChamberMode, string>> = {
  root: "in a network namespace of its own",
  user: "in a network namespace of its own",
  none: "on the machine's own loopback",
};

/** The last line, and below it the witnesses that could not watch. `named`: it says of which experiment. */
export function endLines(end: EndEvent, run: RunEvent | null, named: boolean, { width, text }: Pen): readonly Line[] {
  const verdicts = `${named ? `${end.experiment}: ` : ""}${end.proven} proven, ${end.refuted} refuted, ${end.unknown} unknown`;
  const facts = run === null ? [] : [`witnesses: ${able(run)}`, `${milliseconds(end.t)} ${CHAMBERS[run.chamber.mode]}`];
  const lines = items([verdicts, ...facts], text(" · "), width - 2).map((it, i) => indented(named && i === 0 ? 0 : 2, [piece(it)]));
  const blind = Object.entries(run?.witnesses ?? {}).filter(([, it]) => !it.able);
  return [...lines, ...blind.flatMap(([name, { why }]) => said(`not able: ${name}${why === null ? "" : `, for ${why}`}`, width))];
}

const able = ({ witnesses }: RunEvent): string =>
  ["calls", ...Object.entries(witnesses).filter(([, it]) => it.able).map(([name]) => name)].join(", ");

const milliseconds = (t: number): string => (t < 10e9 ? `${Math.round(t / 1e6)} ms` : `${(t / 1e9).toFixed(1)} s`);

const said = (it: string, width: number): readonly Line[] => words(it, width - 2).map((line) => indented(2, [piece(line)]));

/** The run up to where it broke. */
export interface Ruin {
  readonly experiment: string;
  readonly broke: Broke;
  /** The calls made, the chamber's left out. */
  readonly calls: readonly CallEvent[];
  /** Whether they were printed. */
  readonly shown: boolean;
}

/** A run that did not come to its end: which call, its full text, what to try. */
export function brokeLines({ experiment, broke, calls, shown }: Ruin, { width, text }: Pen): readonly Line[] {
  const at = broke.call === null ? -1 : calls.findIndex((it) => it.id === broke.call);
  const call = calls[at];
  const where = call === undefined ? (calls.length === 0 ? "before its 1st call" : `after its ${ordinal(calls.length)} call`) : `${HOW[broke.how].in} its ${ordinal(at + 1)} call`;
  const title = broke.how === "cannot" ? "cannot run here" : `${HOW[broke.how].verb} ${where}`;
  const before = calls.length > (call === undefined ? 0 : 1) && !shown ? `the calls before it: netlab run ${experiment} --level student` : "";
  return [
    ...words(`netlab: ${experiment} ${title}`, width - 2).map((it): Line => [piece(it, "bad")]),
    ...(call === undefined ? [] : fold(text(callText(call)), width - 2).map((it) => indented(2, [piece(it)]))),
    ...said(advice(broke.message, call), width),
    ...said(before, width),
  ];
}

const HOW: Readonly<Record<Broke["how"], { readonly verb: string; readonly in: string }>> = {
  error:  { verb: "broke",   in: "at" },
  crash:  { verb: "crashed", in: "in" },
  hang:   { verb: "hung",    in: "in" },
  cannot: { verb: "stopped", in: "before" },
};

/** What a message says beyond the call's own text, which stands above it. */
const advice = (message: string, call: CallEvent | undefined): string =>
  call === undefined ? message : message.replace(/^#-?\d+ \w+ = -1 [^(]*\([^)]*\)(?:\. |$)/, "");

/** Several experiments in sum, one line. */
export function summaryText({ experiments, proven, refuted, unknown }: SummaryEvent, style: Style): string {
  const { width, text, print } = pen(style);
  const parts = [many(experiments, "experiment"), `${proven} proven, ${refuted} refuted, ${unknown} unknown`];
  return print(items(parts, text(" · "), width).map((it): Line => [piece(it, "strong")]));
}
