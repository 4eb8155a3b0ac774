/** `netlab doctor`: what can be observed on this machine, what cannot, and the remedy. */
import "./all-structs.ts";
import { arch, release, type } from "node:os";
import { gateTrial } from "../bench/gate-trial.ts";
import { type Ability, type Examination, examine } from "../lab/doctor.ts";
import { EXIT } from "../lab/exit-code.ts";
import { VERSION } from "../lab/version.ts";
import { columns } from "../report/columns.ts";
import { BLANK, indented, type Line, piece } from "../report/line.ts";
import { type Pen, pen } from "../report/pen.ts";
import { items, words } from "../report/words.ts";
import { loadAll } from "./library.ts";
import { onLinux } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { koffi } from "./version-line.ts";

export interface DoctorOptions extends LookOptions {
  readonly json?: boolean;
}

/** Exit code 77 where no experiment can run. */
export async function doctor(shell: Shell, { json, ...look }: DoctorOptions): Promise<number> {
  const uid = process.getuid?.() ?? null;
  const machine = {
    system: `${type()} ${release()}`, arch: arch(), node: process.versions.node, koffi: koffi(),
    netlab: VERSION, uid,
  };
  const paper = pen(styleOf(look));
  if (!json) shell.out.write(paper.print(machineLines(machine, paper)));
  onLinux("what a run can observe");
  const found = await examine(await loadAll(), await gateTrial());
  if (json) shell.out.write(`${JSON.stringify({ machine, ...found })}\n`);
  else {
    const lines = [...abilityLines(found.abilities, paper), BLANK, ...runnable(found, paper)];
    shell.out.write(paper.print(lines));
  }
  return found.experiments > 0 && found.unable.length === found.experiments ? EXIT.cannot : EXIT.proven;
}

interface Machine {
  readonly system: string;
  readonly arch: string;
  readonly node: string;
  readonly koffi: string;
  readonly netlab: string;
  readonly uid: number | null;
}

function machineLines(
  { system, arch: cpu, node, koffi: ffi, netlab, uid }: Machine, { width, text }: Pen,
): readonly Line[] {
  const parts = [
    `${system} ${cpu}`, `Node ${node}`, `koffi ${ffi}`, `netlab ${netlab}`,
    ...(uid === null ? [] : [`uid ${uid}`]),
  ];
  return items(parts, text(" · "), width).map((it): Line => [piece(it, "strong")]);
}

function abilityLines(abilities: readonly Ability[], { width, mark, text }: Pen): readonly Line[] {
  const name = Math.max(...abilities.map((it) => it.name.length));
  return abilities.flatMap((it): readonly Line[] => {
    const sign = mark(it.able ? "proven" : "refuted");
    const margin = 2 + columns(sign.text) + 1 + name + 2;
    const [first = "", ...more] = words(text(it.how), width - margin);
    const arrow = text("→ ");
    const remedy = it.remedy === null ? [] : words(text(it.remedy), width - margin - arrow.length);
    return [
      [piece("  "), sign, piece(` ${it.name.padEnd(name)}  ${first}`)],
      ...more.map((line) => indented(margin, [piece(line)])),
      ...remedy.map((line, i) =>
        indented(margin, [piece(i === 0 ? arrow : " ".repeat(arrow.length)), piece(line)])),
    ];
  });
}

function runnable({ experiments, unable }: Examination, { width, text }: Pen): readonly Line[] {
  const first = `${experiments - unable.length} of ${experiments} experiments run here.`;
  return [first, ...unable.map((it) => `${it.experiment}: ${it.why}`)]
    .flatMap((it) => words(text(it), width))
    .map((it): Line => [piece(it)]);
}
