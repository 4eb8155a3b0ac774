/** The beginning of a run's report, and of each of its scenes. */
import type { RunEvent, SceneEvent } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { BLANK, flushRight, indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { words } from "./words.ts";

/** The name, the question, the notes whose statements it settles, and the settings that are not the defaults. */
export function headingLines(run: RunEvent, experiment: AnyExperiment | null, { width, text }: Pen): readonly Line[] {
  const name = run.experiment;
  const [first = "", ...more] = words(`${name}${text(" · ")}${run.asks}`, width - 2);
  const heading: Line[] = [[piece(first.slice(0, name.length), "strong"), piece(first.slice(name.length))], ...more.map((it) => indented(2, [piece(it)]))];
  const changed = Object.entries(run.parameters).filter(([key, value]) => value !== experiment?.parameters?.[key]?.default);
  const set = changed.map(([key, value]) => `--set ${key}=${value}`).join(" ");
  return [...flushRight(heading, piece(notesOf(experiment), "dim"), width), ...words(set, width - 2).map((it) => indented(2, [piece(it, "dim")]))];
}

/** `note N0`, `notes N0, N1` */
function notesOf(experiment: AnyExperiment | null): string {
  const notes = [...new Set(experiment?.claims.flatMap(({ cites }) => cites.map(({ id }) => id.split("-")[0])))].sort();
  return notes.length === 0 ? "" : `note${notes.length === 1 ? "" : "s"} ${notes.join(", ")}`;
}

/** Plain prose, a blank line before it. */
export const storyLines = (story: string, { width, text }: Pen): readonly Line[] =>
  [BLANK, ...words(text(story), Math.min(width, READABLE) - 2).map((it) => indented(2, [piece(it)]))];
/** Longer lines of prose are hard to read. */
const READABLE = 92;

/** What happens next, and at the right edge the id by which claims and evidence name the scene. */
export function sceneLines({ id, text: says }: SceneEvent, { width, text }: Pen): readonly Line[] {
  const title = words(says === "" ? id : says, width - 2).map((it) => indented(2, [piece(it, "strong")]));
  return flushRight(title, piece(says === "" ? "" : text(`scene “${id}”`), "dim"), width);
}

/** A remark of the experiment. */
export const sayLines = (says: string, { width }: Pen): readonly Line[] => words(says, width - 2).map((it) => indented(2, [piece(it)]));

/** What to try now. */
export const nextLines = (next: string, { width, text }: Pen): readonly Line[] =>
  words(text(`Next: ${next}`), Math.min(width, READABLE) - 2).map((it) => indented(2, [piece(it, "dim")]));
