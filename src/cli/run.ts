/**
 * `netlab run`: experiments, one after the other or several at a time, from the command line to an exit code.
 */
import { kernelSymbols } from "../kernel/symbols.ts";
import { accepted, exitOfAll } from "../lab/exit-code.ts";
import { drawOf } from "./drawing.ts";
import type { Format } from "./formats.ts";
import { Interrupt } from "./interrupt.ts";
import { oneRun } from "./one-run.ts";
import { keeperFor, type OrderOptions, ordersOf, watchesStacks } from "./orders.ts";
import { keep } from "./output.ts";
import { Pcap } from "./pcap.ts";
import { Progress } from "./progress.ts";
import { onLinux, wrongUsage } from "./said.ts";
import { isTerminal, type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { sideBySide } from "./side-by-side.ts";
import { Speaker } from "./speaker.ts";
import { targets } from "./targets.ts";

export interface RunOptions extends LookOptions, OrderOptions {
  readonly all?: boolean;
  readonly jobs: number;
  readonly format: Format;
  readonly json?: boolean;
  readonly save?: string;
  readonly pcap?: string;
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
  const draw = await drawOf(options.format);
  const speaker = new Speaker({
    format: options.json ? "json" : options.format, draw, style, findingsOnly: false, shell, kept,
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
  const exit = interrupt.exit ?? accepted(judged, options.acceptUnknown);
  await speaker.sum(exit);
  await kept?.flush();
  return exit;
}
