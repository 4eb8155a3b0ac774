/** `netlab path`: declared ways through the kernel; live, with the steps that were seen. */
import { kernelBtf } from "../kernel/btf.ts";
import { pathAt } from "../kernel/path-at.ts";
import { NAMES, WAYS, type Way, waysNamed } from "../kernel/path-names.ts";
import { EXIT } from "../lab/exit-code.ts";
import { BLANK, type Line } from "../report/line.ts";
import { pathLines, type Walk } from "../report/path-lines.ts";
import { listLines } from "../report/path-list.ts";
import { looksLines } from "../report/path-looks.ts";
import { pathsLines } from "../report/paths-lines.ts";
import { type Pen, pen } from "../report/pen.ts";
import { reaches } from "../report/style.ts";
import { plain, type Told } from "./path-json.ts";
import { hasIn, type Kernel, kernelAsked, whyMissing } from "./path-kernel.ts";
import { takenBy, watched } from "./path-live.ts";
import { Said, wrongUsage } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { didYouMean } from "./suggest.ts";
import { tables } from "./tables.ts";

export interface PathOptions extends LookOptions {
  readonly live?: boolean;
  readonly json?: boolean;
  readonly kernel?: string;
}

/** `names`: a group and a call, or one of both; without them it tells which there are. Throws Said. */
export async function path(
  shell: Shell, names: readonly string[], options: PathOptions,
): Promise<number> {
  const { live = false, json = false, kernel: asked, ...look } = options;
  if (names[0] === "tables") return tablesAsked(shell, names.slice(1), options);
  const kernel = kernelAsked(asked);
  if (live) refuseLive(names, kernel);
  const ways = names.length === 0 ? WAYS : wanted(names);
  const style = styleOf({ level: "expert", ...look });
  const paper = pen(style);
  const { told, why } = await tell(shell, ways, kernel, { live, who: live || json });
  if (json) shell.out.write(told.map((it) => `${JSON.stringify(plain(it, kernel.release, why))}\n`).join(""));
  else if (names.length === 0) shell.out.write(paper.print(listLines(told, paper)));
  else {
    const isExpert = kernel.running && reaches(style, "expert");
    const prototypes: Walk["prototypes"] = (fn) => (isExpert ? kernelBtf()?.prototype(fn) ?? null : null);
    shell.out.write(paper.print(drawn(told.map((it) => walkOf(it, kernel, prototypes)), told, paper)));
  }
  if (why !== null) throw new Said(EXIT.cannot, why);
  return 0;
}

function refuseLive(names: readonly string[], { running, release }: Kernel): void {
  if (names.length === 0) throw wrongUsage("--live takes a path, as udp sendto, or a group of them");
  if (!running) throw wrongUsage(`--live runs the kernel that is here, not ${release}: leave --kernel out`);
}

function tablesAsked(shell: Shell, [name, ...more]: readonly string[], options: PathOptions): number {
  if (more.length > 0) throw wrongUsage("netlab path tables takes the name of one table, or one call");
  const odd = options.live ? "--live" : options.kernel === undefined ? null : "--kernel";
  if (odd !== null) throw wrongUsage(`netlab path tables asks the kernel that is here: leave ${odd} out`);
  return tables(shell, name, options);
}

function wanted(names: readonly string[]): readonly Way[] {
  const asked = names.join(" ");
  const found = waysNamed(asked);
  if (found.length > 0) return found;
  const own = WAYS.filter(({ group }) => group === names[0]).map(({ call }) => call);
  const known = own.length === 0
    ? ": netlab path lists them" : `: of ${names[0]} there are ${own.join(", ")}`;
  throw wrongUsage(`there is no path ${JSON.stringify(asked)}${didYouMean(asked, NAMES) || known}`);
}

/** Each as the kernel has it; `who`: and which experiment takes it; `live`: and what was seen of it. */
async function tell(
  shell: Shell, ways: readonly Way[], kernel: Kernel, { live, who }: Record<"live" | "who", boolean>,
): Promise<{ readonly told: readonly Told[]; readonly why: string | null }> {
  const taken = who ? await takenBy(ways) : null;
  const { lives, why } = live && taken !== null
    ? await watched(shell, taken, kernel.release, hasIn(kernel)) : { lives: [], why: null };
  const told = ways.map((way) => {
    const seen = lives.find((it) => it.way === way);
    const then = seen?.path ?? pathAt(way.path, kernel.release, hasIn(kernel));
    return { way, path: then, taken: taken?.get(way) ?? null, seen: seen?.seen ?? null };
  });
  return { told, why };
}

/** One as a tree, with when it was seen; several shorter. */
function drawn(walks: readonly Walk[], told: readonly Told[], paper: Pen): readonly Line[] {
  const [walk, { seen, taken }] = [walks[0]!, told[0]!];
  if (walks.length > 1) {
    return pathsLines(walks.map((it, i) => (i === 0 ? it : { ...it, remarks: [] })), false, paper);
  }
  const looks = seen === null || taken === null
    ? [] : [BLANK, ...looksLines(walk, taken.experiment.name, paper)];
  return [...pathLines(walk, paper), ...looks];
}

const walkOf = ({ way, path: then, seen }: Told, { remarks }: Kernel, prototypes: Walk["prototypes"]): Walk =>
  ({
    way: way.call, name: way.name, path: then, seen, prototypes, missing: whyMissing, remarks, timed: true,
  });
