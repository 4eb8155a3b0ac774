/** Finds out what doctor judges: reads small files, asks programs, and has a chamber try. Changes nothing. */
import { accessSync, constants, readFileSync, readlinkSync, statSync } from "node:fs";
import { release } from "node:os";
import { delimiter, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { kernelBtf } from "../../kernel/btf.ts";
import { compare } from "../../kernel/compare.ts";
import { kernelSymbols } from "../../kernel/symbols.ts";
import { layouts } from "../../memory/layouts.ts";
import { runProgram } from "../../sys/process.ts";
import { sharedFiles } from "../chamber/shared-log.ts";
import type { AnyExperiment } from "../experiment.ts";
import { tracepointsOf } from "../run.ts";
import { MISSING } from "./abilities-run.ts";
import type { Findings, Program } from "./findings.ts";
import { inChamber } from "./in-chamber.ts";

/** What is read as it is: of the kernel, of this process, and what containers leave lying about. */
const FILES = [
  "/proc/version", "/proc/gvisor", "/proc/self/status", "/proc/self/limits", "/proc/self/uid_map",
  "/proc/self/attr/current", "/sys/kernel/security/lockdown",
  "/.dockerenv", "/run/.containerenv", "/run/systemd/container",
  ...[
    "kernel/apparmor_restrict_unprivileged_userns", "kernel/unprivileged_userns_clone",
    "user/max_user_namespaces", "kernel/perf_event_paranoid", "kernel/perf_event_mlock_kb",
    "kernel/kptr_restrict",
    "kernel/unprivileged_bpf_disabled", "kernel/io_uring_disabled", "kernel/cap_last_cap",
    "kernel/yama/ptrace_scope",
  ].map((it) => `/proc/sys/${it}`),
];
/** So long a program may take, in ms. */
const PATIENCE = 5000;

/** All of it, on Linux, but what the bench tries: `noGate`, why calls cannot be prepared, or null. */
export async function look(
  experiments: readonly AnyExperiment[], noGate: Promise<string | null>,
): Promise<Findings> {
  const memory = recordMemory();
  const tracepoints = [...new Set(experiments.flatMap(tracepointsOf))];
  const sysctls = [...new Set(experiments.flatMap(({ pins }) => Object.keys(pins ?? {})))];
  const asked = Promise.all([inChamber({ tracepoints, sysctls, but: [] }), strace(), tshark(), noGate]);
  const here = {
    release: release(), uid: process.getuid?.() ?? -1, environment: process.env, sudo: isInPath("sudo"),
    files: Object.fromEntries(FILES.map((it) => [it, textOf(it)])),
    libc: libc(), memory, btf: btf(), symbols: symbols(), config: config(),
  };
  const [chamber, straced, tsharked, gate] = await asked;
  return { ...here, ...chamber, strace: straced, tshark: tsharked, noGate: gate };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "latin1").replace(/\0/g, "").trim();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EISDIR" ? "" : null;
  }
}

function isInPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The libc of this process, with its version where it is the GNU one. */
function libc(): string {
  const { header } = process.report.getReport() as {
    readonly header: { readonly glibcVersionRuntime?: string };
  };
  const version = header.glibcVersionRuntime;
  return version === undefined ? "a libc other than GNU's (musl)" : `glibc ${version}`;
}

function recordMemory(): Findings["memory"] {
  try {
    const files = sharedFiles();
    const folder = readlinkSync(`/proc/self/fd/${files.log}`).replace(/\/#.*$/, "");
    files.close();
    return { folder, size: files.size };
  } catch (error) {
    return { why: (error as Error).message };
  }
}

function btf(): Findings["btf"] {
  try {
    const kernel = kernelBtf();
    if (kernel === null) return null;
    const compared = [...layouts.values()].flatMap((it) => compare(it, kernel) ?? []);
    const agree = compared.filter((it) => it.agrees).length;
    return { size: statSync("/sys/kernel/btf/vmlinux").size, compared: compared.length, agree };
  } catch (error) {
    return { why: (error as Error).message };
  }
}

function symbols(): Findings["symbols"] {
  const known = kernelSymbols();
  return known === null ? null : known.addresses ? "addresses" : "names";
}

function config(): Findings["config"] {
  const places = ["/proc/config.gz", `/boot/config-${release()}`, `/lib/modules/${release()}/config`];
  for (const path of places) {
    try {
      const bytes = readFileSync(path);
      return { path, text: (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1") };
    } catch {
      // The next one may be there.
    }
  }
  return null;
}

/** strace is tried on a program that does nothing: being installed is not being allowed. */
async function strace(): Promise<Program> {
  const nothing = ["-qq", "-o", "/dev/null", "-e", "trace=none", "true"];
  const [tried, told] = await Promise.all([asked("strace", nothing), asked("strace", ["-V"])]);
  return { ...tried, version: /version (\S+)/.exec(told.version ?? "")?.[1] ?? "of unknown version" };
}

async function tshark(): Promise<Program> {
  const told = await asked("tshark", ["--version"]);
  return { ...told, version: /\d+\.\d+[\w.]*/.exec(told.version ?? "")?.[0] ?? null };
}

/** What it prints, as its version; or why it does not. */
async function asked(program: string, args: readonly string[]): Promise<Program> {
  const { exit, signal, missing, stdout, stderr } = await runProgram(program, args, { limit: PATIENCE });
  const ended = stderr.split("\n", 1)[0]!.trim() || `it ended with ${signal ?? exit}`;
  return { version: stdout, why: missing ? MISSING : exit === 0 ? null : ended };
}
