/**
 * Who runs, as whom, where and with what limits: kernel/sys.c, kernel/cred.c, kernel/fork.c, kernel/exit.c,
 * kernel/sched, kernel/nsproxy.c, kernel/pid.c.
 */
import { i32, size_t } from "../../memory/integer.ts";
import type { Type } from "../../memory/type.ts";
import { KCMP } from "../constants/kcmp.ts";
import { PIDFD } from "../constants/pidfd.ts";
import { PR } from "../constants/prctl.ts";
import { RLIMIT, RUSAGE } from "../constants/resource.ts";
import { CLONE } from "../constants/sched.ts";
import { W } from "../constants/wait.ts";
import { type Entry, fd, from, into, nr, type Typing, unsaid, value, word } from "../parameter.ts";
import { prctlType } from "../prctl.ts";
import { rlimit, rusage } from "../structs/resource.ts";
import { utsname } from "../structs/utsname.ts";
import { bitsOf } from "./bit-set.ts";
import { flags, hex, shown } from "./number.ts";
import { waitStatus } from "./wait-status.ts";

/** A user or group; all bits set means: leave it as it is. */
const id = shown((it) => ((it | 0) === -1 ? "-1" : String(it >>> 0)));
const resource = i32.as(RLIMIT);
const cpus = ((_, memory) => bitsOf(memory)) satisfies Typing;
/** The kinds of namespace, as setns takes them. */
const kinds = flags(
  Object.fromEntries(Object.entries(CLONE).filter(([name]) => name.startsWith("CLONE_NEW"))), "CLONE_NEW",
);
/** kcmp compares two descriptors, an epoll target, or nothing that has a number. */
const COMPARED: Readonly<Record<number, Type<number>>> = { [KCMP.KCMP_FILE]: i32, [KCMP.KCMP_EPOLL_TFD]: hex };
const compared = (({ type = 0 }) => COMPARED[type] ?? unsaid) satisfies Typing;
const arg = (place: 2 | 3 | 4 | 5): Typing => ({ option = 0 }) => prctlType(option, place);

export const processes = {
  getpid:            [nr(39, 172)],
  getppid:           [nr(110, 173)],
  gettid:            [nr(186, 178)],
  getuid:            [nr(102, 174)],
  geteuid:           [nr(107, 175)],
  getgid:            [nr(104, 176)],
  getegid:           [nr(108, 177)],
  setuid:            [nr(105, 146), value("uid", id)],
  setgid:            [nr(106, 144), value("gid", id)],
  setresuid:         [nr(117, 147), value("ruid", id), value("euid", id), value("suid", id)],
  setresgid:         [nr(119, 149), value("rgid", id), value("egid", id), value("sgid", id)],

  wait4:             [nr(61, 260), value("upid", i32), into("stat_addr", waitStatus), value("options", i32.flags(W)), into("ru", rusage)],
  exit:              [nr(60, 93), value("error_code", i32)],
  exit_group:        [nr(231, 94), value("error_code", i32)],
  pidfd_open:        [nr(434, 434), value("pid", i32), value("flags", i32.flags(PIDFD))],
  pidfd_getfd:       [nr(438, 438), fd("pidfd"), fd("fd"), value("flags", hex)],
  kcmp:              [nr(312, 272), value("pid1", i32), value("pid2", i32), value("type", i32.as(KCMP)), value("idx1", compared), value("idx2", compared)],

  getrusage:         [nr(98, 165), value("who", i32.as(RUSAGE)), into("ru", rusage)],
  getrlimit:         [nr(97, 163), value("resource", resource), into("rlim", rlimit)],
  setrlimit:         [nr(160, 164), value("resource", resource), from("rlim", rlimit)],
  prlimit64:         [nr(302, 261), value("pid", i32), value("resource", resource), from("new_rlim", rlimit), into("old_rlim", rlimit)],
  sched_yield:       [nr(24, 124)],
  sched_setaffinity: [nr(203, 122), value("pid", i32), value("len", size_t), from("user_mask_ptr", "len", cpus)],
  sched_getaffinity: [nr(204, 123), value("pid", i32), value("len", size_t), into("user_mask_ptr", "len", cpus)],
  prctl:             [nr(157, 167), value("option", i32.as(PR)), word("arg2", arg(2)), word("arg3", arg(3)), word("arg4", arg(4)), word("arg5", arg(5))],

  unshare:           [nr(272, 97), value("unshare_flags", i32.flags(CLONE))],
  setns:             [nr(308, 268), fd("fd"), value("flags", kinds)],
  uname:             [nr(63, 160), into("name", utsname)],
} as const satisfies Readonly<Record<string, Entry>>;
