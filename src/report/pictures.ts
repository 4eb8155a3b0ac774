/** What an experiment has drawn of its run, behind the trace. */
import type { HistoryEvent } from "../lab/events.ts";
import type { Picture } from "../lab/experiment.ts";
import { BLANK, type Line } from "./line.ts";
import type { Pen } from "./pen.ts";
import { plotLines } from "./plot-lines.ts";
import { stateDiagramLines } from "./state-diagram.ts";

/** Each below a blank line. */
export const pictureLines = (
  pictures: readonly Picture[], events: readonly HistoryEvent[], pen: Pen,
): readonly Line[] =>
  pictures.flatMap((it) => [
    BLANK, ...(it === "states" ? stateDiagramLines(events, pen) : plotLines(it, events, pen)),
  ]);
