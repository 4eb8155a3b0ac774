/** A whole run as one diagram: on a time line, in TCP's states, or in Mermaid's language. */
import type { Event, RunEvent } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { headingLines } from "./heading-lines.ts";
import { BLANK, inset, type Line } from "./line.ts";
import { type Pen, pen } from "./pen.ts";
import { printableAll } from "./printable.ts";
import { sequenceOf } from "./sequence.ts";
import { sequenceLines } from "./sequence-lines.ts";
import { sequenceMermaid } from "./sequence-mermaid.ts";
import { stateDiagramLines } from "./state-diagram.ts";
import type { Style } from "./style.ts";
import { words } from "./words.ts";

/** Null: its file is not at hand, and its defaults are not known. */
type Known = AnyExperiment | null;

/** Segments and calls, in the order of time. */
export const timelineText = (events: readonly Event[], it: Known, style: Style): string =>
  drawn(events, it, style, (all, paper) => sequenceLines(sequenceOf(all), paper));

/** The ways of named sockets through the states of TCP. */
export const statesText = (events: readonly Event[], it: Known, style: Style): string =>
  drawn(events, it, style, (all, paper) => {
    const lines = stateDiagramLines(all, paper);
    return lines.length > 0 ? lines : inset(2, words(NONE, paper.width - 2), "open");
  });
const NONE = "No socket of TCP that has a name was seen in more than two states.";

/** The time line as a sequence diagram that GitHub renders. */
export const mermaidDiagram = (events: readonly Event[]): string => sequenceMermaid(sequenceOf(events));

type Drawing = (all: readonly Event[], paper: Pen) => readonly Line[];
function drawn(events: readonly Event[], it: Known, style: Style, draw: Drawing): string {
  const all = events.map((one) => printableAll(one, style.plain));
  const paper = pen(style);
  const run = all.find(({ type }) => type === "run") as RunEvent | undefined;
  const heading = run === undefined ? [] : [...headingLines(run, it, paper), BLANK];
  return paper.print([...heading, ...draw(all, paper)]);
}
