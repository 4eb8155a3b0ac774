/** `netlab claims`: every statement of the notes, how it stands, and the claims that settle it. */
import { notes } from "../../experiments/catalogue/notes.ts";
import { jobs } from "../../experiments/jobs/jobs.ts";
import { BLANK, flushRight, type Ink, indented, type Line, piece } from "../report/line.ts";
import { type Pen, pen } from "../report/pen.ts";
import { items, words } from "../report/words.ts";
import { type Citation, experimentsOf, type Settled, type Standing, settled, standing } from "./catalogue.ts";
import { loadAll } from "./library.ts";
import { type Said, wrongUsage } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";

export interface ClaimsOptions extends LookOptions {
  readonly verdict?: Standing;
  readonly json?: boolean;
}

export async function claims(
  shell: Shell, which: string | undefined, { verdict, json, ...look }: ClaimsOptions,
): Promise<number> {
  const asked = among(settled(await loadAll(), jobs), which ?? null);
  const shown = asked.filter((it) => verdict === undefined || standing(it) === verdict);
  if (json) shell.out.write(shown.map((it) => `${JSON.stringify(plain(it))}\n`).join(""));
  else {
    const paper = pen(styleOf(look));
    const lines = shown.flatMap((it, i) =>
      [...headings(it, shown[i - 1], paper), ...statementLines(it, paper)]);
    const sums = asked.length === 1 ? [] : [...(lines.length === 0 ? [] : [BLANK]), ...totals(asked, paper)];
    shell.out.write(paper.print([...lines, ...sums]));
  }
  return 0;
}

/** Those of a note (`n3`), or the one of an id. Throws a sentence (64) where there is neither. */
function among(all: readonly Settled[], which: string | null): readonly Settled[] {
  const id = which?.toUpperCase() ?? null;
  const found = id === null ? all : all.filter((it) => it.note === id || it.id === id);
  if (found.length === 0) throw unknownStatement(which ?? "", all);
  return found;
}

function unknownStatement(which: string, all: readonly Settled[]): Said {
  const note = notes.find((it) => which.toUpperCase().startsWith(`${it.id}-`));
  if (note === undefined) {
    const ids = notes.map((it) => it.id).join(", ");
    const asked = JSON.stringify(which);
    return wrongUsage(`there is no note or statement ${asked}: `
      + `the notes are ${ids}, a statement is ${all[0]?.id}`);
  }
  const ids = note.statements.map((it) => it.id);
  return wrongUsage(`there is no statement ${JSON.stringify(which)}: `
    + `those of ${note.id} are ${ids[0]} to ${ids.at(-1)}, and some numbers are left out`);
}

const plain = ({ id, note, section, says, how, why, by }: Settled): object =>
  ({ id, note, section, says, how, experiments: experimentsOf({ by }), why });

/** The note's title and the section's, where they are others than before. */
function headings(
  { note, section }: Settled, before: Settled | undefined, { text, width }: Pen,
): readonly Line[] {
  const title = notes.find((it) => it.id === note)?.title ?? "";
  return [
    ...(note === before?.note ? []
      : [...(before === undefined ? [] : [BLANK]), [piece(text(`${note} · ${title}`), "strong")]]),
    ...(note === before?.note && section === before.section ? []
      : [BLANK, ...words(text(section), width - 2).map((it) => indented(2, [piece(it, "dim")]))]),
  ];
}

const INK: Readonly<Record<Standing, Ink>> = {
  confirmed:    "good",
  corrected:    "open",
  contradicted: "bad",
  open:         "dim",
  cannot:       "dim",
};
/** Where the statement begins, behind its id. */
const MARGIN = 9;
/** The widest standing, and the space before it. */
const EDGE = "contradicted".length + 2;

function statementLines(it: Settled, paper: Pen): readonly Line[] {
  const { width, text } = paper;
  const stands = standing(it);
  const [first = "", ...more] = words(text(it.says), width - MARGIN - EDGE);
  const edge = piece(stands === "cannot" ? "not shown" : stands, INK[stands]);
  const head = flushRight([[piece(`  ${it.id}  `, "dim"), piece(first)]], edge, width);
  const why = it.how === null && it.why !== null
    ? words(text(it.why), width - MARGIN - 2).map((line) => indented(MARGIN + 2, [piece(line, "dim")]))
    : [];
  return [
    ...head,
    ...more.map((line) => indented(MARGIN, [piece(line)])),
    ...why,
    ...it.by.flatMap((cite) => citationLines(cite, paper)),
  ];
}

const citationLines = ({ claim, experiment }: Citation, { width, text }: Pen): readonly Line[] =>
  flushRight(
    words(text(claim), width - MARGIN - 2).map((it) => indented(MARGIN + 2, [piece(it, "dim")])),
    piece(experiment, "dim"), width,
  );

/** What each standing is called where they are counted. */
const COUNTED = {
  confirmed:    "confirmed",
  corrected:    "corrected",
  contradicted: "contradicted",
  cannot:       "not to be shown here",
  open:         "open",
} as const;

/** A line for each note that was asked for. */
function totals(asked: readonly Settled[], { width, text }: Pen): readonly Line[] {
  return notes.filter(({ id }) => asked.some((it) => it.note === id)).flatMap(({ id }) => {
    const own = asked.filter((it) => it.note === id).map(standing);
    const counts = (Object.keys(COUNTED) as Standing[])
      .map((it) => [own.filter((one) => one === it).length, COUNTED[it]] as const);
    const parts = counts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
    return items([`${id}: ${parts[0]}`, ...parts.slice(1)], text(" · "), width)
      .map((it): Line => [piece(it)]);
  });
}
