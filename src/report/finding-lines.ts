/** A finding: the claim with its verdict, the statements of the notes that it settles, and what it rests on. */
import type { FindingEvent, How, RunEvent } from "../lab/events.ts";
import { columns } from "./columns.ts";
import { condensed } from "./evidence.ts";
import { flushRight, type Ink, indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/** What a finding is read with. */
export interface Reading {
  /** The sentence of a note's statement, by its id. */
  readonly statement: (id: string) => string | null;
  /** Null where the history had none. */
  readonly run: RunEvent | null;
  /** Whether what a proven claim rests on is shown too. */
  readonly evidence: boolean;
}

const DETAIL = 6;
const LABEL = 8;
/** What a proven claim does to a statement. */
const DOES: Readonly<Record<How, string>> = { supports: "confirms", corrects: "corrects", contradicts: "contradicts" };

export function findingLines(finding: FindingEvent, reading: Reading, pen: Pen): readonly Line[] {
  const mark = pen.mark(finding.verdict);
  const margin = 2 + columns(mark.text) + 1;
  const [first = "", ...more] = words(finding.claim, pen.width - margin);
  const lines: Line[] = [[piece("  "), mark, piece(` ${first}`)], ...more.map((it) => indented(margin, [piece(it)]))];
  return [...flushRight(lines, edge(finding, pen), pen.width), ...details[finding.verdict](finding, reading, pen)];
}

function edge({ verdict, cites }: FindingEvent, { text }: Pen): ReturnType<typeof piece> {
  if (verdict === "refuted") return piece("this kernel does otherwise", "bad");
  if (verdict === "unknown") return piece("unknown", "open");
  const groups = (Object.keys(DOES) as How[]).map((how) => [DOES[how], cites.filter((it) => it.how === how).map((it) => it.id)] as const);
  return piece(text(groups.filter(([, ids]) => ids.length > 0).map(([does, ids]) => `${does} ${ids.join(", ")}`).join(" · ")), "dim");
}

/** What stands below a claim. */
const details: Readonly<Record<FindingEvent["verdict"], (finding: FindingEvent, reading: Reading, pen: Pen) => readonly Line[]>> = {
  proven({ evidence, cites, why }, reading, pen) {
    if (!reading.evidence) return [];
    const settled = cites.filter((it) => it.how !== "supports").map((it) => it.id);
    return [...listed(condensed(evidence), pen), ...quotes(settled, reading, pen), ...(why === null ? [] : prose(why, "plain", pen))];
  },
  refuted({ claim, evidence, cites, experiment }, reading, pen) {
    const kernel = reading.run === null ? "" : `Seen on Linux ${reading.run.machine.kernel}. `;
    return [
      ...quotes([...new Set(cites.map((it) => it.id))], reading, pen),
      ...labelled("netlab", words(claim, pen.width - DETAIL - LABEL)),
      ...labelled("seen", items(evidence, pen.text(" · "), pen.width - DETAIL - LABEL)),
      ...prose(`${kernel}Please send: netlab run ${experiment} --save run.ndjson`, "plain", pen),
    ];
  },
  unknown: ({ why }, _, pen) => prose(why ?? "it does not say why", "plain", pen),
};

const listed = (list: readonly string[], { width, text }: Pen): readonly Line[] =>
  items(list, text(" · "), width - DETAIL).map((it) => indented(DETAIL, [piece(it, "dim")]));

const prose = (it: string, ink: Ink, { width }: Pen): readonly Line[] =>
  words(it, width - DETAIL).map((line) => indented(DETAIL, [piece(line, ink)]));

/** The statements' own words. */
const quotes = (ids: readonly string[], { statement }: Reading, { width, text }: Pen): readonly Line[] =>
  ids.flatMap((id) => {
    const says = statement(id);
    return says === null ? [] : labelled(id, words(text(`“${says}”`), width - DETAIL - LABEL));
  });

const labelled = (label: string, lines: readonly string[]): readonly Line[] =>
  lines.map((it, i) => indented(DETAIL, [piece((i === 0 ? label : "").padEnd(LABEL), "dim"), piece(it)]));
