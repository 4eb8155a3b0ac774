/** What an experiment has drawn of its run, behind the trace. */
import type { HistoryEvent } from "../lab/events.ts";
import type { Picture } from "../lab/experiment.ts";
import { BLANK, type Line } from "./line.ts";
import type { Pen } from "./pen.ts";
import { plotLines } from "./plot-lines.ts";
import { stateDiagramLines } from "./state-diagram.ts";
import { tableLines } from "./table-lines.ts";

/** Each below a blank line. */
export const pictureLines = (
  pictures: readonly Picture[], events: readonly HistoryEvent[], pen: Pen,
): readonly Line[] =>
  pictures.flatMap((it) => [BLANK, ...linesOf(it, events, pen)]);

function linesOf(it: Picture, events: readonly HistoryEvent[], pen: Pen): readonly Line[] {
  if (it === "states") return stateDiagramLines(events, pen);
  return "rows" in it ? tableLines(it, events, pen) : plotLines(it, events, pen);
}
