/** Tells a log of strace's while it comes, for `netlab explain`: for a person, or as data. */
import { Explainer } from "../lab/explain/explainer.ts";
import { explainedJson, summaryJson } from "../report/explain-json.ts";
import { ExplainReport } from "../report/explain-report.ts";
import type { Entry } from "../witness/strace-entry.ts";
import { StraceReader } from "../witness/strace-reader.ts";
import type { Output } from "./output.ts";
import { type LookOptions, styleOf } from "./screen.ts";

export interface ExplainOptions extends LookOptions {
  readonly json?: boolean;
  /** A file to write to. */
  readonly output?: string;
}

/** Tells a log as it comes. */
export class Explanation {
  readonly explainer = new Explainer();
  readonly #reader = new StraceReader();
  readonly #out: Output;
  readonly #line: (entry: Entry) => string;
  readonly #end: () => string;

  /** `fd`: where it goes; null: into a file. `arch`: of the machine that made the calls. */
  constructor({ json, output: _, ...look }: ExplainOptions, out: Output, fd: 1 | 2 | null, arch: string) {
    this.#out = out;
    const report = new ExplainReport(styleOf(look, fd), arch);
    const of = this.explainer;
    this.#line = json ? (it) => explainedJson(of.take(it), arch) : (it) => report.line(of.take(it));
    this.#end = json ? () => summaryJson(of) : () => report.end(of);
  }

  /**
   * All of it, and what it has in sum. Where nobody reads any more it stops; `toTheEnd`: but takes the log to
   * its end, for somebody waits until it is taken.
   */
  async all(log: AsyncIterable<string>, toTheEnd: boolean): Promise<void> {
    for await (const piece of log) {
      if (!this.#out.gone) await this.#told(this.#reader.push(piece));
      else if (!toTheEnd) return;
    }
    await this.#told(this.#reader.end());
    if (this.explainer.tally.lines > 0) this.#out.write(this.#end());
    await this.#out.flush();
  }

  async #told(entries: Iterable<Entry>): Promise<void> {
    for (const entry of entries) this.#out.write(this.#line(entry));
    await this.#out.flush();
  }
}
