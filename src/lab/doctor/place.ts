/** What kind of machine this is, as far as a remedy depends on it. Pure. */
import { type Capability, capabilitiesOf } from "./capabilities.ts";
import { type Findings, statusOf, textOf } from "./findings.ts";

/** Who made the container; `other`: a container, no more is known. */
export type Engine = "docker" | "podman" | "kubernetes" | "nspawn" | "lxc" | "other";

export interface Place {
  /** Whose kernel answers. */
  readonly kernel: "Linux" | "gVisor" | "WSL1" | "WSL2";
  /** The container whose confinement is in the way; null where none confines. */
  readonly engine: Engine | null;
  /** In another user namespace than the machine's first: what the whole machine has is not for its root. */
  readonly nested: boolean;
  readonly root: boolean;
  readonly sudo: boolean;
  readonly effective: ReadonlySet<Capability>;
  /** Those that a program started from here can ever have. */
  readonly bounding: ReadonlySet<Capability>;
  /** A filter of system calls, seccomp(2). */
  readonly filtered: boolean;
  /** One of GitHub's runners. */
  readonly runner: boolean;
}

/** Masks where /proc does not tell: nothing is known to be dropped. */
const ALL = "1ffffffffff";

/** The kind of machine that was found. */
export function placeOf(found: Findings): Place {
  const mask = (name: string): ReadonlySet<Capability> => capabilitiesOf(statusOf(found, name) ?? ALL);
  const [effective, bounding] = [mask("CapEff"), mask("CapBnd")];
  const filtered = statusOf(found, "Seccomp") === "2";
  const map = textOf(found, "/proc/self/uid_map");
  const nested = map !== null && !/^0\s+0\s+4294967295$/.test(map);
  const confined = filtered || nested || !bounding.has("SYS_ADMIN");
  return {
    kernel: kernelOf(found), engine: confined ? engineOf(found) : null, nested,
    root: found.uid === 0, sudo: found.sudo, effective, bounding, filtered,
    runner: found.environment.GITHUB_ACTIONS === "true",
  };
}

/**
 * gVisor may show a folder to whoever asks, and has its name in its release since 2026; before, its version
 * was that of a day in 2016. WSL1 writes Microsoft large and has no Linux; WSL2 says microsoft-standard.
 */
function kernelOf(found: Findings): Place["kernel"] {
  const { release } = found;
  const version = textOf(found, "/proc/version") ?? "";
  const old = release === "4.4.0" && version.includes("#1 SMP Sun Jan 10 15:06:54 PST 2016");
  if (old || /gvisor/i.test(release) || textOf(found, "/proc/gvisor") !== null) return "gVisor";
  if (/microsoft-standard|WSL2/.test(release)) return "WSL2";
  return /Microsoft/.test(release) ? "WSL1" : "Linux";
}

/** What is there in whose containers. */
function engineOf(found: Findings): Engine | null {
  const said = textOf(found, "/run/systemd/container") ?? found.environment.container ?? null;
  if (found.environment.KUBERNETES_SERVICE_HOST !== undefined) return "kubernetes";
  if (textOf(found, "/run/.containerenv") !== null) return "podman";
  if (textOf(found, "/.dockerenv") !== null) return "docker";
  return said === null ? null : SAID[said] ?? "other";
}
const SAID: Readonly<Record<string, Engine>> = {
  docker: "docker", podman: "podman", "systemd-nspawn": "nspawn", lxc: "lxc", "lxc-libvirt": "lxc",
};

const ENGINES: Readonly<Record<Engine, string>> = {
  docker: "in a Docker container", podman: "in a Podman container", kubernetes: "in a pod of Kubernetes",
  nspawn: "in a container of systemd-nspawn", lxc: "in an LXC container", other: "in a container",
};
const KERNELS: Readonly<Record<Place["kernel"], string | null>> = {
  Linux: null,
  gVisor: "this is gVisor, not Linux: what runs here judges gVisor",
  WSL1: "this is WSL1, which has no Linux kernel (in Windows: wsl --set-version DISTRIBUTION 2)",
  WSL2: "in WSL2, on Microsoft's kernel",
};

/** What is to be said of it, in words; nothing of an ordinary machine. */
export const aboutPlace = ({ kernel, engine, filtered, nested, runner }: Place): readonly string[] => [
  KERNELS[kernel],
  engine === null ? null : ENGINES[engine],
  nested ? "in a user namespace, whose root is not the machine's" : null,
  filtered ? "behind a seccomp filter" : null,
  runner ? "on a runner of GitHub's Actions" : null,
].filter((it) => it !== null);
