/** What the supervisor asks of a chamber, and what a chamber notes besides calls. Both travel as JSON. */

import type { PackedBytes, Runs } from "../../sys/packed-bytes.ts";
import type { Setting } from "../events.ts";

export interface Job {
  /** The experiment's file, as a URL. */
  readonly experiment: string;
  readonly settings: Readonly<Record<string, Setting>>;
  /** Whether counters are to be read at scene borders. */
  readonly counters: boolean;
  /** Whether the file is a person's own, to which "netlab" must mean this copy. */
  readonly own: boolean;
}

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
}
interface Seen {
  readonly layout: string | null;
  readonly bytes: PackedBytes;
}
/** What a party of a run writes into the log besides its calls. */
export type ChamberNote =
  | { readonly type: "begin"; readonly koffi: string; readonly uid: number }
  | { readonly type: "scene"; readonly id: string; readonly text: string }
  | { readonly type: "say"; readonly text: string }
  | {
    readonly type: "look"; readonly name: string;
    readonly of: string | null; readonly text: string | null; readonly memory: readonly Seen[] | null;
  }
  | {
    readonly type: "times"; readonly label: string;
    readonly rounds: number; readonly sums: readonly SumNote[];
  }
  | { readonly type: "asleep"; readonly actor: string; readonly call: string; readonly id: number }
  | { readonly type: "known"; readonly name: string; readonly fd: number; readonly cookie: string }
  | { readonly type: "actor"; readonly number: number; readonly name: string }
  /** Text of the counter files of /proc/self/net, when the scene `ended` (null: when the run began). */
  | { readonly type: "counters"; readonly ended: string | null; readonly text: readonly string[] }
  | {
    readonly type: "broke"; readonly how: "error" | "cannot";
    readonly message: string; readonly call: number | null;
  }
  | { readonly type: "over" };
