/** What each command takes, and what it says of itself in the help. */
import { type Command, Option } from "commander";
import { LEVELS } from "../report/style.ts";
import type { Standing } from "./catalogue.ts";
import { FORMATS } from "./formats.ts";
import { collected, count, depth, list, seconds } from "./values.ts";

/** A command in the list of commands, and what it takes. */
export interface Grammar {
  readonly summary: string;
  takes(command: Command): Command;
}

const look = (command: Command): Command => command
  .option("--plain", "ASCII only (by itself where the terminal or the locale is)")
  .option("--color", "colours, also where the output is no terminal")
  .option("--no-color", "no colours");
/** Of commands that run experiments. */
const runs = (command: Command): Command => command
  .option("--witness <list>",
    "who watches: calls, counters, state, wire, stacks (default: all that are able)", list)
  .addOption(new Option("--limit <seconds>", "end a run that takes longer")
    .argParser(seconds).default(30_000, "30"))
  .option("--accept-unknown", "exit 0 also where a claim could not be judged here")
  .option("-q, --quiet", "only what is not proven, and the last line");
const format = (): Option => new Option("--format <format>",
  "text, only the calls as strace writes them, or a diagram: segments and calls on a time line, "
  + "TCP's states, or the time line in Mermaid's language").choices(FORMATS).default("text");
const level = (says: string): Option => new Option("--level <level>", says).choices(LEVELS);
const STANDINGS =
  ["confirmed", "corrected", "contradicted", "open", "cannot"] as const satisfies readonly Standing[];

/** The commands by name, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Grammar>> = {
  run: {
    summary: "run experiments and judge their claims",
    takes: (command) => look(runs(command
      .description("Run experiments: make the calls, show them, judge the claims.")
      .argument("[names...]", "experiments (netlab list), or files of your own (./mine.mjs)")
      .option("-a, --all", "all experiments, in the order of study")
      .option("-j, --jobs <n>", "so many at a time", count, 1)
      .option("--set <name=value>",
        "change a parameter (netlab show NAME tells which there are); may be repeated", collected)
      .addOption(level("how much of it is shown; without it: advanced"))
      .addOption(format())
      .addOption(new Option("--json", "the event stream, an object a line").conflicts("format"))
      .option("--save <file>", "keep the event stream in a file")
      .option("--pcap <file>", "keep the packets in a file, pcapng, each with the call it passed in"))),
  },
  compare: {
    summary: "experiments that do one job, side by side; or two saved runs",
    takes: (command) => look(runs(command
      .description("Compare experiments that do the same job, side by side on one time line, "
        + "and judge what is claimed of the difference. "
        + "Of two saved runs of one experiment: what they differ in (exit 0: nothing, 1: something).")
      .argument("[names...]", "what does the job (without names: which there are), or saved runs")
      .option("--set <name=value>", "change a parameter; may be repeated", collected)
      .addOption(new Option("--format <format>", "text, or a sequence diagram in Mermaid's language")
        .choices(["text", "mermaid"]).default("text"))
      .addOption(new Option("--json", "the event stream, an object a line, each with its side")
        .conflicts("format"))
      .option("--save <file>", "keep the event stream in a file"))),
  },
  list: {
    summary: "the experiments, in the order of study",
    takes: (command) => look(command
      .description("List the experiments in the order of study.")
      .option("--note <note>", "those that settle statements of this note: N0 … N4")
      .option("--topic <topic>", "those of one topic")
      .option("--json", "an object a line")),
  },
  show: {
    summary: "an experiment's question, source, claims; runs nothing",
    takes: (command) => look(command
      .description("Show an experiment without running it: "
        + "its question, its source, its claims, the way through the kernel.")
      .argument("<name>", "an experiment, or a file of your own")
      .addOption(level("expert: the prototypes of the kernel's functions too"))
      .option("--json", "as one object")),
  },
  claims: {
    summary: "the notes' statements, and which of them hold",
    takes: (command) => look(command
      .description("Show the notes' statements, each with the claims that confirm, correct or contradict it.")
      .argument("[which]", "a note (N3) or a statement (N3-40)")
      .addOption(new Option("--verdict <verdict>", "only those that stand so").choices(STANDINGS))
      .option("--json", "an object a line")),
  },
  judge: {
    summary: "the verdicts again, from a saved run",
    takes: (command) => look(command
      .description("Judge a saved run once more, on whatever machine.")
      .argument("<file>", "what --save or --json wrote; - for standard input")
      .option("--experiment <file>", "where the claims are, if the experiment is your own")
      .addOption(level("how much of the run is shown; without it: only the findings"))
      .addOption(format())
      .addOption(new Option("--json", "the event stream with the new findings").conflicts("format"))
      .option("--accept-unknown", "exit 0 also where a claim could not be judged")
      .option("-q, --quiet", "only what is not proven, and the last line")),
  },
  confirm: {
    summary: "the trace held against strace's",
    takes: (command) => look(command
      .description("Hold netlab's trace against strace's, line against line.")
      .argument("<what>", "an experiment, which is run under strace, or a saved run")
      .argument("[log]", "with a saved run: the log of strace -f -o LOG netlab run NAME --save FILE")
      .option("--set <name=value>", "change a parameter; may be repeated", collected)
      .option("--json", "as one object")),
  },
  path: {
    summary: "a call's way through the kernel; --live: as it is seen",
    takes: (command) => look(command
      .description("Show the declared way of a call through the kernel, "
        + "with the prototypes that the running kernel has.")
      .argument("[names...]", "a protocol and a call: udp sendto; one of both: udp, sendto; or none")
      .option("--live", "run it, and mark the steps that are seen on the kernel's stacks, and when")
      .option("--kernel <version>", "as that release has it; without it: the running kernel")
      .addOption(level("expert: the prototypes of the kernel's functions too; without it: expert"))
      .option("--json", "as an object; of several, one a line")),
  },
  struct: {
    summary: "a struct's layout, and the kernel's own",
    takes: (command) => look(command
      .description("Show the layout of a struct, with the running kernel's own beside it; "
        + "or any type of the kernel itself.")
      .argument("[name]", "its tag: msghdr, sockaddr_in, tcp_info; with --kernel: sk_buff, tcp_sock.sk_state")
      .option("-a, --all", "all of them")
      .option("-k, --kernel", "a type of the running kernel or of its modules (without a name: all names)")
      .option("--depth <n>", "with --kernel: open the structs inside it, so many deep", depth)
      .option("--find <member>", "with --kernel: where a member lies, by its name or a path to it")
      .option("--btf <file>", "the types of another kernel, from its BTF")
      .option("--json", "as an object; of several, one a line")),
  },
  explain: {
    summary: "a log of strace's, or a program under strace, annotated",
    takes: (command) => look(command
      .description("Explain what strace wrote of any program: which socket a call is about, the bytes of its "
        + "structs, what an error means, the way through the kernel, which experiments show it. "
        + "Of a program behind --, it runs strace itself, and says what it saw on standard error; "
        + "the program keeps its input, its output and its exit code.")
      .usage("[options] [log | -- program...]")
      .argument("[what...]", "a log; - or nothing for standard input; behind --: a program and its arguments")
      .option("-o, --output <file>", "write the explanation into a file")
      .addOption(level("how much is said; without it: advanced; expert: also the calls that are not about "
        + "sockets"))
      .option("--json", "as data: an object for each line, and one for all")),
  },
  bench: {
    summary: "Node through netlab against the same calls in C",
    takes: (command) => look(command
      .description("Measure Node through netlab against the same calls in C, and against node:dgram and "
        + "node:net, in turns, on the loopback. Takes half a minute.")
      .option("--quick", "fewer and shorter samples: some seconds in all")
      .option("--check", "exit 1 where a target is not reached, 2 where one could not be measured")
      .option("--json", "as one object, with every sample")),
  },
  doctor: {
    summary: "what can be observed on this machine",
    takes: (command) => look(command
      .description("Find out what can be observed on this machine, what cannot, and what would help. "
        + "Of one ability: how it was tried, what it needs, and which claims need it (exit 0: it is there, "
        + "77: it is not).")
      .argument("[word]", "one ability: namespace, wire, stacks, … (without it: all of them)")
      .option("--json", "as one object")),
  },
};
