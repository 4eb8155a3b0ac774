/**
 * How strace writes numbers that are neither a choice of names nor flags, nor plain: octal, hexadecimal,
 * and mixtures of these.
 */
import { flagged, i32, type Names } from "../../memory/integer.ts";
import type { Type } from "../../memory/type.ts";

/** A number argument with a text of its own. */
export const shown = (show: (value: number) => string): Type<number> => ({ ...i32, show });

/** Flags, where strace has another word for strange ones than what all the names begin with. */
export const flags = (names: Names, beginning: string): Type<number> =>
  shown((value) => flagged(names, value).replace(/ \/\* .*\?\?\?/, ` /* ${beginning}???`));

/** Hexadecimal, but 0 is `0`: offsets of mmap, indices of kcmp. */
export const hex: Type<number> = shown((value) => (value === 0 ? "0" : `0x${value.toString(16)}`));

/** Permission bits in octal, as `chmod` takes them: `0644`, `007`, `000`. */
export const mode: Type<number> = shown((value) =>
  (value === 0 ? "0" : `0${value.toString(8)}`).padStart(3, "0"));

/** `unsigned int`: what a negative number becomes in a register of 32 bits. */
export const unsigned: Type<number> = shown((value) => String(value >>> 0));
