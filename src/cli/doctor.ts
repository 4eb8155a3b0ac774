/** `netlab doctor [WORD]`: what can be observed on this machine, what cannot, and the remedy. */
import "./all-structs.ts";
import { arch, release, type } from "node:os";
import { gateTrial } from "../bench/gate-trial.ts";
import { RULES } from "../lab/doctor/abilities.ts";
import type { Rule } from "../lab/doctor/ability.ts";
import { type Examination, examined } from "../lab/doctor/examine.ts";
import { look as lookAround } from "../lab/doctor/look.ts";
import { EXIT } from "../lab/exit-code.ts";
import { VERSION } from "../lab/version.ts";
import { abilityPage, doctorLines, machineLines } from "../report/doctor-lines.ts";
import { pen } from "../report/pen.ts";
import { loadAll } from "./library.ts";
import { onLinux, wrongUsage } from "./said.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { didYouMean } from "./suggest.ts";
import { koffi } from "./version-line.ts";

export interface DoctorOptions extends LookOptions {
  readonly json?: boolean;
}

/** Exit code 77 where no experiment can run, or where the one ability that was asked for is not there. */
export async function doctor(
  shell: Shell, word: string | undefined, { json, ...look }: DoctorOptions,
): Promise<number> {
  const rule = word === undefined ? null : ruleOf(word);
  const machine = {
    system: `${type()} ${release()}`, arch: arch(), node: process.versions.node, koffi: koffi(),
    netlab: VERSION, uid: process.getuid?.() ?? null,
  };
  onLinux("what a run can observe");
  const experiments = await loadAll();
  const found = examined(experiments, await lookAround(experiments, gateTrial()));
  const one = rule === null ? null : found.abilities.find((it) => it.word === rule.word)!;
  if (json) {
    const object = rule === null ? plain(machine, found) : { ...one, ...depth(rule) };
    shell.out.write(`${JSON.stringify(object)}\n`);
  } else {
    const paper = pen(styleOf(look));
    const { system, arch: cpu, node, koffi: ffi, netlab, uid } = machine;
    const parts = [
      `${system} ${cpu}`, `Node ${node}`, `koffi ${ffi}`, `netlab ${netlab}`,
      ...(uid === null ? [] : [`uid ${uid}`]),
    ];
    const head = machineLines(parts, found.place, paper);
    const lines = rule === null ? doctorLines(found, paper) : abilityPage(one!, rule, paper);
    shell.out.write(paper.print([...head, ...lines]));
  }
  const lost = one === null ? found.here.cannot === found.here.experiments : one.able === false;
  return lost ? EXIT.cannot : EXIT.proven;
}

/** By its word or its name, whatever the case. Throws a sentence (64) for one that there is not. */
function ruleOf(asked: string): Rule {
  const wanted = asked.toLowerCase();
  const rule = RULES.find((it) => it.word === wanted || it.name.toLowerCase() === wanted);
  if (rule !== undefined) return rule;
  const all = RULES.map((it) => it.word);
  const known = new Set([...all, ...RULES.map((it) => it.name)]);
  const near = didYouMean(asked, [...known]);
  const instead = RULES.reduce((text, { name, word }) => text.replace(name, word), near)
    || `: there are ${all.join(", ")}`;
  throw wrongUsage(`doctor examines no ${JSON.stringify(asked)}${instead}`);
}

/** The object of --json; of what goes without an ability only the sums. */
const plain = (machine: object, { place, abilities, here, unable, atOnce }: Examination): object => ({
  machine: { ...machine, place },
  abilities: abilities.map(({ losing: _, ...it }) => it),
  experiments: here.experiments,
  claims: { all: here.claims, judged: here.judged, alone: here.alone },
  unable, atOnce,
});
const depth = ({ gives, tried, needs }: Rule): object => ({ gives, tried, needs });
