/** `netlab path`: a declared way through the kernel; live, with the steps that were seen. */
import { kernelBtf } from "../kernel/btf.ts";
import { knownPaths } from "../kernel/known-paths.ts";
import type { KernelPath } from "../kernel/path.ts";
import { type Event, type HistoryEvent, isHistory } from "../lab/events.ts";
import { EXIT } from "../lab/exit-code.ts";
import { type Order, run } from "../lab/run.ts";
import { stacksInside } from "../lab/stacks-inside.ts";
import { indented, type Line, piece } from "../report/line.ts";
import { pathLines, type Walk } from "../report/path-lines.ts";
import { type Pen, pen } from "../report/pen.ts";
import { reaches } from "../report/style.ts";
import { words } from "../report/words.ts";
import { library, load } from "./library.ts";
import { Said, wrongUsage } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import { settingsFor } from "./settings.ts";
import type { Shell } from "./shell.ts";
import { didYouMean } from "./suggest.ts";

export interface PathOptions extends LookOptions {
  readonly live?: boolean;
  readonly json?: boolean;
}
/** In ms. */
const LIMIT = 30_000;

/** `names`: a protocol and a call; without them it tells which there are. Throws a sentence (64, 77). */
export async function path(
  shell: Shell, names: readonly string[], { live, json, ...look }: PathOptions,
): Promise<number> {
  const style = styleOf({ level: "expert", ...look });
  const paper = pen(style);
  if (names.length === 0) {
    shell.out.write(json ? `${JSON.stringify(NAMES)}\n` : paper.print(all(paper)));
    return 0;
  }
  const [call, way] = wanted(names);
  const stacks = live ? await seen(shell, way) : null;
  if (json) {
    shell.out.write(`${JSON.stringify({ call, ...way, stacks })}\n`);
    return 0;
  }
  const prototypes: Walk["prototypes"] = (fn) =>
    (reaches(style, "expert") ? kernelBtf()?.prototype(fn) ?? null : null);
  shell.out.write(paper.print(pathLines({ call, path: way, stacks, prototypes }, paper)));
  return 0;
}

/** By protocol and call, `udp sendto`. */
const WAYS: ReadonlyMap<string, readonly [call: string, way: KernelPath]> = new Map(
  Object.entries(knownPaths).flatMap(([protocol, calls]) =>
    Object.entries(calls).map(([call, way]) => [`${protocol} ${call}`, [call, way]] as const)));
const NAMES = [...WAYS.keys()];

function wanted(names: readonly string[]): readonly [call: string, way: KernelPath] {
  const asked = names.join(" ");
  const found = WAYS.get(asked);
  if (found !== undefined) return found;
  const near = didYouMean(asked, NAMES);
  throw wrongUsage(`there is no path ${JSON.stringify(asked)}${near || `: there are ${NAMES.join(", ")}`}`);
}

type Stacks = readonly (readonly string[])[];

/**
 * The stacks inside the calls of an experiment that takes this way: it is run for them, and nothing else of
 * it is shown. Throws a sentence (77) where nobody can watch.
 */
async function seen(shell: Shell, way: KernelPath): Promise<Stacks> {
  for (const entry of library) {
    const experiment = await load(entry);
    const call = Object.entries(experiment.paths ?? {}).find(([, it]) => it === way)?.[0];
    if (call === undefined) continue;
    const history: HistoryEvent[] = [];
    const order: Order = {
      experiment: { ...experiment, claims: [], tracepoints: [], paths: { [call]: way } },
      url: entry.url, own: false, settings: settingsFor([experiment], [])[0]!,
      witnesses: ["stacks"], limit: LIMIT, stop: null, chamber: shell.chamber(),
    };
    let broke: string | null = null;
    const event = (it: Event): void => {
      if (it.type === "end") broke = it.broke?.message ?? null;
      else if (isHistory(it)) history.push(it);
    };
    await run(order, { event, print: () => undefined });
    if (broke !== null) throw new Said(EXIT.broke, `${experiment.name} broke: ${broke}`);
    const why = history.find((it) => it.type === "run")?.witnesses.stacks?.why ?? null;
    if (why === null) return stacksInside(history, call);
    throw new Said(EXIT.cannot, `nobody can watch here: ${why}`);
  }
  throw new Said(EXIT.cannot, "no experiment takes this way yet");
}

function all({ width, text }: Pen): readonly Line[] {
  const wide = Math.max(...NAMES.map((it) => it.length));
  return [...WAYS].flatMap(([name, [, { to, steps }]]) => {
    const lines = words(text(`${steps.length} steps, to ${to}`), width - wide - 4);
    return lines.map((it, i) =>
      indented(2, [piece((i === 0 ? name : "").padEnd(wide + 2)), piece(it, "dim")]));
  });
}
