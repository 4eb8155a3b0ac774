/**
 * The command line's grammar: what there is to ask for. Nothing is done here, and nothing loaded that a command needs:
 * each one's own file is imported when it is asked for.
 */
import { Command, Option } from "commander";
import type { Standing } from "../lab/catalogue.ts";
import { LEVELS } from "../report/style.ts";
import { outWidth, withExamples } from "./help.ts";
import type { Shell } from "./shell.ts";
import { collected, count, list, seconds } from "./values.ts";
import { versionLine } from "./version-line.ts";

const STANDINGS = ["confirmed", "corrected", "contradicted", "open", "cannot"] as const satisfies readonly Standing[];

/** The grammar. `done` is told the exit code of the command that was asked for, once it is done. */
export function program(shell: Shell, done: (exit: number) => void): Command {
  const root = new Command("netlab")
    .description("An executable textbook of Linux networking: experiments that make real system calls, judged with evidence.")
    .usage("COMMAND [options]")
    .option("-V, --version", "of netlab, Node, koffi and the kernel")
    .helpOption("-h, --help", "this")
    .configureOutput({
      writeOut: (text) => shell.out.write(text),
      writeErr: (text) => shell.note(text),
      outputError: (text, write) => write(text.replace(/^error: /, "netlab: ").replace("\n(", " (")),
      getOutHelpWidth: outWidth,
      getErrHelpWidth: outWidth,
    })
    .exitOverride();
  root.on("option:version", () => {
    shell.out.write(`${versionLine()}\n`);
    throw new Asked();
  });
  for (const add of [addRun, addList, addShow, addClaims, addJudge, addStruct, addDoctor]) add(root, shell, done);
  root.commands.forEach(withExamples);
  return withExamples(root);
}

/** Thrown when what was asked for has been told, and nothing is left to do. */
export class Asked extends Error {}

type Add = (root: Command, shell: Shell, done: (exit: number) => void) => void;

const look = (command: Command): Command => command
  .option("--plain", "ASCII only (by itself where the terminal or the locale is)")
  .option("--color", "colours, also where the output is no terminal")
  .option("--no-color", "no colours");
const levels = (also: string): Option => new Option("--level <level>", `how much of it is shown${also}`).choices(LEVELS);

const addRun: Add = (root, shell, done) => void look(root.command("run")
  .summary("run experiments and judge their claims")
  .description("Run experiments: make the calls, show them, judge the claims.")
  .argument("[names...]", "experiments (netlab list), or files of your own (./mine.mjs)")
  .option("-a, --all", "all experiments, in the order of study")
  .option("-j, --jobs <n>", "so many at a time", count, 1)
  .option("--set <name=value>", "change a parameter (netlab show NAME tells which there are); may be repeated", collected)
  .addOption(levels(" (default: advanced)"))
  .addOption(new Option("--format <format>", "text, or only the calls as strace writes them").choices(["text", "strace"]).default("text"))
  .addOption(new Option("--json", "the event stream, an object a line").conflicts("format"))
  .option("--save <file>", "keep the event stream in a file")
  .option("--witness <list>", "who watches: calls,counters (default: all that are able)", list)
  .addOption(new Option("--limit <seconds>", "end a run that takes longer").argParser(seconds).default(30_000, "30"))
  .option("--accept-unknown", "exit 0 also where a claim could not be judged here")
  .option("-q, --quiet", "only what is not proven, and the last line"))
  .action(async (names: string[], options) => done(await (await import("./run.ts")).run(shell, names, options)));

const addList: Add = (root, shell, done) => void look(root.command("list")
  .summary("the experiments, in the order of study")
  .description("List the experiments in the order of study.")
  .option("--note <note>", "those that settle statements of this note: N0 … N4")
  .option("--topic <topic>", "those of one topic")
  .option("--json", "an object a line"))
  .action(async (options) => done(await (await import("./list.ts")).list(shell, options)));

const addShow: Add = (root, shell, done) => void look(root.command("show")
  .summary("an experiment's question, source, claims; runs nothing")
  .description("Show an experiment without running it: its question, its source, its claims, the way through the kernel.")
  .argument("<name>", "an experiment, or a file of your own")
  .addOption(levels("; expert: the prototypes of the kernel's functions too"))
  .option("--json", "as one object"))
  .action(async (name: string, options) => done(await (await import("./show.ts")).show(shell, name, options)));

const addClaims: Add = (root, shell, done) => void look(root.command("claims")
  .summary("the notes' statements, and which of them hold")
  .description("Show the notes' statements, each with the claims that confirm, correct or contradict it.")
  .argument("[which]", "a note (N3) or a statement (N3-40)")
  .addOption(new Option("--verdict <verdict>", "only those that stand so").choices(STANDINGS))
  .option("--json", "an object a line"))
  .action(async (which: string | undefined, options) => done(await (await import("./claims.ts")).claims(shell, which ?? null, options)));

const addJudge: Add = (root, shell, done) => void look(root.command("judge")
  .summary("the verdicts again, from a saved run")
  .description("Judge a saved run once more, on whatever machine.")
  .argument("<file>", "what --save or --json wrote; - for standard input")
  .option("--experiment <file>", "where the claims are, if the experiment is your own")
  .addOption(levels(" of the run; without it only the findings are shown"))
  .option("--json", "the event stream with the new findings")
  .option("--accept-unknown", "exit 0 also where a claim could not be judged")
  .option("-q, --quiet", "only what is not proven, and the last line"))
  .action(async (file: string, options) => done(await (await import("./judge.ts")).judgeFile(shell, file, options)));

const addStruct: Add = (root, shell, done) => void look(root.command("struct")
  .summary("a struct's layout, and the kernel's own")
  .description("Show the layout of a struct, with the running kernel's own beside it.")
  .argument("[name]", "its tag: msghdr, sockaddr_in, tcp_info")
  .option("-a, --all", "all of them")
  .option("--json", "as an object; of all, one a line"))
  .action(async (name: string | undefined, options) => done(await (await import("./struct.ts")).struct(shell, name ?? null, options)));

const addDoctor: Add = (root, shell, done) => void look(root.command("doctor")
  .summary("what can be observed on this machine")
  .description("Find out what can be observed on this machine, what cannot, and what would help.")
  .option("--json", "as one object"))
  .action(async (options) => done(await (await import("./doctor.ts")).doctor(shell, options)));
