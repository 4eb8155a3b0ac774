/** Processes, signals, clocks, limits; and calls that only fail here. */
import { KCMP_FILE } from "../../../src/abi/constants/kcmp.ts";
import { RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_STACK } from "../../../src/abi/constants/resource.ts";
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGIO, SIGUSR1, SIGUSR2, SIGWINCH } from "../../../src/abi/constants/signal.ts";
import { rlimit, rusage } from "../../../src/abi/structs/resource.ts";
import { sigaction, siginfo, sigset } from "../../../src/abi/structs/signal.ts";
import { timespec } from "../../../src/abi/structs/time.ts";
import { utsname } from "../../../src/abi/structs/utsname.ts";
import { int } from "../../../src/memory/integer.ts";
import { allocate, buffer, bytesOf, cstring, wild } from "../../../src/memory/memory.ts";
import { cell } from "../../../src/memory/type.ts";
import type { Calls } from "../../../src/sys/calls.ts";

const NOWHERE = wild(0x1000);

export function processes(calls: Calls): void {
  const { getpid, getppid, gettid, getuid, geteuid, getgid, getegid, pidfd_open, pidfd_getfd, kcmp, getrusage, prlimit64, close, attempt } = calls;
  for (const it of [getppid, gettid, getuid, geteuid, getgid, getegid]) it();
  const pid = getpid();
  attempt.wait4(-1, null, 0, null);
  attempt.wait4(-1, int(0), 1, rusage());
  attempt.wait4(-1, int(0), 3, null);
  attempt.wait4(1, NOWHERE, 0x4000_0001, null);
  const p = pidfd_open(pid, 0);
  const fd = pidfd_getfd(p, 0, 0);
  attempt.pidfd_open(1 << 30, 0o4000);
  attempt.pidfd_getfd(p, 0, 5);
  kcmp(pid, pid, KCMP_FILE, 0, fd);
  kcmp(pid, pid, 1, 0, 0);
  getrusage(0, rusage());
  attempt.getrusage(5, rusage());
  calls.getrlimit(RLIMIT_NOFILE, rlimit());
  calls.setrlimit(RLIMIT_CORE, rlimit({ rlim_cur: 0, rlim_max: 0 }));
  attempt.getrlimit(99, rlimit());
  prlimit64(0, RLIMIT_STACK, null, rlimit());
  prlimit64(pid, RLIMIT_CORE, rlimit({}), null);
  attempt.prlimit64(0, RLIMIT_CORE, rlimit({ rlim_cur: 5, rlim_max: 4 }), rlimit());
  attempt.prlimit64(0, 99, null, rlimit());
  attempt.setuid(0);
  attempt.setgid(0);
  attempt.setresuid(-1, -1, -1);
  attempt.setresgid(-1, 0xffff_ffff, 0);
  calls.sched_yield();
  calls.sched_getaffinity(0, 8, buffer(8));
  calls.sched_getaffinity(0, 128, buffer(128));
  attempt.sched_getaffinity(0, 4, buffer(4));
  attempt.sched_setaffinity(0, 8, bytesOf([0xff, 0xff, 0, 0, 0, 0, 0, 0]));
  attempt.sched_setaffinity(0, 8, allocate(8, 0));
  attempt.sched_setaffinity(0, 0, null);
  attempt.unshare(0);
  attempt.unshare(1);
  attempt.setns(-1, 0x4000_0000);
  attempt.setns(0, 0);
  attempt.setns(0, 1);
  calls.uname(utsname());
  close(p);
  close(fd);
}

export function prctls({ prctl, attempt }: Calls): void {
  prctl(1, 0, 0, 0, 0);
  prctl(2, int(0), 0, 0, 0);
  prctl(3, 0, 0, 0, 0);
  prctl(4, 1, 0, 0, 0);
  prctl(15, cstring("netlab"), 0, 0, 0);
  prctl(16, buffer(16), 0, 0, 0);
  prctl(29, 50_000, 0, 0, 0);
  prctl(30, 0, 0, 0, 0);
  prctl(36, 0, 0, 0, 0);
  prctl(37, int(0), 0, 0, 0);
  prctl(39, 0, 0, 0, 0);
  attempt.prctl(38, 2, 0, 0, 0);
  attempt.prctl(7, 0, 0, 0, 0);
  attempt.prctl(8, 2, 0, 0, 0);
  attempt.prctl(1, 99, 0, 0, 0);
  attempt.prctl(31, 0, 0, 0, 0);
  attempt.prctl(32, 0, 0, 0, 0);
  attempt.prctl(9999, 1, 2, 3, 4);
}

export function signals(calls: Calls): void {
  const { rt_sigprocmask, rt_sigpending, rt_sigtimedwait, rt_sigaction, tgkill, kill, getpid, gettid, pidfd_open, pidfd_send_signal, close, attempt } = calls;
  const both = cell(sigset, [SIGUSR2, SIGIO, 40]);
  rt_sigprocmask(SIG_BLOCK, both, cell(sigset, []), 8);
  tgkill(getpid(), gettid(), SIGUSR2);
  tgkill(getpid(), gettid(), 40);
  rt_sigpending(cell(sigset, []), 8);
  rt_sigtimedwait(cell(sigset, [SIGUSR2]), siginfo(), timespec({}), 8);
  rt_sigtimedwait(both, siginfo(), null, 8);
  attempt.rt_sigtimedwait(both, siginfo(), timespec({ tv_nsec: 5 }), 8);
  attempt.rt_sigtimedwait(both, null, timespec({ tv_sec: -5 }), 8);
  kill(getpid(), 0);
  attempt.kill(1 << 30, SIGUSR1);
  attempt.kill(getpid(), 99);
  attempt.tgkill(-1, -1, SIGUSR1);
  const p = pidfd_open(getpid(), 0);
  pidfd_send_signal(p, 0, null, 0);
  attempt.pidfd_send_signal(p, SIGWINCH, siginfo({ si_signo: SIGWINCH, si_code: -1 }), 0);
  attempt.pidfd_send_signal(p, SIGWINCH, NOWHERE, 5);
  close(p);
  rt_sigaction(SIGUSR2, null, sigaction(), 8);
  rt_sigaction(SIGUSR2, sigaction({ sa_handler: 1 }), sigaction(), 8);
  rt_sigaction(SIGUSR2, sigaction({ sa_handler: 0, sa_flags: 0x1000_0000, sa_mask: [SIGIO] }), null, 8);
  attempt.rt_sigaction(9, sigaction({ sa_handler: 1 }), null, 8);
  attempt.rt_sigaction(SIGUSR2, NOWHERE, sigaction(), 4);
  rt_sigprocmask(SIG_UNBLOCK, both, null, 8);
  rt_sigprocmask(SIG_BLOCK, null, cell(sigset, []), 8);
  attempt.rt_sigprocmask(SIG_SETMASK, NOWHERE, cell(sigset, []), 8);
  attempt.rt_sigprocmask(77, both, null, 8);
  attempt.rt_sigprocmask(SIG_BLOCK, both, null, 4);
}

export function clocks({ clock_gettime, clock_nanosleep, nanosleep, getrandom, attempt }: Calls): void {
  for (const it of [0, 1, 2, 3, 4, 7, 11]) clock_gettime(it, timespec());
  attempt.clock_gettime(77, timespec());
  attempt.clock_gettime(-7, timespec());
  attempt.clock_gettime(1, NOWHERE);
  nanosleep(timespec({ tv_nsec: 10 }), null);
  nanosleep(timespec({ tv_nsec: 10 }), timespec());
  attempt.nanosleep(timespec({ tv_sec: -1 }), timespec());
  attempt.nanosleep(NOWHERE, null);
  clock_nanosleep(1, 0, timespec({ tv_nsec: 10 }), timespec());
  clock_nanosleep(1, 1, timespec({ tv_nsec: 10 }), null);
  attempt.clock_nanosleep(1, 6, timespec({ tv_nsec: 1_000_000_000 }), null);
  const word = int(5);
  attempt.futex(word, 0, 6, null, 0, 0);
  attempt.futex(word, 128, 5, timespec({ tv_nsec: 10 }), 0, 0);
  attempt.futex(word, 129, 1, 0, 0, 0);
  attempt.futex(word, 9 | 256, 5, timespec({ tv_nsec: 10 }), 0, 0xffff_ffff);
  attempt.futex(word, 10, 5, 0, 0, 1);
  attempt.futex(word, 3, 1, 2, word, 0);
  getrandom(buffer(4), 4, 1);
  attempt.getrandom(buffer(4), 4, 8);
  attempt.getrandom(NOWHERE, 4, 0);
}
