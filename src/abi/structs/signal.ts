/**
 * Signals as the kernel takes and gives them, from <asm/signal.h>, <asm-generic/siginfo.h> and
 * <linux/signalfd.h>.
 */
import { byte } from "../../memory/array.ts";
import {
  flagged, i32, i64, type Names, named, u16, u32, u64, type Wide, type WideInteger,
} from "../../memory/integer.ts";
import { struct, type View } from "../../memory/struct.ts";
import type { Type } from "../../memory/type.ts";
import {
  CLD_CODE, POLL_CODE, SA, SI, SIG, SIG_HANDLER, SIGCHLD, SIGIO, SIGRTMAX, SIGRTMIN,
} from "../constants/signal.ts";

const all = Array.from({ length: SIGRTMAX }, (_, i) => i + 1);
const bit = (signal: number): bigint => 1n << BigInt(signal - 1);
/** strace turns a set round when at least two thirds of the signals are in it. */
const MANY = Math.floor((SIGRTMAX * 2) / 3);

/**
 * The name of a signal: SIGIO, and SIGRTMIN, SIGRT_1 … counted from the kernel's own first, which libc keeps
 * for itself.
 */
export function signalName(signal: number): string {
  if (signal > SIGRTMIN && signal <= SIGRTMAX) return `SIGRT_${signal - SIGRTMIN}`;
  return named(SIG, signal);
}

/**
 * `sigset_t` of the kernel: 64 bits, 8 bytes (glibc's has 128), read and written as the numbers of the
 * signals in it.
 */
export const sigset: Type<readonly number[]> = {
  name: "sigset_t", size: 8, align: 8,
  read(memory, at) {
    const bits = memory.bytes.readBigUInt64LE(at);
    return all.filter((signal) => (bits & bit(signal)) !== 0n);
  },
  write(memory, at, signals) {
    const wrong = signals.find((it) => !all.includes(it));
    if (wrong !== undefined) throw new RangeError(`there is no signal ${wrong} (1…${SIGRTMAX})`);
    memory.bytes.writeBigUInt64LE(signals.reduce((sum, it) => sum | bit(it), 0n), at);
  },
  show(signals) {
    const many = signals.length >= MANY;
    const said = many ? all.filter((it) => !signals.includes(it)) : signals;
    return `${many ? "~" : ""}[${said.map((it) => signalName(it).slice("SIG".length)).join(" ")}]`;
  },
};

const hex = (it: Wide): string => `0x${it.toString(16)}`;
/** A function's address, or one of two numbers that stand for none. */
const handler: WideInteger = {
  ...u64,
  show: (it) => (it === SIG_HANDLER.SIG_DFL ? "SIG_DFL" : it === SIG_HANDLER.SIG_IGN ? "SIG_IGN" : hex(it)),
};
/** An unsigned long, though no flag has more than 32 bits. */
const saFlags: WideInteger = {
  ...u64,
  show: (it) => (BigInt(it) >> 32n === 0n ? flagged(SA, Number(it)) : hex(it)),
};

/** rt_sigaction's, 32 bytes; glibc's struct of this name is another, which glibc translates. */
export const sigaction = struct("sigaction", 32, {
  sa_handler:  [0, handler],
  sa_flags:    [8, saFlags],
  sa_restorer: [16, u64.hex()],
  sa_mask:     [24, sigset],
}, { show: showAction });

function showAction({ sa_handler, sa_flags, sa_restorer, sa_mask }: View): string {
  const restores = (BigInt(sa_flags) & BigInt(SA.SA_RESTORER)) !== 0n;
  const parts = [
    `sa_handler=${handler.show(sa_handler)}`,
    `sa_mask=${sigset.show(sa_mask)}`,
    `sa_flags=${saFlags.show(sa_flags)}`,
    ...(restores ? [`sa_restorer=${hex(sa_restorer)}`] : []),
  ];
  return `{${parts.join(", ")}}`;
}

/**
 * What came with a signal, 128 bytes. Which members mean something, si_signo and si_code say; they lie over
 * each other.
 */
export const siginfo = struct("siginfo", 128, {
  si_signo:  [0, i32],
  si_errno:  [4, i32],
  si_code:   [8, i32],
  si_pid:    [16, i32],
  si_uid:    [20, u32],
  si_status: [24, i32],
  si_int:    [24, i32],
  si_ptr:    [24, { ...u64, show: (it: Wide) => (it === 0 ? "NULL" : hex(it)) }],
  si_utime:  [32, i64],
  si_stime:  [40, i64],
  si_band:   [16, i64],
  si_fd:     [24, i32],
  si_addr:   [16, u64.hex()],
}, {
  over: ["si_int", "si_ptr", "si_band", "si_fd", "si_addr"],
  aliases: Object.fromEntries([
    "si_pid", "si_uid", "si_status", "si_int", "si_ptr", "si_utime", "si_stime",
    "si_band", "si_fd", "si_addr",
  ].map((name) => [name, "_sifields"])),
  show: showInfo,
});

const CHILD = ["si_pid", "si_uid", "si_status", "si_utime", "si_stime"];
const SENDER = ["si_pid", "si_uid"];
/** What si_code is called, and which members it makes good; of what a signal carries only what is not 0. */
function meaning(
  signal: number, code: number, value: Wide,
): readonly [codes: Names, members: readonly string[]] {
  if (code === SI.SI_KERNEL) return [SI, []];
  if (code === SI.SI_QUEUE) return [SI, value === 0 ? SENDER : [...SENDER, "si_int", "si_ptr"]];
  if (code > 0 && signal === SIGCHLD) return [CLD_CODE, CHILD];
  if (code > 0 && signal === SIGIO) return [POLL_CODE, ["si_band", "si_fd"]];
  return [SI, SENDER];
}

function showInfo(it: View): string {
  const { si_signo, si_code, si_ptr } = it as unknown as { si_signo: number; si_code: number; si_ptr: Wide };
  const [codes, members] = meaning(si_signo, si_code, si_ptr);
  const head = [`si_signo=${signalName(si_signo)}`, `si_code=${named(codes, si_code)}`];
  const more = siginfo.fields.filter((field) => members.includes(field.name))
    .map(({ name, offset, type }) => `${name}=${type.show(type.read(it.$, offset))}`);
  return `{${[...head, ...more].join(", ")}}`;
}

/** What read(2) of a signalfd gives, one a signal, 128 bytes. */
export const signalfd_siginfo = struct("signalfd_siginfo", 128, {
  ssi_signo:     [0, u32],
  ssi_errno:     [4, i32],
  ssi_code:      [8, i32],
  ssi_pid:       [12, u32],
  ssi_uid:       [16, u32],
  ssi_fd:        [20, i32],
  ssi_tid:       [24, u32],
  ssi_band:      [28, u32],
  ssi_overrun:   [32, u32],
  ssi_trapno:    [36, u32],
  ssi_status:    [40, i32],
  ssi_int:       [44, i32],
  ssi_ptr:       [48, u64],
  ssi_utime:     [56, u64],
  ssi_stime:     [64, u64],
  ssi_addr:      [72, u64],
  ssi_addr_lsb:  [80, u16],
  __pad2:        [82, u16],
  ssi_syscall:   [84, i32],
  ssi_call_addr: [88, u64],
  ssi_arch:      [96, u32],
  __pad:         [100, byte(28)],
});
