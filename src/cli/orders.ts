/** What is asked of each experiment that is to run, from the options of the command line. */
import { type Keeper, keepOpen } from "../lab/keep-open.ts";
import { tracepointsOf, WITNESSES, watchersOf } from "../lab/run.ts";
import type { Wanted } from "./one-run.ts";
import { wrongUsage } from "./said.ts";
import { settingsFor } from "./settings.ts";
import type { Target } from "./targets.ts";

/** The options that say how experiments run. */
export interface OrderOptions {
  readonly set?: readonly string[];
  readonly witness?: readonly string[];
  /** In ms. */
  readonly limit: number;
}

/** What is asked of each experiment. Throws a sentence (64) for settings and witnesses that there are not. */
export function ordersOf(
  wanted: readonly Target[], { set = [], witness, limit }: OrderOptions,
): readonly Wanted[] {
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

/** Nobody but root sees where the kernel's functions lie. */
export const watchesStacks = (orders: readonly Wanted[]): boolean =>
  process.getuid?.() === 0 && orders.some(({ witnesses }) => witnesses.includes("stacks"));

/** Only who runs several experiments, and may watch the kernel's stacks at all, gains by it. */
export function keeperFor(orders: readonly Wanted[]): Keeper | null {
  if (orders.length === 1 || !watchesStacks(orders)) return null;
  return keepOpen([...new Set(orders.flatMap(({ experiment }) => tracepointsOf(experiment)))]);
}
