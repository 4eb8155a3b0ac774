/** The report of one run for a person: events go in, one by one as they come, and text to print comes out. */
import type { AsleepEvent, CallEvent, CounterEvent, EndEvent, Event, FindingEvent, KnownEvent, LookEvent, PacketEvent, RunEvent, SayEvent, SceneEvent, StackEvent, StateEvent, TimesEvent } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import type { KernelPath } from "../kernel/path.ts";
import { callLines } from "./call-lines.ts";
import { brokeLines, endLines } from "./ending-lines.ts";
import { findingLines } from "./finding-lines.ts";
import { headingLines, sayLines, sceneLines, storyLines } from "./heading-lines.ts";
import { BLANK, type Line } from "./line.ts";
import { pathsLines, type Walk } from "./path-lines.ts";
import { type Pen, pen } from "./pen.ts";
import { printableAll } from "./printable.ts";
import { asleepLines, counterLines, knownLines, lookLines, packetLines, stackLines, stateLines, timesLines } from "./sight-lines.ts";
import { StructSights } from "./struct-sights.ts";
import { type Level, reaches, type Style } from "./style.ts";

export interface Terminal {
  /** The text that this event adds: whole lines, or "". Events are given in their order, findings and end included. */
  event(it: Event): string;
}

/**
 * `experiment` null: its file is not at hand, and what only it knows (story, paths) is left out. `prototypes` answers a
 * kernel function's declaration, `statement` the sentence of a note's statement; both null where they know none.
 */
export function terminal(experiment: AnyExperiment | null, style: Style, prototypes: (fn: string) => string | null, statement: (id: string) => string | null): Terminal {
  const report = new Report(experiment, style, prototypes, statement);
  return { event: (it) => report.take(it) };
}
