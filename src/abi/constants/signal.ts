/** Signals: numbers, how they are caught, and what siginfo tells. signal(7). */

/**
 * Signals. Those from SIGRTMIN to SIGRTMAX queue; libc keeps the first two for itself, so that its SIGRTMIN
 * is 34. uapi asm-generic/signal.h.
 */
export const SIG = {
  SIGHUP:    1, SIGINT:   2, SIGQUIT:    3, SIGILL:   4, SIGTRAP:  5, SIGABRT:    6, SIGIOT:    6,
  SIGBUS:    7, SIGFPE:   8, SIGKILL:    9, SIGUSR1: 10, SIGSEGV: 11, SIGUSR2:   12, SIGPIPE:  13,
  SIGALRM:  14, SIGTERM: 15, SIGSTKFLT: 16, SIGCHLD: 17, SIGCONT: 18, SIGSTOP:   19, SIGTSTP:  20,
  SIGTTIN:  21, SIGTTOU: 22, SIGURG:    23, SIGXCPU: 24, SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF:  27,
  SIGWINCH: 28, SIGIO:   29, SIGPOLL:   29, SIGPWR:  30, SIGSYS:  31, SIGRTMIN:  32, SIGRTMAX: 64,
} as const;

/** how of rt_sigprocmask(2). uapi asm-generic/signal-defs.h. */
export const SIG_HOW = {
  SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2,
} as const;

/** Handlers that are no functions. uapi asm-generic/signal-defs.h. */
export const SIG_HANDLER = {
  SIG_DFL: 0, SIG_IGN: 1, SIG_ERR: -1,
} as const;

/**
 * sa_flags of rt_sigaction(2); RESTORER is not offered by libc, which sets it. uapi
 * asm-generic/signal-defs.h, x86 and arm64 asm/signal.h.
 */
export const SA = {
  SA_RESTORER:   0x4000000, SA_ONSTACK:      0x8000000, SA_RESTART:        0x10000000,
  SA_NODEFER:   0x40000000, SA_NOMASK:      0x40000000, SA_RESETHAND:      0x80000000,
  SA_ONESHOT:   0x80000000, SA_SIGINFO:            0x4, SA_NOCLDSTOP:             0x1,
  SA_NOCLDWAIT:        0x2, SA_UNSUPPORTED:      0x400, SA_EXPOSE_TAGBITS:      0x800,
} as const;

/** si_code of any signal: who sent it. uapi asm-generic/siginfo.h, sigaction(2). */
export const SI = {
  SI_USER:   0, SI_KERNEL:   128, SI_QUEUE:    -1, SI_TIMER: -2, SI_MESGQ: -3, SI_ASYNCIO: -4, SI_SIGIO: -5,
  SI_TKILL: -6, SI_DETHREAD:  -7, SI_ASYNCNL: -60,
} as const;

/** si_code of SIGIO, or of what F_SETSIG chose. uapi asm-generic/siginfo.h. */
export const POLL_CODE = {
  POLL_IN: 1, POLL_OUT: 2, POLL_MSG: 3, POLL_ERR: 4, POLL_PRI: 5, POLL_HUP: 6,
} as const;

/** si_code of SIGSEGV. uapi asm-generic/siginfo.h. */
export const SEGV_CODE = {
  SEGV_MAPERR:  1, SEGV_ACCERR:  2, SEGV_BNDERR:  3, SEGV_PKUERR:  4, SEGV_ACCADI: 5, SEGV_ADIDERR: 6,
  SEGV_ADIPERR: 7, SEGV_MTEAERR: 8, SEGV_MTESERR: 9, SEGV_CPERR:  10,
} as const;

/** si_code of SIGBUS. uapi asm-generic/siginfo.h. */
export const BUS_CODE = {
  BUS_ADRALN: 1, BUS_ADRERR: 2, BUS_OBJERR: 3, BUS_MCEERR_AR: 4, BUS_MCEERR_AO: 5,
} as const;

/** si_code of SIGILL. uapi asm-generic/siginfo.h. */
export const ILL_CODE = {
  ILL_ILLOPC: 1, ILL_ILLOPN:   2, ILL_ILLADR: 3, ILL_ILLTRP: 4, ILL_PRVOPC: 5, ILL_PRVREG: 6, ILL_COPROC: 7,
  ILL_BADSTK: 8, ILL_BADIADDR: 9,
} as const;

/** si_code of SIGFPE. uapi asm-generic/siginfo.h. */
export const FPE_CODE = {
  FPE_INTDIV: 1, FPE_INTOVF:  2, FPE_FLTDIV:    3, FPE_FLTOVF: 4, FPE_FLTUND: 5, FPE_FLTRES: 6, FPE_FLTINV: 7,
  FPE_FLTSUB: 8, FPE_FLTUNK: 14, FPE_CONDTRAP: 15,
} as const;

/** si_code of SIGTRAP. uapi asm-generic/siginfo.h. */
export const TRAP_CODE = {
  TRAP_BRKPT: 1, TRAP_TRACE: 2, TRAP_BRANCH: 3, TRAP_HWBKPT: 4, TRAP_UNK: 5, TRAP_PERF: 6,
} as const;

/** si_code of SIGCHLD. uapi asm-generic/siginfo.h, wait(2). */
export const CLD_CODE = {
  CLD_EXITED: 1, CLD_KILLED: 2, CLD_DUMPED: 3, CLD_TRAPPED: 4, CLD_STOPPED: 5, CLD_CONTINUED: 6,
} as const;

/** sigev_notify: how a timer tells. uapi asm-generic/siginfo.h, sigevent(7). */
export const SIGEV = {
  SIGEV_SIGNAL: 0, SIGEV_NONE: 1, SIGEV_THREAD: 2, SIGEV_THREAD_ID: 4,
} as const;

export const {
  SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGIOT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV,
  SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGSTKFLT, SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG,
  SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGWINCH, SIGIO, SIGPOLL, SIGPWR, SIGSYS, SIGRTMIN, SIGRTMAX,
} = SIG;
export const { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK } = SIG_HOW;
export const { SIG_DFL, SIG_IGN, SIG_ERR } = SIG_HANDLER;
export const {
  SA_RESTORER, SA_ONSTACK, SA_RESTART, SA_NODEFER, SA_NOMASK, SA_RESETHAND, SA_ONESHOT, SA_SIGINFO,
  SA_NOCLDSTOP, SA_NOCLDWAIT, SA_UNSUPPORTED, SA_EXPOSE_TAGBITS,
} = SA;
export const {
  SI_USER, SI_KERNEL, SI_QUEUE, SI_TIMER, SI_MESGQ, SI_ASYNCIO, SI_SIGIO, SI_TKILL, SI_DETHREAD, SI_ASYNCNL,
} = SI;
export const { POLL_IN, POLL_OUT, POLL_MSG, POLL_ERR, POLL_PRI, POLL_HUP } = POLL_CODE;
export const {
  SEGV_MAPERR, SEGV_ACCERR, SEGV_BNDERR, SEGV_PKUERR, SEGV_ACCADI, SEGV_ADIDERR, SEGV_ADIPERR, SEGV_MTEAERR,
  SEGV_MTESERR, SEGV_CPERR,
} = SEGV_CODE;
export const { BUS_ADRALN, BUS_ADRERR, BUS_OBJERR, BUS_MCEERR_AR, BUS_MCEERR_AO } = BUS_CODE;
export const {
  ILL_ILLOPC, ILL_ILLOPN, ILL_ILLADR, ILL_ILLTRP, ILL_PRVOPC, ILL_PRVREG, ILL_COPROC, ILL_BADSTK,
  ILL_BADIADDR,
} = ILL_CODE;
export const {
  FPE_INTDIV, FPE_INTOVF, FPE_FLTDIV, FPE_FLTOVF, FPE_FLTUND, FPE_FLTRES, FPE_FLTINV, FPE_FLTSUB, FPE_FLTUNK,
  FPE_CONDTRAP,
} = FPE_CODE;
export const { TRAP_BRKPT, TRAP_TRACE, TRAP_BRANCH, TRAP_HWBKPT, TRAP_UNK, TRAP_PERF } = TRAP_CODE;
export const { CLD_EXITED, CLD_KILLED, CLD_DUMPED, CLD_TRAPPED, CLD_STOPPED, CLD_CONTINUED } = CLD_CODE;
export const { SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD, SIGEV_THREAD_ID } = SIGEV;
