/** The report of one run for a person: events go in, one by one as they come, and text to print comes out. */
import {
  type CallEvent, type EndEvent, type Event, type FindingEvent, type HistoryEvent, isHistory, type RunEvent,
  type TimesEvent,
} from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { CHAMBER } from "../lab/history.ts";
import { callLines } from "./call-lines.ts";
import { counterLines } from "./counter-lines.ts";
import { brokeLines, endLines } from "./ending-lines.ts";
import { findingLines } from "./finding-lines.ts";
import { headingLines, nextLines, sayLines, sceneLines, storyLines } from "./heading-lines.ts";
import { BLANK, type Line } from "./line.ts";
import { lookLines } from "./look-lines.ts";
import { packetText } from "./packet-text.ts";
import { pathsLines } from "./paths-lines.ts";
import { type Pen, pen } from "./pen.ts";
import { pictureLines } from "./pictures.ts";
import { printableAll } from "./printable.ts";
import { walksOf } from "./run-walks.ts";
import { SHOWN_FROM } from "./shown-from.ts";
import { SocketSights } from "./socket-sights.ts";
import { StructSights } from "./struct-sights.ts";
import { type Level, reaches, type Style } from "./style.ts";
import { timesLines } from "./times-lines.ts";
import { asleepLines, knownLines, lostLines, packetLines, passedLines, stackLines } from "./witness-lines.ts";

export interface Terminal {
  /**
   * The text that this event adds: whole lines, or "". Events are given in their order, findings and end
   * included.
   */
  event(it: Event): string;
}

/** Answers a text for a name, or null where there is none. */
type Lookup = (name: string) => string | null;

/** What the report cannot know by itself. */
interface Known {
  /** Null: its file is not at hand, and what only it knows (story, paths, what is next) is left out. */
  readonly experiment: AnyExperiment | null;
  readonly style: Style;
  /** A kernel function's declaration. */
  readonly prototypes: Lookup;
  /** The sentence of a statement of the notes, by its id. */
  readonly statement: Lookup;
}

/** A report of one run, to be given its events. */
export function terminal(
  experiment: AnyExperiment | null, style: Style, prototypes: Lookup, statement: Lookup,
): Terminal {
  const report = new Report({ experiment, style, prototypes, statement });
  return { event: (it) => report.take(it) };
}

class Report {
  readonly #known: Known;
  readonly #pen: Pen;
  readonly #sights: StructSights;
  readonly #sockets = new SocketSights();
  readonly #calls: CallEvent[] = [];
  /** All of the run, where there is something to be drawn of it; else its calls and stacks. */
  readonly #kept: HistoryEvent[] = [];
  #run: RunEvent | null = null;
  #judged = false;
  /** Whether the last line printed is blank, or there is none. */
  #blank = true;

  constructor(known: Known) {
    this.#known = known;
    this.#pen = pen(known.style);
    this.#sights = new StructSights(this.#reaches("expert"));
  }

  take(event: Event): string {
    const { plain, quiet } = this.#known.style;
    const it = printableAll(event, plain);
    this.#remember(it);
    const matters = it.type === "end" || (it.type === "finding" && it.verdict !== "proven");
    const isShown = quiet ? matters : this.#reaches(SHOWN_FROM[it.type]);
    const before = it.type === "state" ? [] : this.#socketLines();
    return this.#print([...before, ...(isShown ? this.#lines(it) : [])]);
  }

  #remember(it: Event): void {
    const isKept = this.#known.experiment?.draws !== undefined || it.type === "stack" || it.type === "call";
    if (isKept && isHistory(it)) this.#kept.push(it);
    if (it.type === "run") this.#run = it;
    else if (it.type === "call" && it.actor !== CHAMBER) this.#calls.push(it);
    else if (it.type === "state") this.#sockets.hold(it);
  }

  /** The sights of sockets since the last event of another kind. */
  #socketLines(): readonly Line[] {
    const lines = this.#sockets.lines(this.#reaches("expert"), this.#pen);
    return this.#known.style.quiet || !this.#reaches(SHOWN_FROM.state) ? [] : lines;
  }

  #reaches(level: Level): boolean {
    return reaches(this.#known.style, level);
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
      case "times":   return this.#times(it);
      case "asleep":  return asleepLines(it, paper);
      case "known":   return knownLines(it, this.#reaches("expert"), paper);
      case "packet":
        return packetLines(it, packetText(it, this.#sockets.hear(it)), this.#reaches("expert"), paper);
      case "state":   return [];
      case "counter": return counterLines(it, this.#reaches("expert"), paper);
      case "stack":   return stackLines(it, paper);
      case "lost":    return lostLines(it, paper);
      case "finding": return [...this.#ways(), ...this.#finding(it)];
      case "end":     return it.broke === null ? [...this.#ways(), ...this.#end(it)] : this.#broke(it);
    }
  }

  #opening(run: RunEvent): readonly Line[] {
    const { experiment } = this.#known;
    const story = this.#reaches("practitioner") ? undefined : experiment?.story;
    const told = story === undefined ? [] : storyLines(story, this.#pen);
    return [...headingLines(run, experiment, this.#pen), ...told, BLANK];
  }

  #call(it: CallEvent): readonly Line[] {
    const expert = this.#reaches("expert");
    if (it.actor === CHAMBER && !expert) return [];
    const bytes = this.#reaches("advanced") && it.actor !== CHAMBER ? this.#sights.of(it, this.#pen) : [];
    return [...callLines(it, this.#pen, expert), ...bytes];
  }

  #times(it: TimesEvent): readonly Line[] {
    const passed = this.#reaches("practitioner") ? passedLines(it, this.#reaches("expert"), this.#pen) : [];
    return [...timesLines(it, this.#pen), ...passed];
  }

  /** The declared ways of the calls that were made, once: after the calls, before the first verdict. */
  #ways(): readonly Line[] {
    if (this.#judged) return [];
    this.#judged = true;
    const { experiment, style } = this.#known;
    if (style.quiet || !this.#reaches("practitioner")) return [BLANK];
    const drawn = pictureLines(experiment?.draws ?? [], this.#kept, this.#pen);
    if (!this.#reaches("advanced")) return [...drawn, BLANK];
    const walks = walksOf(experiment?.paths ?? {}, this.#run, this.#kept, this.#prototypeOf);
    return [...drawn, BLANK, ...pathsLines(walks, this.#reaches("expert"), this.#pen), BLANK];
  }

  readonly #prototypeOf: Lookup = (fn) => (this.#reaches("expert") ? this.#known.prototypes(fn) : null);

  #finding(it: FindingEvent): readonly Line[] {
    const again = `netlab run ${it.experiment} --save run.ndjson`;
    const evidence = this.#reaches("student");
    return findingLines(it, { statement: this.#known.statement, run: this.#run, evidence, again }, this.#pen);
  }

  #end(it: EndEvent): readonly Line[] {
    const { experiment, style: { quiet } } = this.#known;
    const next = quiet ? undefined : experiment?.next;
    const last = endLines(it, this.#run, quiet, this.#pen);
    return [...(quiet ? [] : [BLANK]), ...last, ...(next === undefined ? [] : nextLines(next, this.#pen))];
  }

  #broke({ experiment, broke }: EndEvent): readonly Line[] {
    const shown = this.#reaches("student") && !this.#known.style.quiet;
    if (broke === null) return [];
    return [BLANK, ...brokeLines({ experiment, broke, calls: this.#calls, shown }, this.#pen)];
  }
}
