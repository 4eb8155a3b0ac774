/**
 * The one door to the kernel: libc's syscall(2), called through koffi. libc is what the process already has
 * (musl as well as glibc). One prototype an argument count, every word a `long`:
 * a variadic one costs three times as much.
 */
import koffi from "koffi";
import { Home } from "../memory/memory.ts";

const libc = koffi.load(null);
type Word = number | bigint;
type Crossing = (nr: number, ...words: readonly Word[]) => number | bigint;

/** `crossings[n]` makes a call with n arguments; it answers as libc does: -1 on failure, with errno set. */
export const crossings: readonly Crossing[] = Array.from({ length: 7 }, (_, count) =>
  libc.func("syscall", "long", Array<string>(count + 1).fill("long")) as Crossing);

/** The raw crossing: a result, or a negated errno, as the kernel itself answers. */
export function cross(nr: number, words: readonly Word[]): number {
  const result = through(nr, words);
  return result === -1 ? -koffi.errno() : Number(result);
}

/** By index: taking an array apart costs as much as a third of a call. */
function through(nr: number, w: readonly Word[]): number | bigint {
  const it = crossings[w.length]!;
  switch (w.length) {
    case 0: return it(nr);
    case 1: return it(nr, w[0]!);
    case 2: return it(nr, w[0]!, w[1]!);
    case 3: return it(nr, w[0]!, w[1]!, w[2]!);
    case 4: return it(nr, w[0]!, w[1]!, w[2]!, w[3]!);
    case 5: return it(nr, w[0]!, w[1]!, w[2]!, w[3]!, w[4]!);
    default: return it(nr, w[0]!, w[1]!, w[2]!, w[3]!, w[4]!, w[5]!);
  }
}

/** `length` bytes of this process's memory from `address` on, as an ArrayBuffer that does not own them. */
export const viewOf = (address: number, length: number): ArrayBuffer =>
  koffi.view(BigInt(address), length) as ArrayBuffer;

/** Machine code at an address, as a function of two words that answers nothing: the gate's (gate.ts). */
export const codeAt = (address: number): (first: number, second: number) => void =>
  koffi.decode(BigInt(address), CODE) as (first: number, second: number) => void;
const CODE = koffi.proto("void", ["long", "long"]);

Home.locate = (buffer) => Number(koffi.address(new Uint8Array(buffer)));
Home.page = (libc.func("getpagesize", "int", []) as () => number)();

/** Where these bytes lie. They must not be moved or freed while the kernel may touch them. */
export const addressOfBytes = (bytes: Uint8Array): number => Number(koffi.address(bytes));

/** The version of koffi that the calls go through. */
export const koffiVersion: string = koffi.version;
