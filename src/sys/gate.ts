/**
 * The gate: a list of prepared calls, made in one crossing of koffi by a few dozen bytes of machine code
 * (gate-code.ts). Nothing but `netlab bench` goes through it: experiments keep the one door, syscall(2).
 */
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/constants/mman.ts";
import { errnoName } from "../abi/errno.ts";
import { array } from "../memory/array.ts";
import { i64, u64 } from "../memory/integer.ts";
import { variant } from "../memory/struct.ts";
import { bytesOfCode, gateCode } from "./gate-code.ts";
import { codeAt, cross, viewOf } from "./libc.ts";
import { numberOf } from "./number-of.ts";

/**
 * A call ready for the gate, 80 bytes; native-shims/gate.h. `before` and `after` are ticks of the processor's
 * clock (rdtsc, cntvct_el0): how many a second has is to be measured.
 */
export const preparedCall = variant("prepared_call", 80, {
  nr:     [0,  i64],
  args:   [8,  array(i64, 6)],
  result: [56, i64],
  before: [64, u64],
  after:  [72, u64],
});

export interface Gate {
  /** Makes the calls that lie from the address `list` on, 80 bytes each. */
  run(list: number, count: number): void;
  /** Unmaps the code; `run` must not be called any more. */
  close(): void;
}
/** Why there is none here: where a call was refused, with its errno. */
export interface Refusal {
  readonly why: string;
}

/** The kernel maps whole pages; the code is shorter than the smallest. */
const LENGTH = 4096;

/**
 * Maps the gate: read and write while the code is copied, then read and execute, never all three. arm64's
 * instruction cache needs no care: the page is new, and the kernel cleans it when it lets it be executed.
 */
export function gate(): Gate | Refusal {
  const listing = gateCode[process.arch as keyof typeof gateCode] as typeof gateCode.x64 | undefined;
  if (listing === undefined) return { why: `there is no gate for ${process.arch}` };
  const writable = PROT_READ | PROT_WRITE;
  const page = cross(numberOf("mmap"), [0, LENGTH, writable, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0]);
  if (page < 0) return { why: `mmap: ${errnoName(-page)}` };
  const close = (): void => void cross(numberOf("munmap"), [page, LENGTH]);
  new Uint8Array(viewOf(page, LENGTH)).set(bytesOfCode(listing));
  const sealed = cross(numberOf("mprotect"), [page, LENGTH, PROT_READ | PROT_EXEC]);
  if (sealed === 0) return { run: codeAt(page), close };
  close();
  return { why: `mprotect(PROT_READ|PROT_EXEC): ${errnoName(-sealed)}` };
}

/** Whether it is one. */
export const isGate = (it: Gate | Refusal): it is Gate => "run" in it;
