/**
 * `netlab run`: experiments, one after the other or several at a time, from the command line to an exit code.
 */
import { openSync } from "node:fs";
import { kernelSymbols } from "../kernel/symbols.ts";
import { EXIT, exitOfAll } from "../lab/exit-code.ts";
import { type Keeper, keepOpen } from "../lab/keep-open.ts";
import { tracepointsOf, WITNESSES, watchersOf } from "../lab/run.ts";
import { Interrupt } from "./interrupt.ts";
import { oneRun, type Wanted } from "./one-run.ts";
import { Output } from "./output.ts";
import { Pcap } from "./pcap.ts";
import { Progress } from "./progress.ts";
import { onLinux, wrongUsage } from "./said.ts";
import { isTerminal, type LookOptions, styleOf } from "./screen.ts";
import { settingsFor } from "./settings.ts";
import type { Shell } from "./shell.ts";
import { sideBySide } from "./side-by-side.ts";
import { Speaker } from "./speaker.ts";
import { type Target, targets } from "./targets.ts";

export interface RunOptions extends LookOptions {
  readonly all?: boolean;
  readonly jobs: number;
  readonly set?: readonly string[];
  readonly format: "text" | "strace";
  readonly json?: boolean;
  readonly save?: string;
  readonly pcap?: string;
  readonly witness?: readonly string[];
  /** In ms. */
  readonly limit: number;
  readonly acceptUnknown?: boolean;
}

/**
 * Answers the exit code of all of them together.
 * Throws a sentence (64) for a command line that means nothing.
 */
export async function run(shell: Shell, names: readonly string[], options: RunOptions): Promise<number> {
  onLinux("netlab run");
  const wanted = await targets(names, options.all ?? false);
  const orders = ordersOf(wanted, options);
  if (options.pcap !== undefined && orders.length > 1) throw wrongUsage("--pcap is for one experiment");
  if (options.pcap !== undefined && options.pcap === options.save) {
    throw wrongUsage("--pcap and --save are two files: give each a name of its own");
  }
  const kept = options.save === undefined ? null : keep(options.save);
  const pcap = options.pcap === undefined ? null : new Pcap(keep(options.pcap), options.pcap);
  const style = styleOf(options);
  const speaker = new Speaker({
    format: options.json ? "json" : options.format, style, findingsOnly: false, shell, kept,
  });
  const progress = new Progress(orders.length, isTerminal(1) && !style.quiet);
  const interrupt = new Interrupt();
  shell.out.lost = () => interrupt.stop();
  const tasks = orders.map((order) =>
    progress.over(order.experiment.name, oneRun(shell, { ...order, stop: interrupt.signal })));
  if (watchesStacks(orders)) kernelSymbols();   // read while the first chamber gets ready: it takes as long
  const keeper = keeperFor(orders);
  const codes = await sideBySide(tasks, options.jobs, interrupt.signal, (event, i) => {
    pcap?.hear(event);
    speaker.hear(event, wanted[i]!.experiment);
  });
  await pcap?.write(shell);
  await keeper?.end();
  const judged = exitOfAll(codes.filter((it) => it !== null));
  const exit = interrupt.exit ?? (options.acceptUnknown && judged === EXIT.unknown ? EXIT.proven : judged);
  await speaker.sum(exit);
  await kept?.flush();
  return exit;
}

/** Only who runs several experiments, and may watch the kernel's stacks at all, gains by it. */
function keeperFor(orders: readonly Wanted[]): Keeper | null {
  if (orders.length === 1 || !watchesStacks(orders)) return null;
  return keepOpen([...new Set(orders.flatMap(({ experiment }) => tracepointsOf(experiment)))]);
}

/** Nobody but root sees where the kernel's functions lie. */
const watchesStacks = (orders: readonly Wanted[]): boolean =>
  process.getuid?.() === 0 && orders.some(({ witnesses }) => witnesses.includes("stacks"));

/** What is asked of each experiment. Throws a sentence (64) for settings and witnesses that there are not. */
function ordersOf(wanted: readonly Target[], { set = [], witness, limit }: RunOptions): readonly Wanted[] {
  const watching: readonly string[] = witness ?? WITNESSES;
  const known = ["calls", ...WITNESSES];
  const stranger = watching.find((it) => !known.includes(it));
  if (stranger !== undefined) {
    throw wrongUsage(`there is no witness ${JSON.stringify(stranger)}: there are ${known.join(", ")}`);
  }
  const settings = settingsFor(wanted.map((it) => it.experiment), set);
  return wanted.map(({ experiment, url, own }, i) => ({
    experiment, url, own: own !== null, settings: settings[i]!, limit, stop: null,
    witnesses: watchersOf(experiment, watching),
  }));
}

/** A file that something of the run is kept in. Throws a sentence (64) where it cannot be opened. */
function keep(file: string): Output {
  try {
    return new Output(openSync(file, "w"), file);
  } catch (error) {
    const why = (error as Error).message.replace(/^\w+: |, open .*$/g, "");
    throw wrongUsage(`cannot write ${file}: ${why}`);
  }
}
