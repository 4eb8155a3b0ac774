/** An experiment: one question, the calls that ask it, and the claims that are judged on what happened. */

import type { SyscallName } from "../abi/syscalls.ts";
import type { KernelPath } from "../kernel/path.ts";
import type { Calls } from "../sys/calls.ts";
import type { Claim } from "./claim.ts";
import type { Plot } from "./plot.ts";
import type { Parameters, Settings } from "./setting.ts";
import type { Stage } from "./stage.ts";
import type { Table } from "./table.ts";

const NEEDS = ["namespace", "root", "veth", "packet", "tun", "io_uring"] as const;
/**
 * What a run cannot do without. `namespace`: one of its own, not the machine's loopback; `packet`: packet
 * sockets, which a peer on a `veth` takes anyway.
 */
export type Need = typeof NEEDS[number] | `kernel ${number}.${number}`;
export type WitnessName = "counters" | "state" | "wire" | "stacks";

/** The job that several experiments do, each in its own way: they can be compared. */
export interface JobName {
  readonly name: string;
  /** What this one is called among them: `netlab compare tcp udp`. */
  readonly as: string;
}

/** What may be drawn of a run. */
export type Picture = "states" | Plot | Table;

export interface Experiment<P extends Parameters = Parameters> {
  /** How people ask for it: `udp-boundaries`. Letters, digits and hyphens. */
  readonly name: string;
  /** The question, one sentence. */
  readonly asks: string;
  /** The beginner's level: what happens, in plain words. */
  readonly story: string;
  /** With which others it can be compared. */
  readonly job?: JobName;
  /** Ways through the kernel: a call's, "sendto", or one that begins inside such a call, "sendto receive". */
  readonly paths?: { readonly [K in SyscallName | `${SyscallName} ${string}`]?: KernelPath };
  /** What `--set` may change. */
  readonly parameters?: P;
  readonly needs?: readonly Need[];
  /** What the report draws of a run: the ways of its sockets through the states of TCP, plots, tables. */
  readonly draws?: readonly Picture[];
  /** Tracepoints that the claims ask for, beside those of the paths: "fib:fib_table_lookup". */
  readonly tracepoints?: readonly string[];
  /** Witnesses that would change what is watched. */
  readonly without?: readonly WitnessName[];
  /** A figure is the machine's, not the namespace's: `--jobs` must not run anything beside it. */
  readonly alone?: boolean;
  /**
   * Sysctls that the claims depend on, set in the run's own namespace before it begins:
   * "net.ipv4.tcp_syncookies": 1.
   */
  readonly pins?: Readonly<Record<string, number | string>>;
  /** What to change and what to expect then. */
  readonly next?: string;
  /** Synchronous; reads like C. It is given its system calls, and the stage. */
  run(calls: Calls, stage: Stage<Settings<P>>): void;
  readonly claims: readonly Claim[];
}

/** Whether a run of it may have further namespaces, links or a hand-made peer. */
export const builds = ({ needs = [] }: Pick<AnyExperiment, "needs">): boolean =>
  needs.some((it) => it === "namespace" || it === "veth" || it === "tun");

/** Any experiment, whatever its parameters. */
// biome-ignore lint/suspicious/noExplicitAny: run() takes the settings that the experiment itself declares
export type AnyExperiment = Experiment<any>;

const NAME = /^[a-z][a-z0-9-]*$/;

/** Declares an experiment; checked here: its name, its needs, and that no claim is said twice. */
export function experiment<const P extends Parameters = Record<never, never>>(
  it: Experiment<P>,
): Experiment<P> {
  if (!NAME.test(it.name)) {
    const what = JSON.stringify(it.name);
    throw new TypeError(`an experiment's name is letters, digits and hyphens, not ${what}`);
  }
  const stranger = it.needs?.find((need) => !isNeed(need));
  if (stranger !== undefined) {
    const known = [...NEEDS, "kernel 5.14"].join(", ");
    throw new TypeError(`${it.name} needs ${JSON.stringify(stranger)}: there are ${known}`);
  }
  const words = it.job === undefined ? [] : [it.job.name, it.job.as];
  const unclear = words.find((word) => !NAME.test(word));
  if (unclear !== undefined) {
    throw new TypeError(`${it.name}: what it is compared by is letters, digits and hyphens, not ${unclear}`);
  }
  const said = it.claims.map((claim) => claim.says);
  const twice = said.find((says, i) => said.indexOf(says) !== i);
  if (twice !== undefined) throw new TypeError(`${it.name} claims twice: ${JSON.stringify(twice)}`);
  return it;
}

const isNeed = (it: string): boolean => NEEDS.some((need) => need === it) || /^kernel \d+\.\d+$/.test(it);
