/**
 * The command line as commander reads it. Nothing is done here and nothing loaded that a command needs, and
 * only the command that is asked for gets its options: `netlab --help` is there at once.
 */
import { Command } from "commander";
import { COMMANDS } from "./grammar.ts";
import { withExamples } from "./help.ts";
import { width } from "./screen.ts";
import type { Shell } from "./shell.ts";

/** Does what a command stands for. `given` are its arguments, then its options. */
export type Act = (command: string, given: readonly unknown[]) => Promise<void>;

/** The grammar, with the options of the command `asked` for. */
export function program(shell: Shell, asked: string, act: Act): Command {
  const root = new Command("netlab")
    .description("An executable textbook of Linux networking: "
      + "experiments that make real system calls, judged with evidence.")
    .usage("COMMAND [options]")
    .option("-V, --version", "of netlab, Node, koffi and the kernel")
    .helpOption("-h, --help", "this")
    .configureOutput({
      writeOut: (text) => shell.out.write(text),
      writeErr: (text) => shell.note(text),
      outputError: (text, write) => write(text.replace(/^error: /, "netlab: ").replace("\n(", " (")),
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
  for (const [name, { summary, takes }] of Object.entries(COMMANDS)) {
    const command = root.command(name).summary(summary);
    if (asked === name || asked === "help") {
      withExamples(takes(command)).action((...given: unknown[]) => act(name, given.slice(0, -1)));
    }
  }
  return withExamples(root);
}
