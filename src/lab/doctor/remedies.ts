/** What helps where something is refused: one text for each, whoever says it. */
import { AS_ROOT } from "../helped-by.ts";
import type { Capability } from "./capabilities.ts";
import type { Engine, Place } from "./place.ts";

/** Of gVisor: what it lacks nobody can add. */
const NO_GVISOR = "outside of gVisor, on Linux's own kernel (docker run --runtime=runc)";
export const INSTALL_UNSHARE = "sudo apt install util-linux, or your system's like: it has unshare";

/** As root, said so that it can be done here. */
export const asRoot = ({ sudo, engine }: Pick<Place, "sudo" | "engine">): string => {
  if (sudo) return `as root: ${AS_ROOT}`;
  return engine === "docker" || engine === "podman" ? `as root: ${engine} run --user=0 …` : "as root";
};

/** How a container is started so that it has these. */
export function started(
  engine: Engine, capabilities: readonly Capability[], options: readonly string[] = [],
): string {
  if (engine === "docker" || engine === "podman") {
    const all = [...capabilities.map((it) => `--cap-add=${it}`), ...options].join(" ");
    return `${engine} run ${all} …`;
  }
  const list = capabilities.join(", ");
  if (engine === "kubernetes") {
    const asked = options.length > 0 ? "privileged: true" : `capabilities: {add: [${list}]}`;
    return `in the pod's securityContext: ${asked}`;
  }
  if (engine === "nspawn" && options.length === 0) {
    return `systemd-nspawn --capability=${capabilities.map((it) => `CAP_${it}`).join(",")} …`;
  }
  return options.length > 0
    ? "start the container as a privileged one" : `start the container with ${capText(capabilities)}`;
}

/** `CAP_NET_ADMIN and CAP_NET_RAW` */
export const capText = (list: readonly Capability[]): string => list.map((it) => `CAP_${it}`).join(" and ");

/** A container from which nothing is taken; null where this is none that one starts so. */
export const privileged = ({ engine, nested, kernel }: Place): string | null =>
  (kernel === "gVisor" || (engine !== "docker" && engine !== "podman") ? null
    : `${nested ? "sudo " : ""}${engine} run --privileged --shm-size=1g …`);

/** Switches off a container's filter of calls. */
export const UNFILTERED = "--security-opt seccomp=unconfined";

/**
 * How a process gets capabilities. `machine`: over the whole machine, which no root of another user namespace
 * has. Null: it has them all, and it is something else that refuses.
 */
export function granting(place: Place, wanted: readonly Capability[], machine = false): string | null {
  const { kernel, engine, nested, root, bounding, effective, filtered } = place;
  if (kernel === "gVisor") return NO_GVISOR;
  if (machine && nested) return outside(place, wanted);
  if (wanted.some((it) => !bounding.has(it))) {
    if (engine !== null) return started(engine, wanted, root || engine === "kubernetes" ? [] : ["--user=0"]);
    const dropped = wanted.filter((it) => !bounding.has(it));
    const verb = dropped.length === 1 ? "is" : "are";
    return `start it from where ${capText(dropped)} ${verb} not dropped for good `
      + "(CapBnd in /proc/self/status)";
  }
  if (!root) return asRoot(place);
  if (wanted.some((it) => !effective.has(it))) return `start it with ${capText(wanted)} effective`;
  return filtered ? unfiltered(engine) : null;
}

/** Where a filter of calls refuses what the capabilities would allow. */
export const unfiltered = (engine: Engine | null): string =>
  (engine === null
    ? "a seccomp filter refuses it: start it outside of that (in a service of systemd: SystemCallFilter=)"
    : started(engine, [], [UNFILTERED]));

/** What only the machine's own root may. */
function outside({ engine }: Place, wanted: readonly Capability[]): string {
  if (engine === "podman" || engine === "docker") {
    return `outside of the container, as root: ${AS_ROOT}; or in one of root's: `
      + `sudo ${started(engine, wanted)}`;
  }
  return `outside of this user namespace, as root: ${AS_ROOT}`;
}

/** A sysctl to be set. In a container it is the host's. */
export const setting = (place: Pick<Place, "engine">, name: string, value: number): string =>
  `${place.engine === null ? "" : "on the host: "}sudo sysctl ${name}=${value}`;
/** A higher RLIMIT_NOFILE: that many are usual. */
export const moreDescriptors = ({ engine }: Pick<Place, "engine">): string =>
  (engine === "docker" || engine === "podman" ? started(engine, [], ["--ulimit nofile=1024"])
    : "ulimit -n 1024, as root");
/** A module to be loaded. */
export const loading = (place: Pick<Place, "engine">, module: string, option: string): string =>
  `${place.engine === null ? "" : "on the host: "}sudo modprobe ${module} (a kernel with ${option})`;
/** A program to be installed. */
export const installing = (name: string): string => `sudo apt install ${name}, or your system's like`;
