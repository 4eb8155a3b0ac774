/** What the supervisor asks of a chamber, and what a chamber notes besides calls. Both travel as JSON. */

import type { KernelStruct } from "../../kernel/type-table.ts";
import type { PackedBytes, Runs } from "../../sys/packed-bytes.ts";
import type { StateSample } from "../../witness/known-sockets.ts";
import type { Tracepoint } from "../../witness/tracepoints.ts";
import type { Setting, WitnessState } from "../events.ts";
import type { WitnessName } from "../experiment.ts";

export interface Job {
  /** The experiment's file, as a URL. */
  readonly experiment: string;
  readonly settings: Readonly<Record<string, Setting>>;
  /** Who is to watch, where it is able. */
  readonly witnesses: readonly WitnessName[];
  /** Nothing runs beside it: figures of the whole machine are read too. */
  readonly alone: boolean;
  /** What the stacks are to be taken at, "sock:sk_data_ready". */
  readonly tracepoints: readonly string[];
  /** Whether the file is a person's own, to which "netlab" must mean this copy. */
  readonly own: boolean;
}

/** What netlab doctor asks of a chamber in place of a run: what can be done in it. */
export interface TrialJob {
  readonly trials: {
    /** Those that any experiment has watched, and the sysctls that any of them pins. */
    readonly tracepoints: readonly string[];
    readonly sysctls: readonly string[];
    /** What is not to be tried again: it ended the process that tried it. */
    readonly but: readonly string[];
  };
}
/** What is tried there besides the witnesses: see trials.ts. */
export type TrialName = "sysctls" | "veth" | "peer" | "tun" | "io_uring" | "bpf";
/** What a chamber writes into the log while it tries. `tries`: this one comes next, if the process lives. */
export type TrialNote =
  | { readonly type: "tries"; readonly what: TrialName | WitnessName }
  | { readonly type: "witness"; readonly name: WitnessName; readonly state: WitnessState }
  /** `refusal`: why it does not work here; null where it does. */
  | { readonly type: "trial"; readonly name: TrialName; readonly refusal: string | null }
  /** What this kernel lacks of what experiments name. */
  | { readonly type: "lacks"; readonly tracepoints: readonly string[]; readonly sysctls: readonly string[] }
  | { readonly type: "over" };

/** What the chamber's process and its threads are started from; their first argument says which they are. */
export const CHILD = new URL("./child.cjs", import.meta.url);

/** Descriptors of the child, above those it clears for the experiment (3 to 23). */
export const FD = { lowest: 3, highest: 23, log: 24, desk: 25 } as const;
/** Environment of the child. */
export const ENV = { parent: "NETLAB_PARENT", mode: "NETLAB_MODE", size: "NETLAB_LOG" } as const;

/** Many calls of one number, in sum; `first` and `last` are the ids of calls that follow in the log. */
export interface SumNote {
  readonly nr: number;
  readonly count: number;
  readonly results: readonly (readonly [number, number])[];
  readonly bytes: Runs | null;
  readonly first: number;
  readonly last: number;
  /** Of how long they took, in ns. */
  readonly median: number;
}
interface Seen {
  readonly layout: string | null;
  readonly bytes: PackedBytes;
}
/** What a party of a run writes into the log besides its calls. */
export type ChamberNote =
  /** `origin`: CLOCK_MONOTONIC when the run began, in ns. */
  | {
    readonly type: "begin"; readonly koffi: string; readonly uid: number; readonly origin: string;
    readonly witnesses: Readonly<Record<string, WitnessState>>;
  }
  | { readonly type: "scene"; readonly id: string; readonly text: string }
  | { readonly type: "say"; readonly text: string }
  | {
    readonly type: "look"; readonly name: string;
    readonly of: string | null; readonly text: string | null; readonly memory: readonly Seen[] | null;
  }
  /** A struct of the kernel was looked at: the supervisor reads how it lies. */
  | { readonly type: "kernel struct"; readonly name: string; readonly what: KernelStruct }
  | {
    readonly type: "times"; readonly label: string;
    readonly rounds: number; readonly sums: readonly SumNote[];
    /** How many packets and tracepoints passed meanwhile: they are counted, not kept. */
    readonly packets: number; readonly stacks: number;
  }
  | { readonly type: "asleep"; readonly actor: string; readonly call: string; readonly id: number }
  | { readonly type: "known"; readonly name: string; readonly fd: number; readonly cookie: string }
  | { readonly type: "actor"; readonly number: number; readonly name: string; readonly tid: number }
  /** Text of the counter files of /proc/self/net, when the scene `ended` (null: when the run began). */
  | { readonly type: "counters"; readonly ended: string | null; readonly text: readonly string[] }
  /** CLOCK_REALTIME less CLOCK_MONOTONIC, in ns: frames are stamped with the one, all else with the other. */
  | { readonly type: "clock"; readonly ahead: string }
  | { readonly type: "tracepoints"; readonly list: readonly Tracepoint[] }
  | { readonly type: "devices"; readonly names: readonly (readonly [index: number, name: string])[] }
  | { readonly type: "states"; readonly samples: readonly StateSample[] }
  /** So much of what a witness should have seen it could not keep. */
  | { readonly type: "lost"; readonly witness: string; readonly count: number }
  | {
    readonly type: "broke"; readonly how: "error" | "cannot";
    readonly message: string; readonly call: number | null;
  }
  | { readonly type: "over" };
