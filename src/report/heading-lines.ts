/** The beginning of a run's report, and of each of its scenes. */
import type { RunEvent, SceneEvent } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { BLANK, flushRight, inset, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/**
 * The name, the question, the notes whose statements it settles, and the settings that are not the defaults.
 */
export function headingLines(run: RunEvent, experiment: AnyExperiment | null, pen: Pen): readonly Line[] {
  const { width, text } = pen;
  const name = run.experiment;
  const [first = "", ...more] = words(`${name}${text(" · ")}${run.asks}`, width - 2);
  const title = [piece(first.slice(0, name.length), "strong"), piece(first.slice(name.length))];
  const heading = flushRight([title, ...inset(2, more)], piece(notesOf(experiment), "dim"), width);
  return [...heading, ...inset(2, items(changed(run, experiment), " ", width - 2), "dim")];
}

/** As they were said: `--set count=5`. */
const changed = ({ parameters }: RunEvent, experiment: AnyExperiment | null): readonly string[] =>
  Object.entries(parameters)
    .filter(([name, value]) => value !== experiment?.parameters?.[name]?.default)
    .map(([name, value]) => `--set ${name}=${value}`);

/** `note N0`, `notes N0, N1` */
function notesOf(experiment: AnyExperiment | null): string {
  const cites = experiment?.claims.flatMap((it) => it.cites) ?? [];
  const notes = [...new Set(cites.map(({ id }) => id.split("-")[0]))].sort();
  return notes.length === 0 ? "" : `note${notes.length === 1 ? "" : "s"} ${notes.join(", ")}`;
}

/** Plain prose, a blank line before it. */
export const storyLines = (story: string, { width, text }: Pen): readonly Line[] =>
  [BLANK, ...inset(2, words(text(story), Math.min(width, READABLE) - 2))];
/** Longer lines of prose are hard to read. */
const READABLE = 92;

/** What happens next, and at the right edge the id by which claims and evidence name the scene. */
export function sceneLines({ id, text: says }: SceneEvent, { width, text }: Pen): readonly Line[] {
  const title = inset(2, words(says === "" ? id : says, width - 2), "strong");
  return flushRight(title, piece(says === "" ? "" : text(`scene “${id}”`), "dim"), width);
}

/** A remark of the experiment. */
export const sayLines = (says: string, { width }: Pen): readonly Line[] => inset(2, words(says, width - 2));

/** What to try now. */
export const nextLines = (next: string, { width, text }: Pen): readonly Line[] =>
  inset(2, words(text(`Next: ${next}`), Math.min(width, READABLE) - 2), "dim");
