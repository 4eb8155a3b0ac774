/**
 * The system call table: numbers on x86-64 and arm64, the kernel's own parameter names, which way every
 * pointer goes, and how many bytes it may move. One line a call, one file a family; from it come the typed
 * functions, the trace, the check for overruns and the help. Sources: the SYSCALL_DEFINEs of the kernel,
 * <asm/unistd_64.h>, <asm-generic/unistd.h>.
 */
import type { Entry } from "./parameter.ts";
import { files } from "./syscalls/files.ts";
import { memory } from "./syscalls/memory.ts";
import { mounts } from "./syscalls/mounts.ts";
import { observers } from "./syscalls/observers.ts";
import { pipes } from "./syscalls/pipes.ts";
import { processes } from "./syscalls/process.ts";
import { ready } from "./syscalls/ready.ts";
import { signals } from "./syscalls/signals.ts";
import { sockets } from "./syscalls/sockets.ts";
import { times } from "./syscalls/time.ts";

/** Every call that netlab knows, by its name in the kernel's table. */
export const syscalls = {
  ...sockets, ...files, ...ready, ...pipes, ...memory,
  ...processes, ...signals, ...times, ...mounts, ...observers,
} as const satisfies Readonly<Record<string, Entry>>;

/** The name of a call in the table, as the kernel spells it. */
export type SyscallName = keyof typeof syscalls;
