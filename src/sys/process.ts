/** Other programs, run to their end. The one file that knows execa. */
import { execa } from "execa";

export interface Ordered {
  /** Folder to run in. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the program when it fires. */
  readonly stop?: AbortSignal | null;
  /** Ends it after so many ms. */
  readonly limit?: number;
}
export interface Ended {
  /** Its exit code; null where it did not start or a signal ended it. */
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  /** There is no program of that name. */
  readonly missing: boolean;
  /** What it wrote, without the last line feed. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without a shell and without input. However it ends, that is an answer; it never throws. */
export async function runProgram(
  program: string, args: readonly string[], ordered: Ordered = {},
): Promise<Ended> {
  const { cwd, env, stop, limit } = ordered;
  const running = execa(program, args, {
    reject: false, stdin: "ignore", detached: true,
    ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }),
  });
  const end = (): void => endGroup(running.pid);
  const timer = limit === undefined ? undefined : setTimeout(end, limit);
  process.once("exit", end);
  stop?.addEventListener("abort", end);
  if (stop?.aborted) end();
  const { exitCode, signal, code, stdout, stderr } = await running;
  clearTimeout(timer);
  process.off("exit", end);
  stop?.removeEventListener("abort", end);
  const missing = code === "ENOENT";
  return {
    exit: exitCode ?? null, signal: signal ?? null, missing, stdout: stdout ?? "", stderr: stderr ?? "",
  };
}

/** A program in the foreground, that has this one's input, output and errors. */
export interface InFront {
  /** Null: there is no such program. */
  readonly pid: number | null;
  readonly ended: Promise<Pick<Ended, "exit" | "signal" | "missing">>;
}

/** Starts a program without a shell in the terminal's foreground: what is typed there reaches it. */
export function startInFront(program: string, args: readonly string[]): InFront {
  const running = execa(program, args, { reject: false, stdio: "inherit", cleanup: false });
  const ended = running.then(({ exitCode, signal, code }) =>
    ({ exit: exitCode ?? null, signal: signal ?? null, missing: code === "ENOENT" }));
  return { pid: running.pid ?? null, ended };
}

/** A program with all that it started: whoever is left would keep its output open. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // it is gone
  }
}
