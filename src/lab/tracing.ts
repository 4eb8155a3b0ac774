/** Who forbids ptrace(2), as far as it can be known, and what would help. Pure. */

/** What yama lets nobody but root do, and what nobody at all, by kernel.yama.ptrace_scope. */
const YAMA: Readonly<Record<string, Forbidden>> = {
  2: {
    why: "kernel.yama.ptrace_scope is 2: only root may trace here",
    remedy: "sudo sysctl kernel.yama.ptrace_scope=1, or run it as root",
  },
  3: {
    why: "kernel.yama.ptrace_scope is 3: nobody may trace here",
    remedy: "only a restart with another kernel.yama.ptrace_scope changes that",
  },
};
/** Why tracing is refused. */
export interface Forbidden {
  readonly why: string;
  readonly remedy: string;
}

/**
 * `said`: strace's words; `status`: /proc/self/status; `scope`: kernel.yama.ptrace_scope, "" without;
 * `without`: what to do where another program traces this one already.
 */
export function whyForbidden(said: string, status: string, scope: string, without: string): Forbidden {
  const tracer = Number(/^TracerPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  const traced = { why: `process ${tracer} traces this one already`, remedy: without };
  const container = {
    why: `tracing is forbidden here (${said})`,
    remedy: "in a container: docker run --cap-add=SYS_PTRACE, or --security-opt seccomp=unconfined",
  };
  return tracer !== 0 ? traced : YAMA[scope] ?? container;
}
