/** `netlab explain`: a log of strace's, or a program under strace, annotated line by line. */
import { EXIT } from "../lab/exit-code.ts";
import { type ExplainOptions, Explanation } from "./explanation.ts";
import { logText } from "./log-text.ts";
import { keep } from "./output.ts";
import { wrongUsage } from "./said.ts";
import { nameOf } from "./saved-runs.ts";
import { isInputTerminal } from "./screen.ts";
import type { Shell } from "./shell.ts";

const PROGRAM = "netlab explain -- curl example.org";
/** Who wrote a log, nobody knows: mostly such a machine. */
const LOGS = "x64";

/** Exit code 0 when explained; of a program its own. Throws a sentence (64, 77). */
export async function explain(
  shell: Shell, words: readonly string[], options: ExplainOptions,
): Promise<number> {
  const [files, command] = divided(words, process.argv);
  if (command !== null) {
    if (files.length > 0) throw wrongUsage("explain takes a log, or a program behind --, not both");
    return await (await import("./explain-program.ts")).explainProgram(command, options);
  }
  if (files.length > 1) {
    throw wrongUsage(`explain takes one log; to run a program: netlab explain -- ${files.join(" ")}`);
  }
  const [file = "-"] = files;
  if (files.length === 0 && isInputTerminal()) {
    throw wrongUsage(`explain needs a log that strace wrote, or a program: ${PROGRAM}`);
  }
  const out = options.output === undefined ? shell.out : keep(options.output);
  const told = new Explanation(options, out, options.output === undefined ? 1 : null, LOGS);
  await told.all(logText(file), false);
  const { tally } = told.explainer;
  if (tally.lines === 0) shell.note(`netlab: ${nameOf(file)} is empty`);
  else if (tally.own === 0) {
    throw wrongUsage(`${nameOf(file)} is no log of strace's: none of its lines is a system call`);
  }
  return EXIT.proven;
}

/** What stands before the first `--`, and behind it; null where there is none. */
export function divided(
  words: readonly string[], argv: readonly string[],
): readonly [files: readonly string[], command: readonly string[] | null] {
  const at = argv.indexOf("--");
  if (at < 0) return [words, null];
  const command = argv.slice(at + 1);
  if (command.length === 0) throw wrongUsage(`behind -- stands a program: ${PROGRAM}`);
  return [words.slice(0, words.length - command.length), command];
}
