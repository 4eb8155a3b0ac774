/** What stands behind the abilities: the kernel's options, capabilities, limits; and programs beside them. */

import { DESCRIPTORS, tooFewDescriptors } from "../ability.ts";
import { MISSING } from "./abilities-run.ts";
import { lockdownOf, UNLOCKED } from "./abilities-seen.ts";
import { able, type Examined, type Rule, unable, unknown } from "./ability.ts";
import { type Capability, LAST, named } from "./capabilities.ts";
import { type Findings, limitOf, sysctlOf } from "./findings.ts";
import type { Place } from "./place.ts";
import { granting, installing, moreDescriptors } from "./remedies.ts";

/** Options of the kernel, with or without a module, and what each is for. */
const OPTIONS = [
  ["NET_NS",          "network namespaces"],
  ["USER_NS",         "namespaces without root"],
  ["PACKET",          "wire, the hand-made peer"],
  ["INET_DIAG",       "state"],
  ["PERF_EVENTS",     "stacks"],
  ["TRACEPOINTS",     "stacks"],
  ["FTRACE",          "stacks"],
  ["KALLSYMS",        "stacks"],
  ["DEBUG_INFO_BTF",  "BTF"],
  ["VETH",            "links between namespaces"],
  ["TUN",             "the peer without veth"],
  ["IO_URING",        "io_uring"],
  ["SYN_COOKIES",     "SYN floods"],
  ["MEMFD_CREATE",    "memfds"],
  ["BPF_SYSCALL",     "BPF"],
] as const;

function options({ config }: Findings): Examined {
  if (config === null) {
    return unknown("neither /proc/config.gz nor /boot has its configuration: what it would say was tried");
  }
  const has = (name: string): boolean => new RegExp(`^CONFIG_${name}=[ym]$`, "m").test(config.text);
  const missing = OPTIONS.filter(([name]) => !has(name));
  if (missing.length === 0) return able(`all ${OPTIONS.length} that matter, by ${config.path}`);
  const list = missing.map(([name, what]) => `CONFIG_${name} (${what})`).join(", ");
  return unable(`${config.path} lacks ${list}`, "a kernel that is built with them");
}

function lockdown(found: Findings): Examined {
  const mode = lockdownOf(found);
  if (mode === null) return unknown("/sys/kernel/security/lockdown is not there or not readable");
  if (mode === "confidentiality") {
    return unable("confidentiality: tracefs shows nothing, so there are no stacks", UNLOCKED);
  }
  return able(mode === "none" ? "none" : `${mode}: it is not in the way`);
}

/** What the abilities ask for, of the machine or of a namespace. */
const WANTED: readonly Capability[] = ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYSLOG", "PERFMON"];

function capabilities(found: Findings, place: Place): Examined {
  const last = Number(sysctlOf(found, "kernel/cap_last_cap") ?? LAST);
  const { effective, bounding } = place;
  const sets = [named(effective, last), named(bounding, last)];
  const how = sets[0] === sets[1] ? `effective and bounding: ${sets[0]}`
    : `effective: ${sets[0]}; bounding: ${sets[1]}`;
  // CAP_SYS_ADMIN is enough for what CAP_PERFMON is for.
  const enough = (it: Capability): boolean => it === "PERFMON" && effective.has("SYS_ADMIN");
  const lacking = WANTED.filter((it) => !effective.has(it) && !enough(it));
  return lacking.length === 0 ? able(how) : unable(how, granting(place, lacking));
}

/** Of perf events: a page and 1 MiB, for each thread of a run whose stacks are taken. */
const RING_KB = 1028;

function limits(found: Findings, place: Place): Examined {
  const [files, locked] = [limitOf(found, "Max open files"), limitOf(found, "Max locked memory")];
  const perf = sysctlOf(found, "kernel/perf_event_mlock_kb");
  const how = [
    `RLIMIT_NOFILE ${shown(files)}`,
    `RLIMIT_MEMLOCK ${shown(locked)}`,
    `perf_event_mlock_kb ${perf ?? "unknown"} (a thread's stacks take ${RING_KB})`,
  ].join(", ");
  if (tooFewDescriptors(files) === null) return able(how);
  return unable(how, moreDescriptors(place));
}
const shown = (limit: number | null): string =>
  (limit === null ? "unknown" : limit === Infinity ? "unlimited" : counted(limit));
/** `8,388,608` */
const counted = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

const tshark = ({ tshark: it }: Findings): Examined => {
  if (it.why === null) return able(it.version ?? "of unknown version");
  if (it.why === MISSING) {
    return unable("it is not installed: it reads what --pcap keeps", installing("tshark"));
  }
  return unable(it.why, null);
};

/** Whether a page of machine code is allowed. Nothing but the bench's prepared calls needs it. */
function prepared({ noGate }: Findings): Examined {
  if (noGate === null) return able("a page of machine code may be executed: netlab bench does so");
  const remedy = GATE.find(([refusal]) => refusal.test(noGate))?.[1] ?? null;
  return unable(`${noGate}: netlab bench measures without them, all else needs none`, remedy);
}
/** What refuses such a page, by its errno: SELinux's execmem, or a service manager's filter of calls. */
const GATE = [
  [/EACCES/, "with SELinux: sudo setsebool deny_execmem 0"],
  [/EPERM/,  "in a service of systemd: MemoryDenyWriteExecute=no"],
] as const;

/** What nobody's claims rest on by itself. */
export const MACHINE_RULES: readonly Rule[] = [
  {
    word: "tshark", name: "tshark", takes: () => [], examine: tshark,
    gives: "a second reader of the packets that --pcap keeps; Wireshark is another",
    tried: "it is asked for its version",
    needs: "tshark, or nothing: no command of netlab starts it",
  },
  {
    word: "prepared", name: "prepared calls", takes: () => [], examine: prepared,
    gives: "netlab bench's fastest way: many calls in one crossing of koffi",
    tried: "the page is mapped, and gone through once, in a process of its own",
    needs: "leave to write a page and then execute it",
  },
  {
    word: "kernel", name: "kernel options", takes: () => [], examine: options,
    gives: "the reason where a trial says that the kernel has no such thing",
    tried: "/proc/config.gz, /boot/config-RELEASE or /lib/modules/RELEASE/config is read",
    needs: "one of these files",
  },
  {
    word: "lockdown", name: "lockdown", takes: () => ["stacks"], examine: lockdown,
    gives: "leave to look into the kernel: at confidentiality there are no tracepoints, for root neither",
    tried: "/sys/kernel/security/lockdown is read",
    needs: "none or integrity",
  },
  {
    word: "capabilities", name: "capabilities", takes: () => [], examine: capabilities,
    gives: `what the trials rest on: ${WANTED.map((it) => `CAP_${it}`).join(", ")}`,
    tried: "/proc/self/status is read: those in effect, and those that a program started here can ever have",
    needs: "root that nothing was taken from; a namespace of its own gives the first three over itself",
  },
  {
    word: "limits", name: "limits", takes: () => ["calls"], examine: limits,
    gives: "descriptors for a run, and memory that perf events may lock",
    tried: "/proc/self/limits and kernel.perf_event_mlock_kb are read",
    needs: `${DESCRIPTORS} descriptors: those of netlab itself lie at 64 and above`,
  },
];
