/**
 * A finding: the claim with its verdict, the statements of the notes that it settles, and what it rests on.
 */
import type { FindingEvent, How, RunEvent, Verdict } from "../lab/events.ts";
import { columns } from "./columns.ts";
import { condensed } from "./evidence.ts";
import { flushRight, indented, inset, type Line, piece } from "./line.ts";
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
  /** What is asked of whoever sees a claim refuted. */
  readonly again: string;
}

const DETAIL = 6;
const LABEL = 8;
/** What a proven claim does to a statement. */
const DOES: Readonly<Record<How, string>> = {
  supports: "confirms", corrects: "corrects", contradicts: "contradicts",
};

export function findingLines(finding: FindingEvent, reading: Reading, pen: Pen): readonly Line[] {
  const mark = pen.mark(finding.verdict);
  const margin = 2 + columns(mark.text) + 1;
  const [first = "", ...more] = words(finding.claim, pen.width - margin);
  const lines = [[piece("  "), mark, piece(` ${first}`)], ...inset(margin, more)];
  const claim = flushRight(lines, edge(finding, pen), pen.width);
  return [...claim, ...details[finding.verdict](finding, reading, pen)];
}

function edge({ verdict, cites }: FindingEvent, { text }: Pen): ReturnType<typeof piece> {
  if (verdict === "refuted") return piece("this kernel does otherwise", "bad");
  if (verdict === "unknown") return piece("unknown", "open");
  const settled = (Object.keys(DOES) as How[]).flatMap((how) => {
    const ids = cites.filter((it) => it.how === how).map((it) => it.id);
    return ids.length === 0 ? [] : [`${DOES[how]} ${ids.join(", ")}`];
  });
  return piece(text(settled.join(" · ")), "dim");
}

type Details = (finding: FindingEvent, reading: Reading, pen: Pen) => readonly Line[];

/** What stands below a claim. */
const details: Readonly<Record<Verdict, Details>> = {
  proven({ evidence, cites, why }, reading, pen) {
    if (!reading.evidence) return [];
    const settled = cites.filter((it) => it.how !== "supports").map((it) => it.id);
    return [...listed(condensed(evidence), pen), ...quotes(settled, reading, pen), ...prose(why ?? "", pen)];
  },
  refuted({ claim, evidence, cites }, reading, pen) {
    const kernel = reading.run === null ? "" : `Seen on Linux ${reading.run.machine.kernel}. `;
    const send = [`${kernel}Please send:`, reading.again];
    return [
      ...quotes([...new Set(cites.map((it) => it.id))], reading, pen),
      ...labelled("netlab", words(claim, pen.width - DETAIL - LABEL)),
      ...labelled("seen", items(evidence, pen.text(" · "), pen.width - DETAIL - LABEL)),
      ...inset(DETAIL, items(send, " ", pen.width - DETAIL)),
    ];
  },
  unknown: ({ why }, _, pen) => prose(why ?? "it does not say why", pen),
};

const listed = (list: readonly string[], { width, text }: Pen): readonly Line[] =>
  inset(DETAIL, items(list, text(" · "), width - DETAIL), "dim");

const prose = (it: string, { width }: Pen): readonly Line[] => inset(DETAIL, words(it, width - DETAIL));

/** The statements' own words. */
const quotes = (ids: readonly string[], { statement }: Reading, { width, text }: Pen): readonly Line[] =>
  ids.flatMap((id) => {
    const says = statement(id);
    return says === null ? [] : labelled(id, words(text(`“${says}”`), width - DETAIL - LABEL));
  });

const labelled = (label: string, lines: readonly string[]): readonly Line[] =>
  lines.map((it, i) => indented(DETAIL, [piece((i === 0 ? label : "").padEnd(LABEL), "dim"), piece(it)]));
