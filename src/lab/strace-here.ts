/** Whether strace can be used here: its version, how to get it, who forbids it. */
import { runProgram } from "../sys/process.ts";
import { smallFile } from "../sys/small-file.ts";
import { type Forbidden, whyForbidden } from "./tracing.ts";

/** From this release on, strace leaves calls alone that nobody asked for, at little cost. */
const SECCOMP = [5, 3] as const;

/** The options that make it so. */
export const quickly = (version: string): readonly string[] =>
  (atLeast(version, SECCOMP) ? ["--seccomp-bpf"] : []);

/** "6.1"; null where there is no strace. */
export async function straceVersion(): Promise<string | null> {
  const { stdout } = await runProgram("strace", ["--version"]);
  return /version (\S+)/.exec(stdout)?.[1] ?? null;
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split(".").map(Number);
  return a > major || (a === major && b >= minor);
}

/** How to get it. */
export const INSTALL = "install it: apt install strace (Debian, Ubuntu), dnf install strace (Fedora), "
  + "apk add strace (Alpine), pacman -S strace (Arch)";

/**
 * Who forbids tracing here, as far as it can be known from what strace said; null where nobody does.
 * `without`: what to do where another program traces this one already.
 */
export function forbidden(stderr: string, without: string): Forbidden | null {
  const said = /strace: .*ptrace.*(?:Operation not permitted|Function not implemented)/i.exec(stderr)?.[0];
  if (said === undefined) return null;
  const scope = smallFile("/proc/sys/kernel/yama/ptrace_scope") ?? "";
  return whyForbidden(said, smallFile("/proc/self/status") ?? "", scope, without);
}
