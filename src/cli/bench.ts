/** `netlab bench`: Node through netlab against the same calls in C. */
import { bench as measure } from "../bench/bench.ts";
import type { BenchResult } from "../bench/result.ts";
import { EXIT } from "../lab/exit-code.ts";
import { benchText } from "../report/bench-lines.ts";
import { Interrupt } from "./interrupt.ts";
import { onLinux, Said } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { drawsStatus, showStatus } from "./status-line.ts";

export interface BenchOptions extends LookOptions {
  readonly quick?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

/**
 * Exit code 0 once it is measured. With `check` 1 where a target is not reached, 2 where one could not be
 * measured. Throws a sentence where nothing can be (77), or where a signal ends it.
 */
export async function bench(shell: Shell, { quick, check, json, ...look }: BenchOptions): Promise<number> {
  onLinux("a bench of system calls");
  const interrupt = new Interrupt();
  const progress = new BenchProgress(shell);
  const found = await measure({ quick: quick ?? false, stop: interrupt.signal, told: progress.told })
    .catch((error: Error) => { throw new Said(EXIT.cannot, error.message); })
    .finally(progress.over);
  if (found === null) throw new Said(interrupt.exit ?? EXIT.broke, "the bench was interrupted");
  shell.out.write(json ? `${JSON.stringify(found)}\n` : benchText(found, styleOf(look)));
  return check ? exitOf(found) : EXIT.proven;
}

function exitOf({ loops }: BenchResult): number {
  const wanted = loops.flatMap((it) => it.comparisons).filter(({ target }) => target !== null);
  if (wanted.some(({ reached }) => reached === false)) return EXIT.refuted;
  return wanted.every(({ reached }) => reached === true) ? EXIT.proven : EXIT.unknown;
}

/** How far it is, on standard error: the status line on a terminal, elsewhere a line for each thing done. */
class BenchProgress {
  readonly #shell: Shell;
  readonly #draws = drawsStatus();
  #what = "";

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  readonly told = (what: string, part: number | null): void => {
    const percent = part === null ? "" : `: ${Math.floor(part * 100)} %`;
    if (this.#draws) showStatus(`${what}${percent}`);
    else if (what !== this.#what) this.#shell.note(`netlab: ${what}`);
    this.#what = what;
  };

  readonly over = (): void => {
    if (this.#draws) showStatus("");
  };
}
