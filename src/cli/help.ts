/** How help looks: examples first, then what there is. */
import type { Command, Option } from "commander";
import { width } from "./screen.ts";

type Example = readonly [line: string, does: string];
/** The examples of netlab itself (""), and of each command. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  "": [
    ["netlab run udp-boundaries",              "make the calls, show them, judge"],
    ["netlab run tcp-raw --level beginner",    "only the story and the findings"],
    ["netlab run --all --jobs 2",              "every experiment, two at a time"],
    ["netlab run ./mine.mjs",                  "your own experiment"],
    ["netlab compare tcp udp",                 "one job in two ways, side by side"],
    ["netlab show udp-boundaries",             "its source and claims; runs nothing"],
    ["netlab claims N0",                       "which statements of the notes hold"],
    ["netlab path udp sendto --live",          "a call's way through the kernel"],
    ["netlab struct msghdr",                   "a layout, and the kernel's own"],
    ["netlab explain -- curl example.org",     "any program's calls, explained"],
    ["netlab bench --quick",                   "how fast Node is, against C"],
    ["netlab doctor",                          "what can be observed here"],
  ],
  run: [
    ["netlab run udp-boundaries",                  "one experiment"],
    ["netlab run udp-boundaries --set room=20",    "with less room for each receive"],
    ["netlab run tcp-raw --save run.ndjson",       "and keep all that happened"],
    ["netlab run tcp-raw --json | netlab judge -", "the verdicts from events alone"],
    ["netlab run tcp-raw --format strace",         "the calls, as strace writes them"],
    ["netlab run tcp-raw --format timeline",       "calls and segments over time"],
    ["netlab run tcp-raw --format mermaid",        "the same, as GitHub renders it"],
    ["netlab run tcp-states --format states",      "the way through TCP's states"],
    ["netlab run tcp-raw --pcap tcp.pcapng",       "and its packets, for Wireshark"],
    ["netlab run --all --quiet",                   "only what is not proven"],
  ],
  compare: [
    ["netlab compare",                             "what can be compared"],
    ["netlab compare tcp udp",                     "side by side on one time line"],
    ["netlab compare tcp udp unix",                "three of them"],
    ["netlab compare tcp udp --format mermaid",    "a diagram that GitHub renders"],
    ["netlab compare old.ndjson new.ndjson",       "two saved runs of one experiment"],
  ],
  list: [
    ["netlab list",             "all experiments, in the order of study"],
    ["netlab list --note N3",   "those that settle statements of note N3"],
    ["netlab list --topic tcp", "those of one topic"],
  ],
  show: [
    ["netlab show udp-boundaries",                "one of netlab's experiments"],
    ["netlab show udp-boundaries --level expert", "with the kernel's prototypes"],
    ["netlab show ./mine.mjs",                    "your own"],
  ],
  claims: [
    ["netlab claims",                           "every statement of the notes"],
    ["netlab claims N3 --verdict contradicted", "where Linux does otherwise"],
    ["netlab claims N0-06",                     "one statement"],
  ],
  judge: [
    ["netlab judge run.ndjson",                          "a run that was saved"],
    ["netlab judge run.ndjson --level student",          "with its calls again"],
    ["netlab judge run.ndjson --format timeline",        "and its packets over time"],
    ["netlab judge my.ndjson --experiment ./mine.mjs",   "a run of your own"],
  ],
  confirm: [
    ["netlab confirm udp-boundaries",        "a run under strace, line against line"],
    ["netlab confirm run.ndjson strace.log", "a saved run, a log that you made"],
  ],
  path: [
    ["netlab path",                          "which ones there are"],
    ["netlab path udp sendto",               "one of them"],
    ["netlab path udp",                      "all of a group, shorter"],
    ["netlab path udp sendto --live",        "run, and marked where it was seen"],
    ["netlab path tcp connect --kernel 6.1", "as that release has it"],
    ["netlab path tables",                   "who calls whom through which pointer"],
    ["netlab path tables connect",           "one call, of every kind of socket"],
    ["netlab path tables tcp_prot",          "one table, slot by slot"],
  ],
  struct: [
    ["netlab struct",              "which ones there are"],
    ["netlab struct sockaddr_in",  "one of them"],
    ["netlab struct --all --json", "all of them, one object a line"],
    ["netlab struct sk_buff --kernel", "any struct of the running kernel"],
    ["netlab struct tcp_sock --depth 1", "and what is in the structs inside it"],
    ["netlab struct tcp_sock.sk_state", "where one of its members lies"],
  ],
  explain: [
    ["netlab explain -- curl example.org",            "a program, while it runs"],
    ["netlab explain strace.log",                     "a log that you made"],
    ["strace -f curl example.org 2>&1 | netlab explain", "as it comes"],
    ["netlab explain strace.log --level beginner",    "only sockets and errors"],
    ["netlab explain strace.log --json",              "as data, an object a line"],
  ],
  bench: [
    ["netlab bench",                    "half a minute, bars and ratios"],
    ["netlab bench --quick",            "some seconds, less sure"],
    ["netlab bench --json >bench.json", "with every sample"],
  ],
  doctor: [
    ["netlab doctor",                       "as the user that you are"],
    ["netlab doctor stacks",                "one ability in depth"],
    ['sudo env "PATH=$PATH" netlab doctor', "as root"],
  ],
};

const EXIT_CODES = `
Exit codes:
   0  every claim proven
   1  one refuted
   2  one unknown
  64  wrong usage
  70  an experiment broke
  77  nothing that was asked for can run here
  128 and n: ended by signal n

netlab COMMAND --help tells more about a command.`;

/** Puts examples before the help of a command, and after that of netlab itself what exit codes mean. */
export function withExamples(command: Command): Command {
  const isRoot = command.parent === null;
  const examples = EXAMPLES[isRoot ? "" : command.name()] ?? [];
  command.configureHelp({
    visibleCommands: withoutHelp, subcommandTerm: (it) => it.name(), optionDescription, minWidthToWrap: 24,
  });
  command.addHelpText("before", () => `Examples:\n${listed(examples, width())}`);
  return isRoot ? command.addHelpText("after", EXIT_CODES) : command;
}

/** What an example does stands beside it, or below where the lines are too short for that. */
function listed(examples: readonly Example[], columns: number): string {
  const wide = Math.max(...examples.map(([line]) => line.length));
  const beside = examples.every(([, does]) => 2 + wide + 2 + does.length <= columns);
  return examples
    .map(([line, does]) => (beside ? `  ${line.padEnd(wide)}  ${does}\n` : `  ${line}\n      ${does}\n`))
    .join("");
}

/** With what may be chosen, and what is meant where nothing is said. */
function optionDescription(
  { description, argChoices, defaultValue, defaultValueDescription }: Option,
): string {
  const among = argChoices === undefined ? [] : [argChoices.join(", ")];
  const usual = defaultValue === undefined ? []
    : [`default: ${defaultValueDescription ?? String(defaultValue)}`];
  const more = [...among, ...usual].join("; ");
  return more === "" ? description : `${description} (${more})`;
}

/** `help` as a command is known to those who look for it. */
const withoutHelp = (command: Command): Command[] => command.commands.filter((it) => it.name() !== "help");
