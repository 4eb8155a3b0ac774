/** Machines as doctor finds them: texts of their files, and what came of the trials. */
import type { Findings } from "../../src/lab/doctor/findings.ts";
import type { WitnessState } from "../../src/lab/events.ts";

const ABLE: WitnessState = { able: true, why: null };
const no = (why: string): WitnessState => ({ able: false, why });
/** /proc/self/status, as far as it matters. Capabilities as masks. */
const status = (eff: string, bnd: string, seccomp = 0): string => `CapEff:\t${eff}\nCapBnd:\t${bnd}\nSeccomp:\t${seccomp}`;
const ALL = "000001ffffffffff";
const NONE = "0000000000000000";
/** Docker's fourteen, and Podman's eleven. */
const DOCKERS = "00000000a80425fb";
const PODMANS = "00000000800405fb";
const FIRST = "0          0 4294967295";

/** Root on Debian, with all there is. */
export const ROOT: Findings = {
  release: "6.12.48-amd64", uid: 0, environment: {}, sudo: true, libc: "glibc 2.41",
  files: {
    "/proc/version": "Linux version 6.12.48-amd64 (debian-kernel@lists.debian.org)",
    "/proc/self/status": status(ALL, ALL), "/proc/self/uid_map": FIRST,
    "/proc/self/limits": "Max open files            1024                 524288               files\nMax locked memory         8388608              8388608              bytes",
    "/proc/self/attr/current": "unconfined", "/sys/kernel/security/lockdown": "[none] integrity confidentiality",
    "/proc/sys/kernel/perf_event_paranoid": "3", "/proc/sys/kernel/kptr_restrict": "0", "/proc/sys/kernel/cap_last_cap": "40",
    "/proc/sys/kernel/unprivileged_bpf_disabled": "2", "/proc/sys/kernel/io_uring_disabled": "0", "/proc/sys/kernel/perf_event_mlock_kb": "516",
    "/proc/sys/user/max_user_namespaces": "96365", "/proc/sys/kernel/unprivileged_userns_clone": "1",
  },
  chamber: { mode: "root", why: null },
  witnesses: { counters: ABLE, state: ABLE, wire: ABLE, stacks: ABLE },
  trials: { sysctls: null, veth: null, peer: null, tun: null, io_uring: null, bpf: null },
  lacks: { tracepoints: [], sysctls: [] }, cut: null,
  memory: { folder: "/dev/shm", size: 256 << 20 }, btf: { size: 6e6, compared: 80, agree: 80 }, symbols: "addresses",
  strace: { version: "6.13", why: null }, tshark: { version: "4.4.9", why: null }, noGate: null,
  config: { path: "/boot/config-6.12.48-amd64", text: [
    "NET_NS", "USER_NS", "PACKET", "INET_DIAG", "PERF_EVENTS", "TRACEPOINTS", "FTRACE", "KALLSYMS", "DEBUG_INFO_BTF", "VETH", "TUN", "IO_URING",
    "SYN_COOKIES", "MEMFD_CREATE", "BPF_SYSCALL",
  ].map((it) => `CONFIG_${it}=y`).join("\n") },
};

type Change = Partial<Omit<Findings, "files">> & { readonly files?: Findings["files"] };
const changed = (from: Findings, { files = {}, ...rest }: Change): Findings => ({ ...from, ...rest, files: { ...from.files, ...files } });

const SHARED = no("this namespace is shared with others (netlab doctor namespace)");
const OWN = "it takes a network namespace of its own";
const PARANOID = no("/sys/kernel/tracing may not be read: EACCES (Permission denied) (netlab doctor stacks)");
/** What goes where a run has no namespace of its own. */
const NO_NAMESPACE = { counters: SHARED, state: SHARED, wire: SHARED };
const NOT_TRIED = { sysctls: OWN, veth: OWN, peer: OWN, tun: OWN };

/** An ordinary user on Debian. */
export const USER = changed(ROOT, {
  uid: 1000, chamber: { mode: "user", why: null }, symbols: "names", files: { "/proc/self/status": status(NONE, ALL) },
  witnesses: { ...ROOT.witnesses, stacks: PARANOID },
  trials: { ...ROOT.trials, bpf: "bpf failed with EPERM" },
});
const DENIED = "unshare -n: unshare failed: Operation not permitted; unshare -Urn: unshare failed: Operation not permitted";

const ubuntu = changed(USER, {
  release: "6.8.0-45-generic",
  chamber: { mode: "none", why: "unshare -Urn: write failed /proc/self/uid_map: Operation not permitted" },
  witnesses: { ...NO_NAMESPACE, stacks: PARANOID }, trials: { ...USER.trials, ...NOT_TRIED },
  files: { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1", "/proc/sys/kernel/perf_event_paranoid": "4" },
});

const docker = changed(ROOT, {
  sudo: false, chamber: { mode: "none", why: DENIED }, symbols: "names", memory: { folder: "/dev/shm", size: 16 << 20 },
  witnesses: { ...NO_NAMESPACE, stacks: no("tracefs is not mounted here, and may not be: EPERM (Operation not permitted) (netlab doctor stacks)") },
  trials: {
    ...NOT_TRIED, bpf: "bpf failed with EPERM",
    io_uring: "it is forbidden here, by sysctl kernel.io_uring_disabled or by a seccomp filter",
  },
  files: {
    "/.dockerenv": "", "/proc/self/status": status(DOCKERS, DOCKERS, 2), "/sys/kernel/security/lockdown": null,
    "/proc/self/attr/current": "docker-default (enforce)",
  },
});
const readOnly = "sysctl net.ipv4.ip_default_ttl may not be set to \"64\" here (EROFS)";

/** Every machine by its name. */
export const MACHINES = {
  root: ROOT,
  user: USER,
  "user without sudo": changed(USER, { sudo: false }),
  "Ubuntu 24.04": ubuntu,
  "GitHub's runner": changed(ubuntu, { environment: { GITHUB_ACTIONS: "true" } }),
  docker,
  "docker, not root": changed(docker, { uid: 1000, files: { "/proc/self/status": status(NONE, DOCKERS, 2) } }),
  "docker with CAP_SYS_ADMIN and CAP_NET_ADMIN": changed(docker, {
    chamber: { mode: "root", why: null }, witnesses: { ...ROOT.witnesses, stacks: docker.witnesses.stacks! },
    trials: { ...docker.trials, sysctls: readOnly, veth: null, peer: null, tun: "openat failed with ENOENT" },
    files: { "/proc/self/status": status("00000000a82435fb", "00000000a82435fb", 2) },
  }),
  "docker, privileged": changed(ROOT, { sudo: false, files: { "/.dockerenv": "" } }),
  "podman, rootless": changed(ROOT, {
    sudo: false, chamber: { mode: "user", why: "unshare -n: unshare failed: Operation not permitted" }, symbols: "names",
    witnesses: { ...ROOT.witnesses, stacks: no("tracefs is not mounted here, and may not be: EPERM (Operation not permitted) (netlab doctor stacks)") },
    trials: { ...ROOT.trials, sysctls: readOnly, bpf: "bpf failed with EPERM", tun: "openat failed with ENOENT" },
    files: { "/run/.containerenv": 'engine="podman-5.4.2"\nrootless=1', "/proc/self/status": status(PODMANS, PODMANS, 2), "/proc/self/uid_map": "0       1000          1\n1     100000      65536" },
  }),
  pod: changed(docker, { environment: { KUBERNETES_SERVICE_HOST: "10.0.0.1" }, files: { "/.dockerenv": null } }),
  WSL2: changed(ROOT, {
    release: "5.15.167.4-microsoft-standard-WSL2", btf: null, config: null,
    witnesses: { ...ROOT.witnesses, stacks: no("tracefs is not mounted here, and may not be: ENODEV (No such device) (netlab doctor stacks)") },
  }),
  WSL1: changed(USER, { release: "4.4.0-19041-Microsoft", chamber: { mode: null, why: "no process for a run could be started" }, witnesses: {}, trials: {} }),
  gVisor: changed(docker, {
    release: "4.4.0", btf: null, symbols: null, config: null,
    files: { "/proc/version": "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016", "/proc/self/status": status(DOCKERS, DOCKERS) },
  }),
  "gVisor of 2026": changed(docker, { release: "4.19.0-gvisor", files: { "/proc/version": "Linux version 4.19.0-gvisor" } }),
  "root without capabilities": changed(ROOT, {
    chamber: { mode: "none", why: DENIED }, symbols: "names", files: { "/proc/self/status": status(NONE, NONE) },
    witnesses: { ...NO_NAMESPACE, stacks: PARANOID }, trials: { ...USER.trials, ...NOT_TRIED },
  }),
  "no user namespaces": changed(USER, {
    chamber: { mode: "none", why: "unshare -Urn: unshare failed: No space left on device" }, files: { "/proc/sys/user/max_user_namespaces": "0" },
    witnesses: { ...NO_NAMESPACE, stacks: PARANOID }, trials: { ...USER.trials, ...NOT_TRIED },
  }),
  "Debian of old": changed(USER, {
    chamber: { mode: "none", why: "unshare -Urn: unshare failed: Operation not permitted" }, files: { "/proc/sys/kernel/unprivileged_userns_clone": "0" },
    witnesses: { ...NO_NAMESPACE, stacks: PARANOID }, trials: { ...USER.trials, ...NOT_TRIED },
  }),
  "no unshare": changed(USER, { chamber: { mode: "none", why: "unshare -Urn: there is no such program" }, witnesses: { ...NO_NAMESPACE, stacks: PARANOID }, trials: { ...USER.trials, ...NOT_TRIED } }),
  "without CAP_NET_RAW": changed(ROOT, {
    files: { "/proc/self/status": status("000001ffffffdfff", "000001ffffffdfff") },
    witnesses: { ...ROOT.witnesses, wire: no("socket failed with EPERM (netlab doctor wire)") }, trials: { ...ROOT.trials, peer: "socket failed with EPERM" },
  }),
  "hidden addresses": changed(ROOT, {
    symbols: "names", files: { "/proc/sys/kernel/kptr_restrict": "2" },
    witnesses: { ...ROOT.witnesses, stacks: no("the kernel hides where its functions lie (/proc/kallsyms shows zeros): it takes CAP_SYSLOG, and sysctl kernel.kptr_restrict below 2 (netlab doctor stacks)") },
  }),
  "lockdown integrity": changed(ROOT, { files: { "/sys/kernel/security/lockdown": "none [integrity] confidentiality" } }),
  "lockdown confidentiality": changed(ROOT, {
    files: { "/sys/kernel/security/lockdown": "none integrity [confidentiality]" },
    witnesses: { ...ROOT.witnesses, stacks: no("tracefs is not mounted here, and may not be: EPERM (Operation not permitted) (netlab doctor stacks)") },
  }),
  "no BTF, veth, io_uring, diag": changed(ROOT, {
    btf: null, config: { path: "/proc/config.gz", text: "CONFIG_NET_NS=y\n# CONFIG_VETH is not set" },
    trials: { ...ROOT.trials, veth: "veth pair veth0, peer0: RTM_NEWLINK is refused with EOPNOTSUPP (Unknown device type)", io_uring: "this kernel has none" },
    witnesses: { ...ROOT.witnesses, state: no("this kernel tells nothing of TCP's sockets (netlab doctor state)") },
  }),
  "io_uring switched off": changed(ROOT, { files: { "/proc/sys/kernel/io_uring_disabled": "2" }, trials: { ...ROOT.trials, io_uring: "it is forbidden here, by sysctl kernel.io_uring_disabled or by a seccomp filter" } }),
  "a bare PATH": changed(ROOT, { sudo: false, strace: { version: null, why: "there is no such program" }, tshark: { version: null, why: "there is no such program" } }),
  "little memory": changed(ROOT, { memory: { folder: "/dev/shm", size: 4 << 20 } }),
  "no room for files": changed(ROOT, { memory: { why: "neither /dev/shm nor /tmp takes an unnamed file: a run needs one to keep its record in" }, chamber: { mode: null, why: "neither /dev/shm nor /tmp takes an unnamed file: a run needs one to keep its record in" }, witnesses: {}, trials: {} }),
  "few descriptors": changed(ROOT, { files: { "/proc/self/limits": "Max open files            64                   64                   files" } }),
  "killed in a trial": changed(ROOT, { cut: "the process that tried io_uring ended with SIGSYS", witnesses: {}, trials: { sysctls: null, veth: null, peer: null, tun: null } }),
  "a service": changed(USER, {
    chamber: { mode: "none", why: "unshare -Urn: unshare failed: Operation not permitted" }, noGate: "mprotect: EPERM",
    files: { "/proc/self/status": status(NONE, ALL, 2) }, witnesses: { ...NO_NAMESPACE, stacks: PARANOID }, trials: { ...USER.trials, ...NOT_TRIED },
  }),
} as const satisfies Readonly<Record<string, Findings>>;
