/**
 * The event stream, schema version 1: the one format of a run, an object a line. `--json` and `--save` write
 * it, judge and compare read it. schema/events-1.json says the same as a JSON Schema.
 * What is here stays; a field may be added.
 */
import type { Call } from "../sys/decode.ts";
import type { PackedBytes, Runs } from "../sys/packed-bytes.ts";

export const SCHEMA = 1;

/** What every event has. `t` is in nanoseconds since the run began. */
interface Common {
  readonly experiment: string;
  readonly t: number;
  /** Of a comparison: by what name the run that it belongs to was compared. */
  readonly side?: string;
}
export type Setting = number | string;
export interface WitnessState {
  readonly able: boolean;
  /** Why not, and what would help; null where it is able. */
  readonly why: string | null;
  /** Of stacks: the tracepoints that were watched. */
  readonly watching?: readonly string[];
}
/** Where it ran: the release of the kernel, the versions of Node and koffi, and who ran it. */
interface Machine {
  readonly kernel: string;
  readonly arch: string;
  readonly node: string;
  readonly koffi: string;
  readonly uid: number;
}
export interface RunEvent extends Common {
  readonly type: "run";
  readonly schema: typeof SCHEMA;
  readonly netlab: string;
  readonly asks: string;
  readonly parameters: Readonly<Record<string, Setting>>;
  readonly machine: Machine;
  /** `built`: the run may have built links and namespaces around itself: its trace has none of that. */
  readonly chamber: { readonly mode: ChamberMode; readonly why: string | null; readonly built?: boolean };
  readonly witnesses: Readonly<Record<string, WitnessState>>;
}
/** root: a network namespace · user: one inside a user namespace · none: the machine's own loopback. */
export type ChamberMode = "root" | "user" | "none";
export interface SceneEvent extends Common {
  readonly type: "scene";
  readonly id: string;
  readonly text: string;
}
export interface SayEvent extends Common {
  readonly type: "say";
  readonly text: string;
}
export interface CallEvent extends Common, Call {
  readonly type: "call";
}
/** What is no call: a file's text, or structs in memory. */
export interface LookEvent extends Common {
  readonly type: "look";
  readonly name: string;
  readonly of: string | null;
  readonly text: string | null;
  readonly memory: readonly { readonly layout: string | null; readonly bytes: PackedBytes }[] | null;
}
/** Many calls of one name, in sum. */
export interface SumOfCalls {
  readonly name: string;
  readonly count: number;
  /** [result, how often]; a failed call's result is its negated errno. */
  readonly results: readonly (readonly [number, number])[];
  /** The bytes received, as runs; null where there were too many to keep. */
  readonly bytes: Runs | null;
  readonly first: Call;
  readonly last: Call;
  /** How long one was in the kernel, in ns: the middle of all, or of the first 1,024. */
  readonly median?: number;
}
export interface TimesEvent extends Common {
  readonly type: "times";
  readonly label: string;
  readonly actor: string;
  readonly rounds: number;
  readonly calls: readonly SumOfCalls[];
  /** How many packets and tracepoints passed meanwhile, where somebody watched: none of them is an event. */
  readonly packets?: number;
  readonly stacks?: number;
}
/** An actor was seen to sleep in a call: /proc/self/task/TID/syscall said so. */
export interface AsleepEvent extends Common {
  readonly type: "asleep";
  readonly actor: string;
  readonly call: string;
  readonly id: number;
}
/** A socket was given a name that outlives its descriptor. */
export interface KnownEvent extends Common {
  readonly type: "known";
  readonly name: string;
  readonly fd: number;
  readonly cookie: string;
}
/** A header of a packet: `ip`, `tcp`, and its fields by their names. */
interface Layer {
  readonly name: string;
  readonly fields: Readonly<Record<string, Setting | boolean>>;
}
/** One packet, once. `layers` from the outside in; `inside` is the call it passed in, if any. */
export interface PacketEvent extends Common {
  readonly type: "packet";
  readonly device: string;
  readonly direction: "out" | "in";
  readonly inside: number | null;
  readonly length: number;
  readonly layers: readonly Layer[];
  readonly bytes: PackedBytes;
}
/** A state a known socket was in, and what else was read of it then. */
export interface StateEvent extends Common {
  readonly type: "state";
  readonly socket: string;
  readonly state: string;
  readonly seen: "tracepoint" | "sample";
  readonly values: Readonly<Record<string, number>>;
  /** Of a sample: its own address and port, and its peer's, "127.0.0.1:80", as far as it has them. */
  readonly local?: string;
  readonly remote?: string;
}
/**
 * Counters of this namespace: all of them when the run begins (`scene` null),
 * then by how much each changed in a scene.
 */
export interface CounterEvent extends Common {
  readonly type: "counter";
  readonly scene: string | null;
  readonly values: Readonly<Record<string, number>>;
}
/** Where the kernel stood at a tracepoint: function names, outermost first. */
export interface StackEvent extends Common {
  readonly type: "stack";
  readonly event: string;
  readonly actor: string;
  readonly inside: number | null;
  readonly frames: readonly string[];
  readonly fields: Readonly<Record<string, Setting>>;
}
/** So much a witness could not keep: what it did not see proves nothing any more. */
export interface LostEvent extends Common {
  readonly type: "lost";
  readonly witness: string;
  readonly count: number;
}
export type Verdict = "proven" | "refuted" | "unknown";
export type How = "supports" | "corrects" | "contradicts";
export interface FindingEvent extends Common {
  readonly type: "finding";
  readonly claim: string;
  readonly verdict: Verdict;
  readonly cites: readonly { readonly id: string; readonly how: How }[];
  readonly evidence: readonly string[];
  /** Of unknown: why. Of proven: which second witness was not able. Else null. */
  readonly why: string | null;
}
/** How a run ended that did not run to its end. */
export interface Broke {
  readonly how: "error" | "crash" | "hang" | "interrupt" | "cannot";
  readonly message: string;
  readonly call: number | null;
}
export interface EndEvent extends Common {
  readonly type: "end";
  readonly proven: number;
  readonly refuted: number;
  readonly unknown: number;
  readonly exit: number;
  readonly broke: Broke | null;
}
export interface SummaryEvent {
  readonly type: "summary";
  readonly experiments: number;
  readonly proven: number;
  readonly refuted: number;
  readonly unknown: number;
  readonly exit: number;
}
/** What happened in a run, before it is judged. */
export type HistoryEvent = RunEvent | SceneEvent | SayEvent | CallEvent | LookEvent | TimesEvent
  | AsleepEvent | KnownEvent | PacketEvent | StateEvent | CounterEvent | StackEvent | LostEvent;
export type Event = HistoryEvent | FindingEvent | EndEvent;

/** Whether it is of the run itself, and not of what was made of it. */
export const isHistory = (it: Event): it is HistoryEvent => it.type !== "finding" && it.type !== "end";
