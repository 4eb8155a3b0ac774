/**
 * `netlab list`: the experiments in the order of study,
 * each with its question and the notes whose statements it settles.
 */
import { notes } from "../../experiments/catalogue/notes.ts";
import { jobs } from "../../experiments/jobs/jobs.ts";
import { study } from "../../experiments/study.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { many } from "../report/counted.ts";
import { BLANK, flushRight, indented, type Line, piece } from "../report/line.ts";
import { type Pen, pen } from "../report/pen.ts";
import { items, words } from "../report/words.ts";
import { settled } from "./catalogue.ts";
import { type Entry, library, loadAll } from "./library.ts";
import { wrongUsage } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { didYouMean } from "./suggest.ts";

export interface ListOptions extends LookOptions {
  readonly note?: string;
  readonly topic?: string;
  readonly json?: boolean;
}
interface Row {
  readonly entry: Entry;
  readonly experiment: AnyExperiment;
  /** The notes whose statements its claims cite. */
  readonly notes: readonly string[];
}

export async function list(shell: Shell, { note, topic, json, ...look }: ListOptions): Promise<number> {
  const noteId = known("note", notes.map((it) => it.id), note?.toUpperCase());
  const topicName = known("topic", [...new Set(study.map((it) => it.topic))], topic);
  const experiments = await loadAll();
  const rows = library
    .map((entry, i): Row => ({ entry, experiment: experiments[i]!, notes: notesOf(experiments[i]!) }))
    .filter((it) => noteId === null || it.notes.includes(noteId))
    .filter((it) => topicName === null || it.entry.topic === topicName);
  if (json) shell.out.write(rows.map((it) => `${JSON.stringify(plain(it))}\n`).join(""));
  else {
    const paper = pen(styleOf(look));
    const lines = rows.flatMap((it, i) => [
      ...(it.entry.room === rows[i - 1]?.entry.room ? [] : [BLANK, roomLine(it, rows, paper)]),
      ...rowLines(it, rows, paper),
    ]);
    shell.out.write(paper.print([
      ...heading(paper), ...lines, BLANK, ...footing(rows, experiments, paper),
    ]));
  }
  return 0;
}

/** The one that was asked for, or null. Throws a sentence (64) for one that there is not. */
function known(what: string, all: readonly string[], asked: string | undefined): string | null {
  if (asked === undefined || all.includes(asked)) return asked ?? null;
  const instead = didYouMean(asked, all) || `: there are ${all.join(", ")}`;
  throw wrongUsage(`there is no ${what} ${JSON.stringify(asked)}${instead}`);
}

/** N0, N3 */
export const notesOf = ({ claims }: AnyExperiment): readonly string[] =>
  [...new Set(claims.flatMap(({ cites }) => cites.map(({ id }) => id.split("-")[0]!)))].sort();

const plain = (
  { entry: { number, topic, name }, experiment: { asks, claims, needs = [] }, notes: cited }: Row,
): object =>
  ({ number, name, topic, asks, notes: cited, claims: claims.length, needs });

const heading = ({ width, text }: Pen): readonly Line[] =>
  flushRight(
    [[piece("in order of study", "strong")]],
    piece(text("netlab run NAME · netlab show NAME"), "dim"), width,
  );

/** Of the numbers, and the gap behind them. */
const numberWidth = (rows: readonly Row[]): number =>
  Math.max(2, ...rows.map(({ entry }) => String(entry.number).length)) + 2;

const roomLine = ({ entry }: Row, rows: readonly Row[], { text }: Pen): Line =>
  indented(numberWidth(rows), [piece(text(entry.room), "strong")]);

function rowLines(
  { entry, experiment, notes: cited }: Row, rows: readonly Row[], { width, text }: Pen,
): readonly Line[] {
  const name = Math.max(...rows.map((it) => it.entry.name.length));
  const edge = cited.join(" ");
  const number = numberWidth(rows);
  const margin = number + name + 2;
  const [first = "", ...more] = words(text(experiment.asks), width - margin);
  const line: Line = [
    piece(String(entry.number).padStart(number - 2), "dim"), piece("  "),
    piece(entry.name.padEnd(name), "strong"), piece(`  ${first}`),
  ];
  const below = more.map((it): Line => [piece(" ".repeat(margin) + it)]);
  return flushRight([line, ...below], piece(edge, "dim"), width);
}

function footing(rows: readonly Row[], all: readonly AnyExperiment[], { width, text }: Pen): readonly Line[] {
  const statements = settled(all, jobs);
  const root = process.getuid?.() === 0 ? 0
    : rows.filter(({ experiment }) => experiment.needs?.includes("root")).length;
  const parts = [
    rows.length === all.length ? many(all.length, "experiment")
      : `${rows.length} of ${many(all.length, "experiment")}`,
    `${statements.filter((it) => it.how !== null).length} of ${statements.length} statements of the notes`,
    ...(root === 0 ? [] : [`${root} need root here (netlab doctor)`]),
  ];
  return items(parts, text(" · "), width).map((it): Line => [piece(it)]);
}
