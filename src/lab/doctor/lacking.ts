/** What is lacking on a machine, in the words of standing.ts, and why an experiment does not run there. */
import { tooFewDescriptors, withoutNamespace } from "../ability.ts";
import type { AnyExperiment } from "../experiment.ts";
import { untried } from "./ability.ts";
import { type Findings, limitOf } from "./findings.ts";
import { placeOf } from "./place.ts";
import { isNewer, wantedBy } from "./standing.ts";

/** An experiment that cannot run here, and why. */
export interface Unable {
  readonly experiment: string;
  readonly why: string;
}

/** A word, and why it is lacking: undefined, nobody knows; null, it is there. */
type Reason = readonly [word: string, why: string | null | undefined];

/** All that is lacking, each with why. */
export function lackingIn(found: Findings): ReadonlyMap<string, string> {
  const { lacks } = found;
  const reasons: readonly Reason[] = [
    ...ofProcess(found), ...ofWitnesses(found), ...ofTrials(found),
    ...lacks.tracepoints.map((it): Reason => [it, "this kernel has no such tracepoint"]),
    ...lacks.sysctls.map((it): Reason => [it, `sysctl ${it}, which this kernel has not`]),
  ];
  return new Map(reasons.flatMap(([word, why]) => (why === null ? [] : [[word, why ?? untried(found)]])));
}

/** What a run's process is, and what it therefore lacks beside witnesses. */
function ofProcess(found: Findings): readonly Reason[] {
  const { chamber: { mode, why }, uid } = found;
  const few = tooFewDescriptors(limitOf(found, "Max open files"));
  const isMachines = mode === "root" || (mode === "none" && placeOf(found).effective.has("SYS_ADMIN"));
  return [
    ["calls", few ?? (mode === null ? why ?? "no process for a run starts here" : null)],
    ["namespace", mode === "none" ? withoutNamespace(why) : null],
    ["root", uid === 0 ? null : "root"],
    ["SYS_ADMIN", isMachines ? null : "CAP_SYS_ADMIN over the machine"],
    ["tracefs", uid === 0 ? null : "leave to read tracefs"],
    ["uids", mode !== "user" && uid === 0 ? null : "users other than this one"],
  ];
}

const ofWitnesses = ({ witnesses }: Findings): readonly Reason[] =>
  (["counters", "state", "wire", "stacks"] as const).map((it) => {
    const state = witnesses[it];
    return [it, state?.able === true ? null : state?.why ?? undefined];
  });
const ofTrials = ({ trials }: Findings): readonly Reason[] => [
  ["sysctls", saying("sysctls that it sets", trials.sysctls)],
  ["io_uring", saying("io_uring", trials.io_uring)],
  ["tun", saying("a TUN device", trials.tun)],
  ["veth", saying("links between namespaces", trials.veth)],
  ["packet", saying("packet sockets", trials.peer)],
  ["peer", peerOf(trials)],
];

/** A hand-made peer stands at a veth pair, with a packet socket; where none can be made, at a TUN device. */
function peerOf({ veth, peer, tun }: Findings["trials"]): string | null | undefined {
  if (veth === undefined || peer === undefined) return undefined;
  if (veth === null) return saying("a hand-made peer", peer);
  return tun === null ? null : saying("a hand-made peer", veth);
}

/** What it is needed for, before why it does not work. */
const saying = (what: string, why: string | null | undefined): string | null | undefined =>
  (typeof why === "string" ? `${what}: ${why}` : why);

/** Why it does not run there; null where it does. */
export function whyNot(
  it: AnyExperiment, found: Findings, lacking: ReadonlyMap<string, string>,
): string | null {
  const missing = wantedBy(it).find((need) => lacking.has(need) || isNewer(need, found.release));
  if (missing === undefined) return null;
  if (missing === "calls") return lacking.get(missing)!;
  const newer = `${missing.replace("kernel", "Linux")}, this is ${found.release}`;
  return `it needs ${lacking.get(missing) ?? newer}`;
}
