/** `netlab compare`: experiments that do the same job, side by side; or what two saved runs differ in. */
import { kernelSymbols } from "../kernel/symbols.ts";
import { type Event, isHistory } from "../lab/events.ts";
import { EXIT } from "../lab/exit-code.ts";
import { callsOf } from "../report/compare-events.ts";
import { brokeLines } from "../report/ending-lines.ts";
import { pen } from "../report/pen.ts";
import { type Run, type Telling, tellComparison, tellPartly } from "./compared.ts";
import { type Contender, contest } from "./contenders.ts";
import { Interrupt } from "./interrupt.ts";
import { oneRun, type Wanted } from "./one-run.ts";
import { keeperFor, type OrderOptions, ordersOf, watchesStacks } from "./orders.ts";
import { keep } from "./output.ts";
import { Progress } from "./progress.ts";
import { onLinux } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";

export interface CompareOptions extends LookOptions, OrderOptions {
  readonly format: "text" | "mermaid";
  readonly json?: boolean;
  readonly save?: string;
  readonly acceptUnknown?: boolean;
}

/** Without names it tells what can be compared. Throws a sentence (64, 77). */
export async function compare(
  shell: Shell, names: readonly string[], options: CompareOptions,
): Promise<number> {
  if (names.length === 0) return await (await import("./compare-list.ts")).list(shell, options);
  const telling = (): Telling => ({
    shell, style: styleOf(options), whole: true, acceptUnknown: options.acceptUnknown ?? false,
    format: options.json ? "json" : options.format,
    kept: options.save === undefined ? null : keep(options.save),
  });
  const saved = await import("./compare-saved.ts");
  if (names.some(saved.isSaved)) {
    return await saved.compareSaved(names, given(options), options.save, telling);
  }
  const { job, contenders } = await contest(names);
  onLinux("netlab compare");
  const orders = ordersOf(contenders, options);
  const to = telling();
  const { runs, exit } = await ran(contenders, orders, to);
  const told = exit ?? tellComparison(job, runs, to);
  if (exit !== null) tellPartly(runs, to);
  await to.kept?.flush();
  return told;
}

/** The options that only a run can follow, as they were said. */
const given = ({ set, witness }: CompareOptions): readonly string[] =>
  [...(set === undefined ? [] : ["--set"]), ...(witness === undefined ? [] : ["--witness"])];

interface Ran {
  readonly runs: readonly Run[];
  /** Null where all of them came to their end. */
  readonly exit: number | null;
}

/** One after the other, until one does not come to its end; that one is told. */
async function ran(
  contenders: readonly Contender[], orders: readonly Wanted[], { shell, format, style }: Telling,
): Promise<Ran> {
  const interrupt = new Interrupt();
  shell.out.lost = () => interrupt.stop();
  if (watchesStacks(orders)) kernelSymbols();   // read while the first chamber gets ready: it takes as long
  const keeper = keeperFor(orders);
  const progress = new Progress(orders.length, false);   // nothing is told before all are done
  const runs: Run[] = [];
  let exit: number | null = null;
  for (const [i, order] of orders.entries()) {
    const events: Event[] = [];
    const { as, experiment } = contenders[i]!;
    const task = progress.over(as, oneRun(shell, { ...order, stop: interrupt.signal }));
    const code = await task.work((it) => events.push(it));
    if (events.length > 0) runs.push({ as, experiment, events });
    const over = interrupt.exit !== null || code === null || code === EXIT.broke || code === EXIT.cannot;
    if (!over) continue;
    const said = ruin(events, style);
    if (format === "text") shell.out.write(said);
    else shell.note(said);
    exit = interrupt.exit ?? code ?? EXIT.broke;
    break;
  }
  await keeper?.end();
  return { runs, exit };
}

/** Which of them did not come to its end, and where. */
function ruin(events: readonly Event[], style: Telling["style"]): string {
  const paper = pen(style);
  const last = events.at(-1);
  if (last?.type !== "end" || last.broke === null) return "";
  const { experiment, broke } = last;
  const calls = callsOf(events.filter(isHistory));
  return paper.print(brokeLines({ experiment, broke, calls, shown: false }, paper));
}
