/** Sending signals, and taking them without a handler: kernel/signal.c. */
import { i32, size_t } from "../../memory/integer.ts";
import { SIG_HOW } from "../constants/signal.ts";
import { type Entry, fd, from, into, nr, value } from "../parameter.ts";
import { sigaction, siginfo, sigset } from "../structs/signal.ts";
import { timespec } from "../structs/time.ts";
import { hex } from "./number.ts";
import { signal } from "./signal.ts";

const how = i32.as(SIG_HOW);

/** `sigsetsize` is 8 on every 64-bit machine; another is refused by the kernel. */
export const signals = {
  kill:              [nr(62, 129), value("pid", i32), value("sig", signal)],
  tgkill:            [nr(234, 131), value("tgid", i32), value("pid", i32), value("sig", signal)],
  pidfd_send_signal: [nr(424, 424), fd("pidfd"), value("sig", signal), from("info", siginfo), value("flags", hex)],
  rt_sigaction:      [nr(13, 134), value("sig", signal), from("act", sigaction), into("oact", sigaction), value("sigsetsize", size_t)],
  rt_sigprocmask:    [nr(14, 135), value("how", how), from("nset", sigset), into("oset", sigset), value("sigsetsize", size_t)],
  rt_sigpending:     [nr(127, 136), into("uset", sigset), value("sigsetsize", size_t)],
  rt_sigtimedwait:   [nr(128, 137), from("uthese", sigset), into("uinfo", siginfo), from("uts", timespec), value("sigsetsize", size_t)],
} as const satisfies Readonly<Record<string, Entry>>;
