/** Other programs, as promises. All of them end when this one is told to. */
import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";

/** Aborted by the first signal. */
export const stop = new AbortController();

/**
 * Runs a program to its end → {code, out, err}; code is null where a signal ended it.
 * `input` is what it reads, `to` a descriptor that it writes to in place of `out`; the rest is for spawn.
 * `out` is text, or bytes if `binary`.
 */
export async function ran(command, args, { input = "", to = "pipe", binary = false, ...options } = {}) {
  const child = spawn(command, args, {
    killSignal: "SIGKILL", ...options, signal: stop.signal, stdio: ["pipe", to, "pipe"],
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const out = child.stdout === null ? Buffer.alloc(0) : buffer(child.stdout);
  const results = await Promise.all([closed(child), out, buffer(child.stderr)]);
  return { code: results[0], out: binary ? results[1] : results[1].toString(), err: results[2].toString() };
}

/** The same of a program that has to succeed → what it printed. */
export async function printed(command, args, options) {
  const { code, out, err } = await ran(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${err.trim()}`);
  return out;
}

/** One that was told to stop is waited for too. */
function closed(child) {
  return new Promise((resolve, reject) => {
    let failed = null;
    child.once("error", (error) => {
      failed = error;
      if (child.pid === undefined) reject(error);
    });
    child.once("close", (code) => (failed === null ? resolve(code) : reject(failed)));
  });
}
