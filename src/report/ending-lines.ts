/** How a run ended: the count of its verdicts, or why it has none. */
import type {
  Broke, CallEvent, ChamberMode, EndEvent, RunEvent, SummaryEvent, Verdict,
} from "../lab/events.ts";
import { callText } from "../sys/decode.ts";
import { by } from "./call-lines.ts";
import { many, ordinal } from "./counted.ts";
import { fold } from "./fold.ts";
import { inset, type Line } from "./line.ts";
import { type Pen, pen } from "./pen.ts";
import type { Style } from "./style.ts";
import { items, words } from "./words.ts";

/** Where a run was, by how its chamber was entered. */
export const CHAMBERS: Readonly<Record<ChamberMode, string>> = {
  root: "in a network namespace of its own",
  user: "in a network namespace of its own",
  none: "on the machine's own loopback",
};

/** The last line, and below it the witnesses that could not watch. `named`: it says of which experiment. */
export function endLines(
  end: EndEvent, run: RunEvent | null, named: boolean, { width, text }: Pen,
): readonly Line[] {
  const where = run === null ? "" : `${duration(end.t)} ${CHAMBERS[run.chamber.mode]}`;
  const facts = run === null ? [] : [`witnesses: ${able(run)}`, where];
  const verdicts = `${named ? `${end.experiment}: ` : ""}${verdictsText(end)}`;
  const [first = "", ...more] = items([verdicts, ...facts], text(" · "), width - 2);
  const blind = Object.entries(run?.witnesses ?? {}).filter(([, it]) => !it.able);
  const unable = blind.map(([name, { why }]) => `${name} is not able here${why === null ? "" : `: ${why}`}`);
  return [...inset(named ? 0 : 2, [first]), ...inset(2, more), ...unable.flatMap((it) => said(it, width))];
}

/** `5 proven, 0 refuted, 0 unknown` */
export const verdictsText = ({ proven, refuted, unknown }: Pick<EndEvent, Verdict>): string =>
  `${proven} proven, ${refuted} refuted, ${unknown} unknown`;

const able = ({ witnesses }: RunEvent): string =>
  ["calls", ...Object.entries(witnesses).filter(([, it]) => it.able).map(([name]) => name)].join(", ");

const duration = (t: number): string =>
  t < 10e9 ? `${Math.round(t / 1e6)} ms` : `${(t / 1e9).toFixed(1)} s`;

const said = (it: string, width: number): readonly Line[] => inset(2, words(it, width - 2));

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
  const others = calls.length > (call === undefined ? 0 : 1);
  const see = others && !shown ? ["the calls before it:", `netlab run ${experiment} --level student`] : [];
  return [
    ...inset(0, words(`netlab: ${experiment} ${title(broke.how, at + 1, calls.length)}`, width), "bad"),
    ...(call === undefined ? [] : inset(2, fold(text(by(call) + callText(call)), width - 2))),
    ...said(broke.message, width),
    ...inset(2, items(see, " ", width - 2)),
  ];
}

/** What happened at the n-th of so many calls; n is 0 where it was in none. */
function title(how: Broke["how"], n: number, calls: number): string {
  if (how === "cannot") return "cannot run here";
  if (n === 0) return `${VERBS[how]} ${calls === 0 ? "before its 1st" : `after its ${ordinal(calls)}`} call`;
  return `${VERBS[how]} ${how === "error" ? "at" : "in"} its ${ordinal(n)} call`;
}
const VERBS = { error: "broke", crash: "crashed", hang: "hung", interrupt: "was interrupted" } as const;

/** Several experiments in sum, one line. */
export function summaryText(summary: SummaryEvent, style: Style): string {
  const { width, text, print } = pen(style);
  const parts = [many(summary.experiments, "experiment"), verdictsText(summary)];
  return print(inset(0, items(parts, text(" · "), width), "strong"));
}
