/** The stage: what run() may do besides system calls. The calls come from sys, the stage from here. */
import type { KernelStruct } from "../kernel/type-table.ts";
import type { Memory } from "../memory/memory.ts";
import type { Net } from "../net/net.ts";
import type { Calls } from "../sys/calls.ts";
import type { Peer } from "./peer.ts";

/** What `look` accepts: memory, structs, several of either, or the path of a file. */
export type Seeable = Memory | { readonly $: Memory };

export interface Stage<S = Readonly<Record<string, number | string>>> {
  /** The run's parameters. */
  readonly set: S;
  /** A remark for the reader, where it stands in the trace. */
  say(text: string): void;
  /** Names what follows, until the next scene. Witnesses are read at scene borders. */
  scene(id: string, text?: string): void;
  /**
   * Records what is no call: memory as it is now, the layout of a struct of the kernel,
   * or the text of a file (of those lines that hold `containing`, and the headings). Of a file that cannot be
   * read here there is no text, and a claim that rests on it is unknown.
   */
  look(name: string, what: Seeable | readonly Seeable[] | KernelStruct | string, containing?: string): void;
  /** Runs the body so often, or until it received so many bytes; its calls are recorded in sum. */
  times(label: string, rounds: number | Until, body: (round: number) => void): void;
  /**
   * Starts an exported function of the experiment on a thread of its own (or as a process),
   * with its own recorded calls.
   */
  start<A extends object>(
    actor: (calls: Calls, given: A) => unknown, given: A, how?: { readonly as?: "thread" | "process" },
  ): Actor;
  /**
   * From now on the stacks are seen on which the kernel touches the first byte of this memory: where it
   * copies in or out. The event is `user:copy`; a processor watches four places at most.
   */
  watch(memory: Seeable): void;
  /** Gives a socket a name that outlives its descriptor. */
  known(name: string, fd: number): void;
  /** Sets a sysctl of the run's own namespace. */
  sysctl(name: string, value: number | string): void;
  /** Links, addresses and further namespaces inside the run. */
  readonly net: Net;
  /** A hand-made other end. */
  readonly peer: Peer;
}

/** What `start` started, as its starter sees it. */
export interface Actor {
  readonly name: string;
  /** Waits until the actor sleeps in that call: what /proc/self/task/TID/syscall says, never a timer. */
  asleep(call: string): void;
  /** Waits until it has ended; throws what it threw. */
  join(): void;
}

/** So many bytes received, by the results of the body's calls. */
export interface Until {
  readonly bytes: number;
}
export const until = (bytes: number): Until => ({ bytes });

/** A struct of the running kernel, to be looked at: these members of it, or all. */
export const kernelStruct = (tag: string, ...members: readonly string[]): KernelStruct => ({ tag, members });
