/** How many claims can be judged where something is lacking. Pure. */

import { isOlder } from "../../kernel/release.ts";
import { needsOf } from "../ability.ts";
import type { AnyExperiment } from "../experiment.ts";
import { CLAIM_WITNESSES, SETS_SYSCTLS, WITH_WIRES } from "./claim-witnesses.ts";

/**
 * What is not there: witnesses by name, tracepoints ("sock:sk_data_ready"), and what experiments need:
 * "calls", "namespace", "veth", "packet", "peer" (on a veth, or a TUN), "tun", "io_uring", "root", "sysctls",
 * and sysctls by name. And what a few claims need beside witnesses: see test/lab/claim-witnesses.test.ts.
 */
export type Lacking = ReadonlySet<string>;

/** One experiment's claims. */
export interface Standing {
  readonly experiment: string;
  /** It does not run: none of its claims is judged. */
  readonly cannot: boolean;
  readonly claims: number;
  /** Judged, and in how many of these a second witness is missing. */
  readonly judged: number;
  readonly alone: number;
}

/** How each stands on a kernel of this release where so much is lacking. */
export const standings = (
  experiments: readonly AnyExperiment[], lacking: Lacking, release: string,
): readonly Standing[] => experiments.map((it): Standing => {
  const { name: experiment, claims: { length: claims } } = it;
  const cannot = wantedBy(it).some((need) => lacking.has(need) || isNewer(need, release));
  if (cannot) return { experiment, cannot, claims, judged: 0, alone: 0 };
  const known = CLAIM_WITNESSES[experiment] ?? [];
  const judged = it.claims
    .map(({ since }, i) => ({ since, words: (known[i] ?? "").split(" ") }))
    .filter(({ since, words }) => (since === null || !isOlder(release, since)) && !isOpen(words, lacking));
  const alone = judged.filter(({ words }) => words.some((word) => lacking.has(word.replace(/^\+/, ""))));
  return { experiment, cannot, claims, judged: judged.length, alone: alone.length };
});

/** What it cannot run without: a wire is built of veth pairs, a peer stands at one or at a TUN device. */
export function wantedBy(it: AnyExperiment): readonly string[] {
  const pins = Object.keys(it.pins ?? {});
  const needs = needsOf(it).flatMap((need) => {
    if (need !== "veth") return need;
    return WITH_WIRES.includes(it.name) ? ["namespace", "veth", "packet"] : ["namespace", "peer"];
  });
  const sets = pins.length > 0 || SETS_SYSCTLS.includes(it.name);
  return ["calls", ...needs, ...(sets ? ["sysctls", ...pins] : [])];
}

/** Whether it is `kernel 5.14`, and this release is older. */
export const isNewer = (need: string, release: string): boolean =>
  need.startsWith("kernel ") && isOlder(release, need.slice("kernel ".length));

/** Whether one of the words cannot be met: no second witness's, and all that it offers is lacking. */
const isOpen = (words: readonly string[], lacking: Lacking): boolean =>
  words.some((word) =>
    word !== "" && !word.startsWith("+") && word.split("|").every((it) => lacking.has(it)));

/** All of them, added up. */
export interface Sum {
  /** Experiments, and how many of them do not run. */
  readonly experiments: number;
  readonly cannot: number;
  readonly claims: number;
  readonly judged: number;
  readonly alone: number;
}
/** Adds them up. */
export const sumOf = (all: readonly Standing[]): Sum => {
  const total = (of: (it: Standing) => number): number => all.reduce((sum, it) => sum + of(it), 0);
  return {
    experiments: all.length, cannot: all.filter((it) => it.cannot).length, claims: total((it) => it.claims),
    judged: total((it) => it.judged), alone: total((it) => it.alone),
  };
};
