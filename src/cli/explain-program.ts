/** `netlab explain -- PROGRAM`: it runs under strace, and is explained while it runs. */
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { EXIT } from "../lab/exit-code.ts";
import { cannotTrace, traced } from "../lab/explain-live.ts";
import type { InFront } from "../sys/process.ts";
import { type ExplainOptions, Explanation } from "./explanation.ts";
import { keep, Output } from "./output.ts";
import { onLinux, Said, wrongUsage } from "./said.ts";

/**
 * The program keeps standard input, output and errors. The explanation goes to standard error, as strace's
 * own log would, or into a file. Answers the program's exit code; 128 and the signal where one ended it.
 */
export async function explainProgram(
  command: readonly string[], options: ExplainOptions,
): Promise<number> {
  onLinux("a program under strace");
  const cannot = await cannotTrace();
  if (cannot !== null) throw new Said(EXIT.cannot, `${cannot.why}: ${cannot.remedy}`);
  const { output } = options;
  const out = output === undefined ? new Output(2, "to standard error") : keep(output);
  const it = await traced(command);
  const told = new Explanation(options, out, output === undefined ? 2 : null, process.arch);
  const alone = leftToTheProgram(told, it.front);
  await told.all(it.log, true);
  const { exit, signal } = await it.front.ended;
  alone();
  const isStarted = told.explainer.tally.calls > 0 || exit === 0 || signal !== null;
  if (!isStarted) throw wrongUsage(`${command[0]} could not be started`);
  return signal === null ? exit ?? 0 : 128 + constants.signals[signal];
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What the terminal sends reaches the program as well; what only netlab was sent is handed on. How it ends
 * then is its own matter, and strace goes on to the end. A second signal ends all of them at once. Answers
 * how to stop that.
 */
function leftToTheProgram({ explainer }: Explanation, { pid }: InFront): () => void {
  let caught = 0;
  const hear = (signal: NodeJS.Signals): void => {
    caught++;
    const running = explainer.tally.processes.flatMap((it) => (it.end === null ? it.pid ?? [] : []));
    if (caught > 1) for (const it of [...running, ...(pid === null ? [] : [pid])]) kill(it, "SIGKILL");
    else if (signal !== "SIGINT" || !hasTerminal()) for (const it of running.slice(0, 1)) kill(it, signal);
  };
  for (const it of SIGNALS) process.on(it, hear);
  return () => { for (const it of SIGNALS) process.off(it, hear); };
}

/** Whether there is a terminal whose Ctrl-C all of its foreground is sent, tty(4). */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it is gone
  }
}
