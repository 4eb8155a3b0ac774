/** What a call of a log does to sockets and descriptors: how that is written. */
import type { StraceCall } from "../../witness/strace-entry.ts";
import type { Value } from "../../witness/strace-value.ts";
import type { Descriptors, Processes } from "./descriptors.ts";
import type { Socket, Sockets } from "./sockets.ts";
import { smallIn } from "./worth.ts";

/** A call that came back, and where. */
export interface Done {
  readonly call: StraceCall;
  readonly pid: number | null;
  readonly line: number;
  /** -1 where it failed. */
  readonly result: number;
  readonly errno: string | null;
  readonly table: Descriptors;
  readonly processes: Processes;
  readonly sockets: Sockets;
  /** The socket that its first descriptor leads to. */
  readonly socket: Socket | null;
}
/** What a call does; answers the sockets that it made. */
export type Effect = (it: Done) => readonly Socket[] | undefined;

/** The nth argument. */
export const value = ({ call }: Done, n: number): Value | undefined => call.args[n]?.value;
/** The nth argument, a number. */
export const number = (it: Done, n: number): number | null => smallIn(value(it, n));
/** Whether the nth argument has this flag. */
export const has = (it: Done, n: number, flag: number): boolean => ((number(it, n) ?? 0) & flag) === flag;
