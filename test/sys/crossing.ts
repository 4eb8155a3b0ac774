/** Crossings made by hand, as the log holds them: what decode and its texts are tried on, without a kernel. */
import { type SyscallName, syscalls } from "../../src/abi/syscalls.ts";
import { type Call, decode } from "../../src/sys/decode.ts";
import type { Segment } from "../../src/sys/log-segments.ts";

/** Where memory lies, in these tests: parameter 1 at 0x1000, parameter 2 at 0x2000. */
export const placeOf = (parameter: number): number => parameter * 0x1000;

/** Memory behind a parameter, or further on. `after` undefined: the kernel does not write there. */
export interface Part {
  readonly parameter: number;
  readonly path?: string;
  readonly type?: string;
  readonly before: Uint8Array;
  readonly after?: Uint8Array;
  readonly wrote?: number;
}
export interface Made {
  readonly words: readonly (number | bigint)[];
  readonly parts?: readonly Part[];
  /** Null: it never came back. */
  readonly result: number | null;
}

/** The call that these records tell of. */
export function crossed(name: SyscallName, { words, parts = [], result }: Made): Call {
  const nr = syscalls[name][0][process.arch === "arm64" ? "arm64" : "x64"]!;
  const segment = ({ parameter, path = "", type = "", before }: Part, bytes: Uint8Array, wrote: number): Segment =>
    ({ parameter, path, type, address: placeOf(parameter), room: before.length, wrote, bytes });
  const inward = parts.map((it) => segment(it, it.before, 0));
  const outward = parts.flatMap((it) => (it.after === undefined ? [] : [segment(it, it.after, it.wrote ?? it.after.length)]));
  const enter = { kind: "enter", actor: 0, id: 1, t: 5, nr, transient: false, words, segments: inward } as const;
  const exit = result === null ? null : { kind: "exit", actor: 0, id: 1, t: 9, result, segments: outward } as const;
  return decode(enter, exit, "main");
}
