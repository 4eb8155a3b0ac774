/**
 * What is printed of runs, and what is kept: events go in,
 * one experiment after the other, and come out in the form that was asked for.
 */
import { statement } from "../../experiments/catalogue/notes.ts";
import { kernelBtf } from "../kernel/btf.ts";
import type { Event, SummaryEvent } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { summaryText } from "../report/ending-lines.ts";
import { ndjson } from "../report/ndjson.ts";
import { straceLines } from "../report/strace.ts";
import type { Style } from "../report/style.ts";
import { type Terminal, terminal } from "../report/terminal.ts";
import type { Draw } from "./drawing.ts";
import type { Format } from "./formats.ts";
import { annotation } from "./github.ts";
import type { Output } from "./output.ts";
import type { Shell } from "./shell.ts";

/** In which form, how it looks, and where it goes. */
export interface Speech {
  readonly format: Format | "json";
  readonly style: Style;
  /** Where a diagram is asked for: what draws it; else null. */
  readonly draw: Draw | null;
  /** Only the heading and the findings, not what happened. */
  readonly findingsOnly: boolean;
  readonly shell: Shell;
  /** Where the event stream is kept, or null. */
  readonly kept: Output | null;
}
/** Of text, when only the findings are shown. */
const FINDINGS: readonly Event["type"][] = ["run", "finding", "end"];

export class Speaker {
  readonly #it: Speech;
  readonly #ends: Extract<Event, { type: "end" }>[] = [];
  /** Of the run that is under way, where a diagram is asked for. */
  #events: Event[] = [];
  #terminal: Terminal | null = null;
  #annotations = "";
  /** Whether the last line printed is blank. */
  #blank = false;

  constructor(it: Speech) {
    this.#it = it;
  }

  /** The next event. `experiment` is null where its claims and its story are not at hand. */
  hear(event: Event, experiment: AnyExperiment | null): void {
    const { format, draw, shell, kept } = this.#it;
    kept?.write(ndjson(event));
    if (format === "json") shell.out.write(ndjson(event));
    else if (format === "strace") this.#calls(event);
    else if (draw !== null) this.#drawn(event, experiment, draw);
    else shell.out.write(this.#text(event, experiment));
    if (event.type === "end") this.#ends.push(event);
  }

  /** What several experiments came to. */
  async sum(exit: number): Promise<void> {
    const { format, shell: { out }, kept, style } = this.#it;
    if (this.#ends.length < 2) return;
    const count = (of: "proven" | "refuted" | "unknown"): number =>
      this.#ends.reduce((sum, it) => sum + it[of], 0);
    const summary: SummaryEvent = {
      type: "summary", experiments: this.#ends.length,
      proven: count("proven"), refuted: count("refuted"), unknown: count("unknown"), exit,
    };
    kept?.write(ndjson(summary));
    if (format === "json") out.write(ndjson(summary));
    if (format !== "text") return;
    const table = style.quiet ? ""
      : (await import("../report/verdict-table.ts")).verdictTable(this.#ends, style);
    out.write(`\n${table}${summaryText(summary, style)}`);
  }

  /** Only the calls; that a run broke is then talk. */
  #calls(event: Event): void {
    this.#it.shell.out.write(straceLines(event));
    this.#talk(event);
  }

  /** One diagram of a run, when it is over. */
  #drawn(event: Event, experiment: AnyExperiment | null, draw: Draw): void {
    const { shell, style } = this.#it;
    this.#events.push(event);
    if (event.type !== "end") return;
    shell.out.write(`${this.#ends.length > 0 ? "\n" : ""}${draw(this.#events, experiment, style)}`);
    this.#events = [];
    this.#talk(event);
  }

  /** Where the reader has gone away, that is why it broke: nobody needs to be told. */
  #talk(event: Event): void {
    const { shell } = this.#it;
    if (event.type !== "end" || event.broke === null || shell.out.gone) return;
    shell.note(`netlab: ${event.experiment}: ${event.broke.message}`);
  }

  #text(event: Event, experiment: AnyExperiment | null): string {
    const { style, findingsOnly } = this.#it;
    const between = event.type === "run" && this.#ends.length > 0 && !style.quiet ? "\n" : "";
    if (event.type === "run" || this.#terminal === null) {
      this.#terminal = terminal(
        experiment, style,
        (fn) => kernelBtf()?.prototype(fn) ?? null, (id) => statement(id)?.says ?? null,
      );
    }
    const said = this.#terminal.event(event);
    return between + (findingsOnly ? this.#finding(event, said) : said) + this.#annotated(event);
  }

  /** Blank lines that stood between what is left out are one. */
  #finding(event: Event, said: string): string {
    if (!FINDINGS.includes(event.type)) return "";
    const text = this.#blank ? said.replace(/^\n+/, "") : said;
    if (text !== "") this.#blank = text.endsWith("\n\n");
    return text;
  }

  /** Annotations come after the text of their experiment. */
  #annotated(event: Event): string {
    if (process.env.GITHUB_ACTIONS !== "true") return "";
    this.#annotations += annotation(event);
    if (event.type !== "end") return "";
    const all = this.#annotations;
    this.#annotations = "";
    return all;
  }
}
