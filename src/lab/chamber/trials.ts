/**
 * What netlab doctor has tried in a chamber, in place of a run: witnesses are opened as a run opens them, and
 * what may surround a run is built. All of it ends with the process.
 */
import { BPF_MAP_CREATE, BPF_MAP_TYPE_ARRAY } from "../../abi/constants/bpf.ts";
import { buffer } from "../../memory/memory.ts";
import { BuiltNet } from "../../net/built-net.ts";
import { packetPort, tunPort } from "../../net/frame-port.ts";
import { hasSysctl, sysctl, sysctlValue } from "../../net/sysctl.ts";
import type { Calls } from "../../sys/calls.ts";
import type { Log } from "../../sys/log.ts";
import { SyscallError } from "../../sys/syscall-error.ts";
import { tracepointsOf } from "../../witness/tracepoints.ts";
import { CannotHere } from "../cannot-here.ts";
import type { WitnessName } from "../experiment.ts";
import { Instruments } from "./instruments.ts";
import { ENV, type TrialJob, type TrialName, type TrialNote } from "./job.ts";
import { whyNoRing } from "./needs-allowed.ts";
import { unrecorded } from "./unrecorded.ts";

/** In the order of a run; stacks last, for they take longest to close. */
const WITNESSES: readonly WitnessName[] = ["counters", "state", "wire", "stacks"];

/** Tries all there is, each announced before it begins: a process that is killed leaves word of it. */
export async function makeTrials({ trials }: TrialJob, log: Log): Promise<void> {
  const note = (it: TrialNote): void => log.note(JSON.stringify(it));
  const calls = unrecorded();
  const shared = process.env[ENV.mode] === "none";
  const { found, missing } = tracepointsOf(calls, trials.tracepoints);
  note({
    type: "lacks", tracepoints: missing.map((it) => it.name),
    sysctls: trials.sysctls.filter((it) => !hasSysctl(it)),
  });
  const builds = Object.entries(surroundings(calls)) as [TrialName, Build][];
  for (const [name, build] of builds.filter(([it]) => !trials.but.includes(it))) {
    note({ type: "tries", what: name });
    const refusal = shared && build.alters ? OWN : refusalOf(build.tries);
    note({ type: "trial", name, refusal });
  }
  // One tracepoint stands for all: the kernel takes tens of milliseconds to close each.
  const tracepoints = found.length === 0 ? trials.tracepoints : [found[0]!.name];
  const bench = { calls, log, note: () => undefined, tracepoints, alone: false, tids: [0] };
  for (const name of WITNESSES.filter((it) => !trials.but.includes(it))) {
    note({ type: "tries", what: name });
    const { states } = await Instruments.open([name], bench, shared);
    note({ type: "witness", name, state: states[name]! });
  }
}

const OWN = "it takes a network namespace of its own";
interface Build {
  /** It changes the network namespace that it stands in: only in one of its own. */
  readonly alters: boolean;
  /** Throws where it does not work. */
  tries(): void;
}

/** Of the documentation network 192.0.2.0/24. */
const ADDRESS = "192.0.2.1";
/** A sysctl of every network namespace; it is set to what it is. */
const SYSCTL = "net.ipv4.ip_default_ttl";

function surroundings(calls: Calls): Readonly<Record<TrialName, Build>> {
  const net = new BuiltNet(calls);
  return {
    sysctls: { alters: true, tries: () => sysctl(SYSCTL, sysctlValue(SYSCTL)) },
    veth:    { alters: true, tries: () => net.veth("veth0", ["peer0", net.namespace("peer")]) },
    peer:    { alters: true, tries: () => packetPort(calls, "lo").close() },
    tun:     { alters: true, tries: () => tunPort(calls, "tun0", ADDRESS).close() },
    io_uring: { alters: false, tries: ring },
    bpf:     { alters: false, tries: () => calls.close(map(calls)) },
  };
}

function ring(): void {
  const why = whyNoRing();
  if (why !== null) throw new CannotHere(why);
}

/** The smallest map there is, an array of 4 bytes: its descriptor. union bpf_attr, uapi linux/bpf.h. */
function map({ bpf }: Calls): number {
  const attributes = buffer(16);
  [BPF_MAP_TYPE_ARRAY, 4, 4, 1].forEach((word, i) => { attributes.bytes.writeUInt32LE(word, 4 * i); });
  return bpf(BPF_MAP_CREATE, attributes, attributes.length);
}

function refusalOf(tries: () => void): string | null {
  try {
    tries();
    return null;
  } catch (error) {
    if (error instanceof SyscallError) return `${error.call} failed with ${error.errno}`;
    return (error as Error).message.split("\n", 1)[0]!;
  }
}
