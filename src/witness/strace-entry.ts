/** The lines of a log of strace's, each as what it says: what the reader (strace-reader.ts) yields. */
import type { Member, Value } from "./strace-value.ts";

/** What stands before a call, a signal or an end, by strace's options. */
export interface Dress {
  /** All of it, with the spaces behind it; "" where there is nothing. */
  readonly source: string;
  /** `-f`: the thread, `[pid 12] ` or `12    `. */
  readonly pid: number | null;
  /** `-Y`: its name. */
  readonly comm: string | null;
  /** `--secontext`: its security context. */
  readonly context: string | null;
  /** `-t`, `-tt`, `-ttt` */
  readonly time: Time | null;
  /** `-r`: since the line before. */
  readonly since: Time | null;
  /** `-n`: the system call's number. */
  readonly number: number | null;
  /** `-i`: where the program stood, in hexadecimal digits; question marks where strace did not know. */
  readonly pointer: string | null;
}
/** A time as it is written, and in seconds. */
export interface Time {
  readonly text: string;
  /** Since midnight of the machine's zone (`clock`), since 1970 (`epoch`), or how long it took (`span`). */
  readonly seconds: number;
  readonly kind: "clock" | "epoch" | "span";
}
/** One system call; of one that stands on two lines both parts, put together. */
export interface StraceCall {
  readonly name: string;
  /** The thread; null in a log that does not tell threads apart. */
  readonly pid: number | null;
  /** What stands before its first line. */
  readonly dress: Dress;
  /** From its name to the end of its line, as it was written, but without colours; of two lines both. */
  readonly source: string;
  readonly args: readonly Member[];
  /** Null as long as the log does not have it. */
  readonly result: Result | null;
  /** `-T`: how long it took. */
  readonly spent: Time | null;
  /** The lines on which it stands, one or more, counted from 1. */
  readonly lines: readonly number[];
  /** Where in the source the later line begins, if there is one. */
  readonly seam: number | null;
  /**
   * `begin`: the log only has its end. `end`: it has not come back yet, or the thread was ended inside of it,
   * so that arguments may be missing. Null: it is whole.
   */
  readonly missing: "begin" | "end" | null;
}
/** What stands behind the `=`. */
export interface Result {
  /** All of it but the time spent: `-1 EAGAIN (Resource temporarily unavailable)`. */
  readonly source: string;
  /** Where that begins in the call's source. */
  readonly at: number;
  /** A number, a pointer, a descriptor; the symbol `?` where there is none. */
  readonly value: Value;
  readonly errno: string | null;
  /**
   * What stands in parentheses behind it, each by itself: an error's sentence and `INJECTED` as text, else
   * values: `([{fd=3, revents=POLLIN}])`, `(flags O_RDWR)`, `(in [3], left {tv_sec=0, tv_usec=5})`.
   */
  readonly behind: readonly (readonly Member[])[];
}

/** What every line has. */
interface Line {
  /** Counted from 1. */
  readonly line: number;
  /** The line as it stands in the log, without its line feed. */
  readonly raw: string;
}
interface Dressed extends Line {
  readonly dress: Dress;
}
/** A call on one line. */
export interface CallEntry extends Dressed {
  readonly kind: "call";
  readonly call: StraceCall;
}
/** A call that another thread's line broke off, `<unfinished ...>`, or that strace left, `<detached ...>`. */
export interface BegunEntry extends Dressed {
  readonly kind: "begun";
  /** As far as it goes: `missing` is `end`. */
  readonly call: StraceCall;
}
/** The rest of such a call, `<... read resumed>`. */
export interface ResumedEntry extends Dressed {
  readonly kind: "resumed";
  /** All of it; only its end, where the log did not have the beginning. */
  readonly call: StraceCall;
}
/** `--- SIGCHLD {si_signo=SIGCHLD, …} ---`, `--- stopped by SIGSTOP ---` */
export interface SignalEntry extends Dressed {
  readonly kind: "signal";
  readonly name: string;
  /** The thread was stopped by it. */
  readonly stopped: boolean;
  /** What strace says of it; `at` counts from the line's dress on. */
  readonly info: Value | null;
}
/** `+++ exited with 0 +++`, `+++ killed by SIGSEGV +++`, `+++ superseded by execve in pid 12 +++` */
export interface EndEntry extends Dressed {
  readonly kind: "end";
  readonly status: number | null;
  readonly signal: string | null;
  readonly core: boolean;
  /** The thread whose execve ended this one, and that has its number from here on. */
  readonly superseded: number | null;
  /** The call in which the thread was, and that never came back. */
  readonly inside: StraceCall | null;
}
/** What strace itself has to say: `strace: Process 12 attached`. */
export interface MessageEntry extends Line {
  readonly kind: "message";
  readonly text: string;
}
/** What strace writes below a call: a frame of its stack (`-k`), a row of its bytes (`-e read=3`). */
export interface BelowEntry extends Line {
  readonly kind: "below";
  readonly what: "stack" | "bytes";
  readonly text: string;
}
/** Anything else: the program's own output, a table of `-c`, an empty line. */
export interface TextEntry extends Line {
  readonly kind: "text";
  readonly text: string;
}
/** One line of a log. */
export type Entry =
  | CallEntry | BegunEntry | ResumedEntry | SignalEntry | EndEntry | MessageEntry | BelowEntry | TextEntry;

/** What a line says, without the line. */
export type Said<Of extends Entry = Entry> = Of extends Entry ? Omit<Of, keyof Line> : never;
