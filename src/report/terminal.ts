/** The report of one run for a person: events go in, one by one as they come, and text to print comes out. */
import type { CallEvent, EndEvent, Event, FindingEvent, RunEvent, StackEvent } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { callLines } from "./call-lines.ts";
import { brokeLines, endLines } from "./ending-lines.ts";
import { findingLines } from "./finding-lines.ts";
import { headingLines, nextLines, sayLines, sceneLines, storyLines } from "./heading-lines.ts";
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

/** Answers a text for a name, or null where there is none. */
type Lookup = (name: string) => string | null;

/**
 * `experiment` null: its file is not at hand, and what only it knows (story, paths, what is next) is left out.
 * `prototypes` answers a kernel function's declaration, `statement` the sentence of a statement of the notes by its id.
 */
export function terminal(experiment: AnyExperiment | null, style: Style, prototypes: Lookup, statement: Lookup): Terminal {
  const report = new Report(experiment, style, prototypes, statement);
  return { event: (it) => report.take(it) };
}

/** From which level on an event is shown. */
const FROM: Readonly<Record<Event["type"], Level>> = {
  run:     "beginner",     finding: "beginner",     end:     "beginner",
  scene:   "student",      say:     "student",      call:    "student",
  look:    "student",      times:   "student",      asleep:  "student",
  known:   "practitioner", packet:  "practitioner", state:   "practitioner",
  counter: "practitioner", stack:   "expert",
};

class Report {
  readonly #experiment: AnyExperiment | null;
  readonly #style: Style;
  readonly #prototypes: Lookup;
  readonly #statement: Lookup;
  readonly #pen: Pen;
  readonly #sights = new StructSights();
  readonly #calls: CallEvent[] = [];
  readonly #stacks: StackEvent[] = [];
  #run: RunEvent | null = null;
  #judged = false;
  /** Whether the last line printed is blank, or there is none. */
  #blank = true;

  constructor(experiment: AnyExperiment | null, style: Style, prototypes: Lookup, statement: Lookup) {
    this.#experiment = experiment;
    this.#style = style;
    this.#prototypes = prototypes;
    this.#statement = statement;
    this.#pen = pen(style);
  }

  take(event: Event): string {
    const it = printableAll(event, this.#style.plain);
    this.#remember(it);
    if (!this.#reaches(FROM[it.type])) return "";
    if (this.#style.quiet && it.type !== "end" && (it.type !== "finding" || it.verdict === "proven")) return "";
    return this.#print(this.#lines(it));
  }

  #remember(it: Event): void {
    if (it.type === "run") this.#run = it;
    else if (it.type === "call" && it.actor !== CHAMBER) this.#calls.push(it);
    else if (it.type === "stack") this.#stacks.push(it);
  }

  #reaches(level: Level): boolean {
    return reaches(this.#style, level);
  }

  /** Two blank lines are one, and none begins a report. */
  #print(lines: readonly Line[]): string {
    const kept: Line[] = [];
    for (const line of lines) {
      if (line.length > 0 || !this.#blank) kept.push(line);
      this.#blank = line.length === 0;
    }
    return this.#pen.print(kept);
  }

  #lines(it: Event): readonly Line[] {
    const paper = this.#pen;
    switch (it.type) {
      case "run":     return this.#opening(it);
      case "scene":   return [BLANK, ...sceneLines(it, paper)];
      case "say":     return [...(this.#calls.length === 0 ? [BLANK] : []), ...sayLines(it.text, paper)];
      case "call":    return this.#call(it);
      case "look":    return lookLines(it, this.#reaches("advanced"), paper);
      case "times":   return timesLines(it, paper);
      case "asleep":  return asleepLines(it);
      case "known":   return knownLines(it, this.#reaches("expert"), paper);
      case "packet":  return packetLines(it, paper);
      case "state":   return stateLines(it, paper);
      case "counter": return counterLines(it, this.#reaches("expert"), paper);
      case "stack":   return stackLines(it, paper);
      case "finding": return [...this.#ways(), ...this.#finding(it)];
      case "end":     return it.broke === null ? [...this.#ways(), ...this.#end(it)] : this.#broke(it);
    }
  }

  #opening(run: RunEvent): readonly Line[] {
    const told = this.#experiment !== null && !this.#reaches("practitioner");
    return [...headingLines(run, this.#experiment, this.#pen), ...(told ? storyLines(this.#experiment.story, this.#pen) : []), BLANK];
  }

  #call(it: CallEvent): readonly Line[] {
    const expert = this.#reaches("expert");
    if (it.actor === CHAMBER && !expert) return [];
    const bytes = this.#reaches("advanced") && it.actor !== CHAMBER ? this.#sights.of(it, this.#pen) : [];
    return [...callLines(it, this.#pen, expert), ...bytes];
  }

  /** The declared ways of the calls that were made, once: after the calls, before the first verdict. */
  #ways(): readonly Line[] {
    if (this.#judged) return [];
    this.#judged = true;
    if (this.#style.quiet || !this.#reaches("advanced")) return [BLANK];
    const walks = Object.entries(this.#experiment?.paths ?? {}).map(([call, path]): Walk => ({ call, path, stacks: this.#stacksIn(call), prototypes: this.#prototypeOf }));
    return [BLANK, ...pathsLines(walks.filter((walk) => this.#calls.some((it) => it.name === walk.call)), this.#pen), BLANK];
  }

  readonly #prototypeOf: Lookup = (fn) => (this.#reaches("expert") ? this.#prototypes(fn) : null);

  #stacksIn(name: string): Walk["stacks"] {
    if (this.#run?.witnesses.stacks?.able !== true) return null;
    const ids = new Set(this.#calls.filter((it) => it.name === name).map((it) => it.id));
    return this.#stacks.filter((it) => it.inside !== null && ids.has(it.inside)).map((it) => it.frames);
  }

  #finding(it: FindingEvent): readonly Line[] {
    return findingLines(it, { statement: this.#statement, run: this.#run, evidence: this.#reaches("student") }, this.#pen);
  }

  #end(it: EndEvent): readonly Line[] {
    const { quiet } = this.#style;
    const next = quiet ? null : this.#experiment?.next ?? null;
    return [...(quiet ? [] : [BLANK]), ...endLines(it, this.#run, quiet, this.#pen), ...(next === null ? [] : nextLines(next, this.#pen))];
  }

  #broke({ experiment, broke }: EndEvent): readonly Line[] {
    const shown = this.#reaches("student") && !this.#style.quiet;
    return broke === null ? [] : [BLANK, ...brokeLines({ experiment, broke, calls: this.#calls, shown }, this.#pen)];
  }
}

/** The actor whose calls make the chamber, before the experiment and besides it. */
const CHAMBER = "chamber";
