/**
 * `netlab confirm`: the same run under strace, line against line;
 * or a saved run against a log that a person made.
 */
import { type Confirmation, confirm } from "../lab/confirm.ts";
import { confirmLive } from "../lab/confirm-live.ts";
import { EXIT } from "../lab/exit-code.ts";
import { confirmText } from "../report/confirm-lines.ts";
import { Interrupt } from "./interrupt.ts";
import { onLinux, Said, wrongUsage } from "./said.ts";
import { savedRuns, textOf } from "./saved-runs.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import { settingsFor } from "./settings.ts";
import type { Shell } from "./shell.ts";
import { target } from "./targets.ts";

export interface ConfirmOptions extends LookOptions {
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/**
 * Exit code 0 where they agree, 1 where they differ.
 * `log` undefined: `what` is an experiment, and is run under strace.
 */
export async function confirmed(
  shell: Shell, what: string, log: string | undefined, options: ConfirmOptions,
): Promise<number> {
  return log === undefined ? await live(shell, what, options) : await saved(shell, what, log, options);
}

async function live(shell: Shell, name: string, options: ConfirmOptions): Promise<number> {
  if (/\.(nd)?json$/.test(name)) {
    throw wrongUsage(`${name} is a saved run: `
      + `netlab confirm ${name} LOG, with the log that strace wrote of it`);
  }
  onLinux("a run under strace");
  const { experiment } = await target(name);
  const [settings = {}] = settingsFor([experiment], options.set ?? []);
  const interrupt = new Interrupt();
  const it = await confirmLive({ name, program: process.argv[1]!, settings, stop: interrupt.signal });
  if (it.how === "stopped") throw new Said(interrupt.exit ?? EXIT.broke, `${name} was interrupted`);
  if (it.how === "cannot") throw new Said(EXIT.cannot, `${it.why}: ${it.remedy}`);
  if (it.how === "broke") {
    const why = it.message.replace(/^netlab: /, "");
    throw new Said(it.exit, why || `${name} broke under strace: netlab run ${name} tells more`);
  }
  return told(shell, it.confirmation, `strace ${it.strace}`, options);
}

async function saved(shell: Shell, file: string, log: string, options: ConfirmOptions): Promise<number> {
  if (options.set !== undefined) throw wrongUsage("--set is for a run that is made now, not for a saved one");
  const [run, ...more] = await savedRuns(file);
  if (run === undefined || more.length > 0) {
    throw wrongUsage(`${file} holds ${more.length + 1} runs: confirm takes one, with its log`);
  }
  return told(shell, confirm(run.history, await textOf(log)), log, options);
}

function told(
  shell: Shell, confirmation: Confirmation, by: string, { json, ...look }: ConfirmOptions,
): number {
  shell.out.write(json ? `${JSON.stringify(confirmation)}\n` : confirmText(confirmation, by, styleOf(look)));
  return confirmation.agrees ? EXIT.proven : EXIT.refuted;
}
