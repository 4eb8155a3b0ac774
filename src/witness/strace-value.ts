/**
 * What strace writes for one value, as a tree: an argument, a struct's member, an item of a list. Every node
 * keeps the exact text that it was read from, so that all of it can be written again as it was.
 */

/** What every node has. */
interface Piece {
  /** The exact text, from its first character to its last, its remark included. */
  readonly source: string;
  /** Where that begins in the source of the call, or of the signal, that it belongs to. */
  readonly at: number;
  /** What stands in a comment behind it (or before it): `SO_???`, `24 vars`; null where there is none. */
  readonly remark: string | null;
}
/** `80`, `-1`, `0x5401`, `0644`. A bigint where a number would not be exact. */
export interface NumberValue extends Piece {
  readonly kind: "number";
  readonly value: number | bigint;
  readonly base: 8 | 10 | 16;
}
/**
 * `NULL`, or a hexadecimal number of more than 32 bits, which hardly is anything else than a place. A smaller
 * one is a number: its parameter knows whether it is a place.
 */
export interface PointerValue extends Piece {
  readonly kind: "pointer";
  readonly value: number | bigint;
}
/** A name of the kernel's or of strace's: `AF_INET`, `&sin6_addr`, `?`, `<unavailable>`. */
export interface SymbolValue extends Piece {
  readonly kind: "symbol";
  readonly name: string;
}
/** Bits joined by `|`: symbols, numbers, `21<<MAP_HUGE_SHIFT`. At least two of them. */
export interface FlagsValue extends Piece {
  readonly kind: "flags";
  readonly parts: readonly Value[];
}
/** What other operators join, one between two: `8192*1024`, `WIFEXITED(s) && WEXITSTATUS(s) == 0`. */
export interface TermsValue extends Piece {
  readonly kind: "terms";
  readonly parts: readonly Value[];
  /** Without the spaces around them. */
  readonly operators: readonly string[];
}
/** What stands in quotes. */
export interface StringValue extends Piece {
  readonly kind: "string";
  /** A character for each byte, escapes resolved. */
  readonly bytes: string;
  /** strace wrote only the beginning: `"abc"...`. */
  readonly cut: boolean;
  /** An abstract unix name, whose first byte, a NUL, strace writes as `@`; it is not among the bytes. */
  readonly abstract: boolean;
}
/** `{…}` */
export interface StructValue extends Piece {
  readonly kind: "struct";
  readonly members: readonly Member[];
  /** strace left members out: `{st_mode=S_IFREG|0644, ...}`. */
  readonly cut: boolean;
}
/** `[…]`, its items apart by commas, or, as in a set of signals, by spaces. */
export interface ArrayValue extends Piece {
  readonly kind: "array";
  readonly items: readonly Member[];
  readonly cut: boolean;
  /** All but these: `~[RTMIN RT_1]`. */
  readonly inverted: boolean;
}
/** What looks like a call of C: `htons(80)`, `inet_pton(AF_INET6, "::1", &sin6_addr)`. */
export interface CallValue extends Piece {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Member[];
}
/** What the call changed: `128 => 16`, `{…} => {…}`. */
export interface ChangeValue extends Piece {
  readonly kind: "change";
  readonly before: Value;
  readonly after: Value;
}
/** A descriptor (`-y`, `-yy`) or a process (`-Y`) of which strace says more: `3<TCP:[…]>`, `12<nginx>`. */
export interface DescriptorValue extends Piece {
  readonly kind: "descriptor";
  /** `3`; `AT_FDCWD`. */
  readonly of: NumberValue | SymbolValue;
  /** What stands between the angle brackets, escapes as they are: `TCP:[127.0.0.1:80->127.0.0.1:5]`. */
  readonly decoration: string;
  /** The file had been deleted: `3</tmp/a>(deleted)`. */
  readonly deleted: boolean;
}
/** What was not understood, or broke off. */
export interface TextValue extends Piece {
  readonly kind: "text";
}
export type Value =
  | NumberValue | PointerValue | SymbolValue | FlagsValue | TermsValue | StringValue
  | StructValue | ArrayValue | CallValue | ChangeValue | DescriptorValue | TextValue;

/** A value with its name, where strace writes one: `iov_len=16`, `flags=CLONE_VM`. */
export interface Member {
  readonly name: string | null;
  readonly value: Value;
  /** The name as well. */
  readonly source: string;
  readonly at: number;
}

/** A value without what every node has. */
export type Bare<T extends Value = Value> = T extends Value ? Omit<T, keyof Piece> : never;
