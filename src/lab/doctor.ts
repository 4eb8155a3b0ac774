/**
 * What can be observed on this machine and what cannot:
 * each ability is tried, not guessed, and comes with its remedy.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { kernelBtf } from "../kernel/btf.ts";
import { compare } from "../kernel/compare.ts";
import { kernelSymbols } from "../kernel/symbols.ts";
import { layouts } from "../memory/layouts.ts";
import { unmet } from "./ability.ts";
import { type Chamber, enter, leave, modesFor } from "./chamber/chamber.ts";
import { sharedFiles } from "./chamber/shared-log.ts";
import type { AnyExperiment } from "./experiment.ts";

export interface Ability {
  readonly name: string;
  readonly able: boolean;
  /** How it was found; where it is not able, why not. */
  readonly how: string;
  /** What to do about it, or null. */
  readonly remedy: string | null;
}
/** An experiment that cannot run here, and why. */
export interface Unable {
  readonly experiment: string;
  readonly why: string;
}
export interface Examination {
  readonly abilities: readonly Ability[];
  readonly experiments: number;
  readonly unable: readonly Unable[];
}

const able = (name: string, how: string): Ability => ({ name, able: true, how, remedy: null });
const unable = (name: string, how: string, remedy: string | null): Ability =>
  ({ name, able: false, how, remedy });

/**
 * Tries everything, on Linux, but what the bench has tried: `noGate`, why calls cannot be prepared, or null.
 * Enters a chamber and leaves it; leaves nothing else behind.
 */
export async function examine(
  experiments: readonly AnyExperiment[], noGate: string | null,
): Promise<Examination> {
  const memory = recordMemory();
  const chamber = await enter(modesFor(process.getuid?.() ?? -1)).catch((error: Error) => error);
  const entered = chamber instanceof Error ? null : chamber;
  const abilities = [
    systemCalls(chamber instanceof Error ? chamber : null), namespace(entered), memory,
    counters(entered), btf(), kallsyms(), strace(), preparedCalls(noGate),
  ];
  if (entered !== null) await leave(entered);
  const unables = experiments.flatMap((it) => whyUnable(it, entered));
  return { abilities, experiments: experiments.length, unable: unables };
}

function whyUnable(experiment: AnyExperiment, chamber: Chamber | null): readonly Unable[] {
  const why = chamber === null ? "no process for a run starts here" : unmet(experiment, chamber);
  return why === null ? [] : [{ experiment: experiment.name, why }];
}

/** A chamber is ready once its process has made its first calls through koffi. */
const systemCalls = (failed: Error | null): Ability => failed === null
  ? able("system calls", `koffi loads, on ${libc()}`)
  : unable("system calls", firstLine(failed.message), "npm rebuild koffi, or install netlab anew");

/** The libc of this process, with its version where it is the GNU one. */
function libc(): string {
  const { header } = process.report.getReport() as {
    readonly header: { readonly glibcVersionRuntime?: string };
  };
  const version = header.glibcVersionRuntime;
  return version === undefined ? "a libc other than GNU's (musl)" : `glibc ${version}`;
}

function namespace(chamber: Chamber | null): Ability {
  const name = "network namespace";
  if (chamber?.mode === "root") return able(name, "a fresh one for each run (unshare -n)");
  if (chamber?.mode === "user") {
    return able(name, "a fresh one for each run, through a user namespace (unshare -Urn)");
  }
  return unable(name, firstLine(chamber?.why ?? "no process for a run starts here"), namespaceRemedy());
}

const AS_ROOT = 'as root: sudo env "PATH=$PATH" netlab doctor';
/** What forbids user namespaces, by the file of /proc/sys that says so, and what allows them again. */
const FORBIDS = [
  ["kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"],
  ["kernel/unprivileged_userns_clone",             "0", "kernel.unprivileged_userns_clone=1"],
  ["user/max_user_namespaces",                     "0", "user.max_user_namespaces=10000"],
] as const;

function namespaceRemedy(): string {
  const contained = ["/.dockerenv", "/run/.containerenv"].some((it) => existsSync(it));
  if (contained) return "start the container with --cap-add=SYS_ADMIN --cap-add=NET_ADMIN";
  const forbidden = FORBIDS.find(([name, value]) => textOf(`/proc/sys/${name}`) === value);
  return forbidden === undefined ? AS_ROOT : `sudo sysctl ${forbidden[2]}, or ${AS_ROOT}`;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "latin1").trim();
  } catch {
    return null;
  }
}

/** Less than this, in bytes, is not much for a run's record. */
const AMPLE = 32 << 20;

function recordMemory(): Ability {
  const name = "record memory";
  try {
    const files = sharedFiles();
    const folder = readlinkSync(`/proc/self/fd/${files.log}`).replace(/\/#.*$/, "");
    files.close();
    const how = `${folder}, ${Math.floor(files.size / (1 << 20))} MiB for each run`;
    if (files.size >= AMPLE) return able(name, how);
    const remedy = "more room in /dev/shm lets longer runs be recorded (Docker: --shm-size=1g)";
    return { ...able(name, how), remedy };
  } catch (error) {
    return unable(name, (error as Error).message, "mount a tmpfs on /dev/shm");
  }
}

const counters = (chamber: Chamber | null): Ability =>
  chamber === null || chamber.mode === "none"
    ? unable("counters", "the machine's own are shared with others: they need a network namespace", null)
    : able("counters", "of the namespace: /proc/self/net/snmp, netstat, sockstat, protocols");

function btf(): Ability {
  const file = "/sys/kernel/btf/vmlinux";
  try {
    const kernel = kernelBtf();
    if (kernel === null) {
      return unable("BTF", `${file} is not there or not readable`, "a kernel with CONFIG_DEBUG_INFO_BTF");
    }
    const compared = [...layouts.values()].flatMap((it) => compare(it, kernel) ?? []);
    const agree = compared.filter((it) => it.agrees).length;
    const size = (statSync(file).size / 1e6).toFixed(1);
    const those = agree === compared.length ? "the" : `${agree} of the`;
    return able("BTF", `${size} MB, agrees with ${those} ${compared.length} layouts that it has`);
  } catch (error) {
    return unable("BTF", (error as Error).message, null);
  }
}

function kallsyms(): Ability {
  const symbols = kernelSymbols();
  if (symbols === null) {
    const how = "/proc/kallsyms is not there or not readable";
    return unable("kernel symbols", how, "a kernel with CONFIG_KALLSYMS");
  }
  return able("kernel symbols", symbols.addresses
    ? "/proc/kallsyms, names and addresses" : "/proc/kallsyms, names (addresses are for root)");
}

/** strace is tried on a program that does nothing: being installed is not being allowed. */
function strace(): Ability {
  const name = "strace";
  const nothing = ["-qq", "-o", "/dev/null", "-e", "trace=none", "true"];
  const trial = spawnSync("strace", nothing, { encoding: "utf8", timeout: 5000 });
  if (trial.error !== undefined) {
    const remedy = "sudo apt install strace, or your system's like";
    return unable(name, "it is not installed: netlab confirm needs it", remedy);
  }
  if (trial.status !== 0) {
    const how = `it may not trace here: ${firstLine(trial.stderr)}`;
    return unable(name, how, "in a container: --cap-add=SYS_PTRACE");
  }
  const { stdout } = spawnSync("strace", ["-V"], { encoding: "utf8" });
  const version = /version (\S+)/.exec(stdout)?.[1] ?? "of unknown version";
  return able(name, `${version}, and it may trace`);
}

/** Whether a page of machine code is allowed. Nothing but the bench's prepared calls needs it. */
function preparedCalls(why: string | null): Ability {
  const name = "prepared calls";
  if (why === null) return able(name, "a page of machine code may be executed: netlab bench does so");
  const remedy = REMEDIES.find(([refusal]) => refusal.test(why))?.[1] ?? null;
  return unable(name, `${why}: netlab bench measures without them, all else needs none`, remedy);
}
/** What refuses such a page, by its errno: SELinux's execmem, or a service manager's filter of calls. */
const REMEDIES = [
  [/EACCES/, "with SELinux: sudo setsebool deny_execmem 0"],
  [/EPERM/,  "in a service of systemd: MemoryDenyWriteExecute=no"],
] as const;

const firstLine = (text: string): string => text.split("\n", 1)[0]!.trim();
