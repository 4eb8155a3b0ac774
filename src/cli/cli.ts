/**
 * The command line from its words to its exit code.
 * Whatever happens, a person reads a sentence and never a stack.
 */
import { type Command, CommanderError } from "commander";
import type { Chamber } from "../lab/chamber/chamber.ts";
import { EXIT } from "../lab/exit-code.ts";
import type { Does } from "./commands.ts";
import { program } from "./program.ts";
import { isSaid, wrongUsage } from "./said.ts";
import { Shell } from "./shell.ts";

/** What is told without asking the grammar, though it stands in it: what is not a command's. */
const VERSION: readonly string[] = ["-V", "--version"];

/**
 * Does what the command line asks for, and ends the process.
 * `chamber` was entered already, if a run was asked for.
 */
export async function cli(argv: readonly string[], chamber: Promise<Chamber> | null): Promise<never> {
  const shell = new Shell(chamber);
  process.once("uncaughtException", (error) => process.exit(told(shell, error)));
  const exit = await asked(shell, argv);
  await shell.leave();
  const written = await shell.out.flush().then(() => exit, (error: unknown) => told(shell, error));
  return process.exit(written);
}

async function asked(shell: Shell, argv: readonly string[]): Promise<number> {
  const [, , word = ""] = argv;
  let exit = 0;
  const grammar = program(shell, word, async (command, given) => {
    exit = await (await doing(command))(shell, ...given);
  });
  try {
    if (word === "") grammar.outputHelp();
    else if (VERSION.includes(word)) {
      shell.out.write(`${(await import("./version-line.ts")).versionLine()}\n`);
    }
    else {
      await meantToRun(word, grammar);
      await grammar.parseAsync(argv);
    }
    return exit;
  } catch (error) {
    return told(shell, error);
  }
}

/** Of the commands that no experiment is asked for by. */
const INQUIRIES: readonly string[] = ["path", "struct", "explain", "doctor"];

/** What a command does, out of the bundle that has it. */
async function doing(command: string): Promise<Does<readonly unknown[]>> {
  const table = INQUIRIES.includes(command)
    ? (await import("./inquiries.ts")).inquiries : (await import("./commands.ts")).commands;
  return table[command]!;
}

/** Throws a sentence (64) where the name of an experiment stands in the place of a command. */
async function meantToRun(word: string, { commands }: Command): Promise<void> {
  if (word.startsWith("-") || commands.some((it) => it.name() === word)) return;
  const { entryOf } = await import("./library.ts");
  if (entryOf(word) !== null) {
    throw wrongUsage(`${word} is an experiment: netlab run ${word}, or netlab show ${word}`);
  }
}

/** Says what went wrong, and answers the exit code for it. */
function told(shell: Shell, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (isSaid(error)) {
    shell.note(`netlab: ${error.message}`);
    return error.exit;
  }
  const message = error instanceof Error ? error.message : String(error);
  const sentence = message.split("\n", 1)[0];
  shell.note(`netlab: internal error: ${sentence}. Please report it, with what NETLAB_DEBUG=1 shows.`);
  if (process.env.NETLAB_DEBUG === "1" && error instanceof Error) shell.note(error.stack ?? "");
  return EXIT.broke;
}
