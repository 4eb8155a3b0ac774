/** The diagrams of runs, loaded when somebody asks for one. */
import type { Event } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import type { Style } from "../report/style.ts";
import { type Format, isDiagram } from "./formats.ts";

/** The text of a diagram of one run, of all its events. */
export type Draw = (events: readonly Event[], experiment: AnyExperiment | null, style: Style) => string;

/** What draws it; null for what is no diagram. */
export async function drawOf(format: Format): Promise<Draw | null> {
  if (!isDiagram(format)) return null;
  const { mermaidDiagram, statesText, timelineText } = await import("../report/diagrams.ts");
  return { timeline: timelineText, states: statesText, mermaid: mermaidDiagram }[format];
}
