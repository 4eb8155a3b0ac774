/** Tracepoints kept open beside several runs, by a process of its own: the supervisor makes no such calls. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CHILD } from "./chamber/job.ts";
import type { Kept } from "./chamber/keeper.ts";

export interface Keeper {
  /** Ends it, and waits until it is gone. */
  end(): Promise<void>;
}

/** Whoever runs several experiments pays for closing once. Where nothing can be kept, runs take longer. */
export function keepOpen(tracepoints: readonly string[]): Keeper {
  const kept: Kept = { tracepoints, parent: process.pid };
  const command = [fileURLToPath(CHILD), "keep", JSON.stringify(kept)];
  const child = spawn(process.execPath, command, { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  return {
    end() {
      child.kill("SIGKILL");
      return ended;
    },
  };
}
