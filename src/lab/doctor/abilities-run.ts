/** Abilities without which a run, or what surrounds it, cannot be had. */

import { whyForbidden } from "../tracing.ts";
import { able, type Examined, type Rule, unable, untried } from "./ability.ts";
import { type Findings, sysctlOf } from "./findings.ts";
import type { Place } from "./place.ts";
import {
  granting, INSTALL_UNSHARE, installing, setting, started, UNFILTERED, unfiltered,
} from "./remedies.ts";

/** What forbids user namespaces: the sysctl that says so, its value, and the one that allows them. */
const FORBIDS = [
  ["kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns", 0],
  ["kernel/unprivileged_userns_clone",             "0", "kernel.unprivileged_userns_clone",             1],
  ["user/max_user_namespaces",                     "0", "user.max_user_namespaces",                 10_000],
] as const;

function namespace(found: Findings, place: Place): Examined {
  const { mode, why } = found.chamber;
  if (mode === "root") return able("a fresh one for each run (unshare -n)");
  if (mode === "user") return able("a fresh one for each run, through a user namespace (unshare -Urn)");
  return unable(why ?? "no reason was given", namespaceRemedy(found, place));
}

/** What would give a run a namespace of its own. */
export function namespaceRemedy(found: Findings, place: Place): string | null {
  if (/there is no such program/.test(found.chamber.why ?? "")) return INSTALL_UNSHARE;
  if (found.chamber.mode === null) return callsRemedy(found, place);
  const granted = granting(place, ["SYS_ADMIN", "NET_ADMIN"]);
  if (place.engine !== null || place.kernel === "gVisor") return granted;
  const forbidden = FORBIDS.find(([path, value]) => sysctlOf(found, path) === value);
  if (forbidden === undefined) return place.filtered ? unfiltered(null) : granted;
  const allowed = setting(place, forbidden[2], forbidden[3]);
  return place.root || granted === null ? allowed : `${allowed}, or ${granted}`;
}

const calls = (found: Findings, place: Place): Examined => found.chamber.mode === null
  ? unable(found.chamber.why ?? "no process for a run starts here", callsRemedy(found, place))
  : able(`koffi loads, on ${found.libc}`);

/** What would let a run's process start: it needs its record first, and then koffi. */
function callsRemedy({ memory: it }: Findings, { kernel }: Place): string {
  if (kernel === "WSL1") return "in Windows: wsl --set-version DISTRIBUTION 2";
  return "why" in it ? MOUNT_SHM : "npm rebuild koffi, or install netlab anew";
}
const MOUNT_SHM = "sudo mount -t tmpfs tmpfs /dev/shm";

/** Less than this, in bytes, is not much for a run's record. */
const AMPLE = 32 << 20;
const MIB = 1 << 20;

function memory({ memory: it }: Findings, place: Place): Examined {
  if ("why" in it) return unable(it.why, MOUNT_SHM);
  const how = `${it.folder}, ${Math.floor(it.size / MIB)} MiB for each run`;
  if (it.size >= AMPLE) return able(how);
  const { engine } = place;
  const larger = engine === null
    ? "sudo mount -o remount,size=1g /dev/shm" : started(engine, [], ["--shm-size=1g"]);
  return able(how, `${larger}: longer runs could be recorded`);
}

function ioUring(found: Findings, place: Place): Examined {
  const why = found.trials.io_uring;
  if (why === undefined) return unable(untried(found), null);
  if (why === null) return able("io_uring_setup may be called");
  const disabled = sysctlOf(found, "kernel/io_uring_disabled") ?? "0";
  if (disabled !== "0") {
    return unable(`kernel.io_uring_disabled is ${disabled}`, setting(place, "kernel.io_uring_disabled", 0));
  }
  if (/none/.test(why)) return unable(why, "a kernel with CONFIG_IO_URING");
  const { engine } = place;
  const remedy = engine === null ? unfiltered(null) : started(engine, [], [UNFILTERED]);
  return unable("a seccomp filter refuses it (Docker's own does, since version 25)", remedy);
}

function strace({ strace: it, ...found }: Pick<Findings, "strace" | "files">, { engine }: Place): Examined {
  if (it.why === null) return able(`${it.version}, and it may trace`);
  if (it.why === MISSING) {
    const why = "it is not installed: netlab confirm needs it, and explain of a program";
    return unable(why, installing("strace"));
  }
  const status = found.files["/proc/self/status"] ?? "";
  const scope = found.files["/proc/sys/kernel/yama/ptrace_scope"] ?? "";
  const forbidden = whyForbidden(it.why, status, scope, "run netlab without it");
  return unable(forbidden.why, engine === null ? forbidden.remedy : started(engine, ["SYS_PTRACE"]));
}
/** Why a program that is not there cannot be used. */
export const MISSING = "there is no such program";

/** In the order in which a run needs them. */
export const RUN_RULES: readonly Rule[] = [
  {
    word: "calls", name: "system calls", takes: () => ["calls"], examine: calls,
    gives: "every call of an experiment: syscall(2) of libc, through koffi",
    tried: "a run's process is started; it makes its first calls before it says that it is ready",
    needs: "koffi's library for this machine, and a file system that programs may be mapped from (no noexec)",
  },
  {
    word: "namespace", name: "network namespace", examine: namespace,
    takes: () => ["namespace", "counters", "state", "wire"],
    gives: "a network that is the run's alone: its counters, packets and sockets are the experiment's doing",
    tried: "unshare -n as root, else unshare -Urn; lo is raised in it",
    needs: "CAP_SYS_ADMIN and CAP_NET_ADMIN, or leave to make a user namespace; unshare from util-linux",
  },
  {
    word: "memory", name: "record memory", takes: () => ["calls"], examine: memory,
    gives: "the log that a run's calls are written to: a quarter of what is free, 256 MiB at most",
    tried: "an unnamed file is opened in /dev/shm, else in the temporary folder (O_TMPFILE)",
    needs: "a file system that takes unnamed files, with some MiB of room",
  },
  {
    word: "io_uring", name: "io_uring", takes: () => ["io_uring"], examine: ioUring,
    gives: "receives that are asked for in a ring shared with the kernel",
    tried: "io_uring_setup without parameters: who may have a ring is told EFAULT",
    needs: "CONFIG_IO_URING, sysctl kernel.io_uring_disabled at 0, and no seccomp filter that refuses it",
  },
  {
    word: "strace", name: "strace", takes: () => [], examine: strace,
    gives: "netlab confirm: the same calls, as an independent program sees them; and explain of a program",
    tried: "it traces a program that does nothing: being installed is not being allowed",
    needs: "strace, and leave to ptrace(2) one's own children",
  },
];
