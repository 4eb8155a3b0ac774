/** Memory that one call may touch: behind a parameter, or behind a pointer in a struct that it reached. */
import type { Flow, Lengths } from "../abi/parameter.ts";
import type { Memory } from "../memory/memory.ts";

export interface Reached {
  /** Which parameter, counted from 0. */
  readonly parameter: number;
  /** Empty for the parameter itself, else C's way there from it: `.msg_iov[0].iov_base`. */
  readonly path: string;
  readonly memory: Memory;
  /** In bytes. */
  readonly room: number;
  readonly flow: Flow;
  /** How many bytes of it the kernel wrote; asked after the call. */
  wrote(lengths: Lengths): number;
}
