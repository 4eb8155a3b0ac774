/** Abilities of the witnesses, and of what reads what they saw. */
import { withoutHelp } from "../helped-by.ts";
import { packetRemedy } from "./abilities-net.ts";
import { namespaceRemedy } from "./abilities-run.ts";
import { able, type Examined, errnoIn, type Rule, unable, unknown, untried } from "./ability.ts";
import { type Findings, sysctlOf, textOf } from "./findings.ts";
import type { Place } from "./place.ts";
import { granting, loading, setting } from "./remedies.ts";

/** What a witness of the namespace says: as it was opened in the chamber. */
function witness(
  found: Findings, place: Place, name: "counters" | "state" | "wire", yes: string,
  remedy: (why: string) => string | null,
): Examined {
  const state = found.witnesses[name];
  if (state === undefined) return unable(untried(found), null);
  if (state.able) return able(yes);
  if (found.chamber.mode === "none") {
    return unable("the machine's own are shared with others: it needs a network namespace",
      namespaceRemedy(found, place));
  }
  const why = withoutHelp(state.why ?? "it does not say why");
  return unable(why, remedy(why));
}

const counters = (found: Findings, place: Place): Examined =>
  witness(found, place, "counters", "of the namespace: /proc/self/net/snmp, netstat, sockstat",
    () => "mount /proc whole: sudo mount -t proc proc /proc");
const wire = (found: Findings, place: Place): Examined =>
  witness(found, place, "wire", "AF_PACKET in the run's namespace, with a ring",
    (why) => packetRemedy(place, why));
const state = (found: Findings, place: Place): Examined =>
  witness(found, place, "state", "sock_diag tells of TCP's and UDP's sockets",
    () => (place.kernel === "gVisor" ? granting(place, []) : loading(place, "tcp_diag", "CONFIG_INET_DIAG")));

function stacks(found: Findings, place: Place): Examined {
  const it = found.witnesses.stacks;
  if (it === undefined) return unable(untried(found), null);
  const { lacks: { tracepoints } } = found;
  const but = tracepoints.length === 0 ? "" : `; this kernel has no ${tracepoints.join(", ")}`;
  if (it.able) return able(`perf_event_open at tracepoints, with the kernel's addresses${but}`);
  const why = withoutHelp(it.why ?? "it does not say why");
  return unable(`${why}${stacksMore(found, place)}`, stacksRemedy(found, place, why));
}

/** What the sysctl asks for, and this process lacks. */
function stacksMore(found: Findings, { effective }: Place): string {
  const paranoid = sysctlOf(found, "kernel/perf_event_paranoid");
  const holds = effective.has("PERFMON") || effective.has("SYS_ADMIN");
  if (paranoid === null || Number(paranoid) < 0 || holds) return "";
  return `; kernel.perf_event_paranoid is ${paranoid} and CAP_PERFMON is lacking`;
}

/** What the witness takes: tracefs, perf events of the kernel, and its addresses. */
const STACKS = ["SYS_ADMIN", "SYSLOG"] as const;

function stacksRemedy(found: Findings, place: Place, why: string): string | null {
  const granted = granting(place, STACKS, true);
  if (place.kernel === "gVisor") return granted;
  if (lockdownOf(found) === "confidentiality") return UNLOCKED;
  if (found.symbols === null) return "a kernel with CONFIG_KALLSYMS, and a /proc that shows its kallsyms";
  if (/^mmap/.test(why)) {
    return `${setting(place, "kernel.perf_event_mlock_kb", 16_384)}, or ulimit -l unlimited`;
  }
  if (["ENOSYS", "ENODEV", "ENOENT"].includes(errnoIn(why) ?? "") || /no such tracepoint/.test(why)) {
    return "a kernel with CONFIG_PERF_EVENTS and CONFIG_FTRACE";
  }
  return sysctlOf(found, "kernel/kptr_restrict") === "2"
    ? [setting(place, "kernel.kptr_restrict", 1), granted].filter((it) => it !== null).join(", and then ")
    : granted;
}

/** `none`, `integrity`, `confidentiality`: the one in brackets; null where the kernel has no such thing. */
export const lockdownOf = (found: Findings): string | null =>
  /\[(\w+)\]/.exec(textOf(found, "/sys/kernel/security/lockdown") ?? "")?.[1] ?? null;
/** How lockdown ends: it cannot be lowered while the kernel runs. */
export const UNLOCKED = "boot without lockdown=confidentiality (in the kernel's command line)";

function symbols(found: Findings, place: Place): Examined {
  if (found.symbols === null) {
    return unable("/proc/kallsyms is not there, not readable or empty", "a kernel with CONFIG_KALLSYMS");
  }
  if (found.symbols === "addresses") return able("/proc/kallsyms, names and addresses");
  const restrict = sysctlOf(found, "kernel/kptr_restrict");
  const how = "/proc/kallsyms, names (addresses are for root)";
  if (restrict !== "2") return able(how, granting(place, ["SYSLOG"], true));
  return able("/proc/kallsyms, names (kernel.kptr_restrict is 2: addresses are for nobody)",
    setting(place, "kernel.kptr_restrict", 1));
}

function btf({ btf: it }: Findings, { kernel }: Place): Examined {
  const file = "/sys/kernel/btf/vmlinux";
  if (it === null) {
    const remedy = kernel === "WSL2" ? "wsl --update (in Windows): a newer kernel with CONFIG_DEBUG_INFO_BTF"
      : "a kernel with CONFIG_DEBUG_INFO_BTF";
    return unable(`${file} is not there or not readable`, kernel === "gVisor" ? null : remedy);
  }
  if ("why" in it) return unable(it.why, null);
  const those = it.agree === it.compared ? "the" : `${it.agree} of the`;
  return able(`${(it.size / 1e6).toFixed(1)} MB, agrees with ${those} ${it.compared} layouts that it has`);
}

function bpf(found: Findings, place: Place): Examined {
  const why = found.trials.bpf;
  if (why === undefined) return unknown(untried(found));
  if (why === null) return able("bpf(2) makes a map");
  const restricted = sysctlOf(found, "kernel/unprivileged_bpf_disabled");
  const lacking = restricted !== null && restricted !== "0" && !place.effective.has("BPF")
    ? `; kernel.unprivileged_bpf_disabled is ${restricted} and CAP_BPF is lacking` : "";
  const remedy = errnoIn(why) === "ENOSYS"
    ? "a kernel with CONFIG_BPF_SYSCALL" : granting(place, ["BPF"], true);
  return unable(`${why}${lacking}`, remedy);
}

/** In the order in which `netlab run` names them. */
export const SEEN_RULES: readonly Rule[] = [
  {
    word: "counters", name: "counters", takes: () => ["counters"], examine: counters,
    gives: "what the kernel itself counted, scene by scene: Udp.InDatagrams, TcpExt.ListenOverflows",
    tried: "the files are opened and read in the run's namespace",
    needs: "a network namespace of its own, and /proc",
  },
  {
    word: "state", name: "state", takes: () => ["state"], examine: state,
    gives: "the states of the run's sockets and their queues, also after their descriptors are closed",
    tried: "TCP's sockets are asked for through netlink, as ss does",
    needs: "a network namespace of its own, and CONFIG_INET_DIAG",
  },
  {
    word: "wire", name: "wire", takes: () => ["wire"], examine: wire,
    gives: "the packets of the run's namespace, each once, joined to the call that sent it",
    tried: "a packet socket with a ring of 8 MiB is opened, as for a run",
    needs: "a network namespace of its own, CAP_NET_RAW over it, and CONFIG_PACKET",
  },
  {
    word: "stacks", name: "stacks", takes: () => ["stacks"], examine: stacks,
    gives: "what the kernel does inside a call: its stack at each tracepoint that is passed",
    tried: "the tracepoints' formats are read from tracefs, a perf event is opened at one, with its ring",
    needs: "CAP_SYS_ADMIN, CAP_SYSLOG with kernel.kptr_restrict below 2, and tracefs: root has them",
  },
  {
    word: "symbols", name: "kernel symbols", takes: () => ["stacks"], examine: symbols,
    gives: "names for the addresses on the kernel's stacks, and which functions there are (netlab path)",
    tried: "/proc/kallsyms is read",
    needs: "CONFIG_KALLSYMS; for addresses CAP_SYSLOG, with kernel.kptr_restrict below 2",
  },
  {
    word: "btf", name: "BTF", takes: () => [], examine: btf,
    gives: "the kernel's own layouts beside ours (netlab struct), and the prototypes of its functions",
    tried: "/sys/kernel/btf/vmlinux is read, and every layout compared with it",
    needs: "CONFIG_DEBUG_INFO_BTF",
  },
  {
    word: "bpf", name: "BPF", takes: () => [], examine: bpf,
    gives: "nothing yet: no experiment loads programs into the kernel",
    tried: "a map of one element is made, and closed",
    needs: "CAP_BPF, or kernel.unprivileged_bpf_disabled at 0; CONFIG_BPF_SYSCALL",
  },
];
