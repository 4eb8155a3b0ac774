/** `netlab confirm`: the same run under strace, line against line; or a saved run against a log that a person made. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Confirmation, confirm as compare } from "../lab/confirm.ts";
import { confirmLive } from "../lab/confirm-live.ts";
import { EXIT } from "../lab/exit-code.ts";
import { confirmText } from "../report/confirm-lines.ts";
import { Interrupt } from "./interrupt.ts";
import { sentenceOf } from "./own-file.ts";
import { onLinux, Said, wrongUsage } from "./said.ts";
import { savedRuns } from "./saved-runs.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import { settingsFor } from "./settings.ts";
import type { Shell } from "./shell.ts";
import { target } from "./targets.ts";

export interface ConfirmOptions extends LookOptions {
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** Exit code 0 where they agree, 1 where they differ. Without `log`, `what` is an experiment, and is run under strace. */
export async function confirm(
  shell: Shell, what: string, log: string | undefined, options: ConfirmOptions,
): Promise<number> {
  return log === undefined ? await live(shell, what, options) : await saved(shell, what, log, options);
}

async function live(shell: Shell, name: string, options: ConfirmOptions): Promise<number> {
  onLinux("a run under strace");
  const { experiment } = await target(name);
  const [settings = {}] = settingsFor([experiment], options.set ?? []);
  const interrupt = new Interrupt();
  const program = fileURLToPath(new URL("../bin/netlab.js", import.meta.url));
  const it = await confirmLive({ name, program, settings, stop: interrupt.signal });
  if (it.how === "stopped") return interrupt.exit ?? EXIT.broke;
  if (it.how === "cannot") throw new Said(EXIT.cannot, `${it.why}: ${it.remedy}`);
  if (it.how === "broke") throw new Said(it.exit, it.message.replace(/^netlab: /, ""));
  return told(shell, it.confirmation, `strace ${it.strace}`, options);
}

async function saved(shell: Shell, file: string, log: string, options: ConfirmOptions): Promise<number> {
  const runs = await savedRuns(file);
  const [run] = runs;
  if (run === undefined || runs.length > 1) {
    throw wrongUsage(`${file} holds ${runs.length} runs: confirm takes one, and the log that was made with it`);
  }
  return told(shell, compare(run.history, textOf(log)), log, options);
}

function textOf(log: string): string {
  try {
    return readFileSync(log, "latin1");
  } catch (error) {
    throw wrongUsage(`cannot read ${log}: ${sentenceOf(error)}`);
  }
}

function told(shell: Shell, confirmation: Confirmation, by: string, { json, ...look }: ConfirmOptions): number {
  shell.out.write(json ? `${JSON.stringify(confirmation)}\n` : confirmText(confirmation, by, styleOf(look)));
  return confirmation.agrees ? EXIT.proven : EXIT.refuted;
}
