/**
 * A program under strace, whose log is read while it runs. strace writes into a pipe, so that it waits where
 * nobody reads on, and so that a log takes no room, however long the program runs.
 */
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sockets } from "../abi/syscalls/sockets.ts";
import { syscalls } from "../abi/syscalls.ts";
import { type InFront, runProgram, startInFront } from "../sys/process.ts";
import { forbidden, INSTALL, quickly, straceVersion } from "./strace-here.ts";
import type { Forbidden } from "./tracing.ts";

/** A program that was started, and its log. */
export interface Traced {
  readonly front: InFront;
  /** strace's log, in pieces, a byte a character, until the program has ended. */
  readonly log: AsyncIterable<string>;
}

/** Calls of other families that sockets' lives are made of. */
const BESIDE = new RegExp("^(?:p?poll|p?select6?|epoll_\\w+|eventfd2?|p?(?:read|write)v?(?:64)?"
  + "|close(?:_range)?|dup[23]?|fcntl|ioctl|sendfile|splice|pipe2?|exit(?:_group)?|io_uring_\\w+)$");
/** Calls that netlab's table does not have: how processes come about. */
const MORE = ["execve", "execveat", "clone", "clone3", "fork", "vfork"] as const;
/** What strace is asked for: sockets and descriptors. A name that it does not know is no error. */
const ASKED = [...Object.keys(sockets), ...Object.keys(syscalls).filter((it) => BESIDE.test(it)), ...MORE];
/** How much of each text. */
const TEXT = 64;

/** Why a program cannot be traced here, and what would help; null where it can. */
export async function cannotTrace(): Promise<Forbidden | null> {
  if (await straceVersion() === null) return { why: "strace is not installed", remedy: INSTALL };
  const trial = await runProgram("strace", ["-o", "/dev/null", process.execPath, "--version"]);
  if (trial.exit === 0) return null;
  const said = trial.stderr.split("\n", 1)[0];
  return forbidden(trial.stderr, "run netlab explain without it")
    ?? { why: `strace does not run here (${said})`, remedy: "make the log elsewhere: netlab explain LOG" };
}

/** Starts a program under strace. It has this one's input, output and errors. */
export async function traced(command: readonly string[]): Promise<Traced> {
  const version = await straceVersion() ?? "0";
  const pipe = await namelessPipe();
  const asked = ASKED.map((it) => `?${it}`).join(",");
  const log = `/proc/${process.pid}/fd/${pipe.writing}`;
  const options = ["-f", "-s", String(TEXT), "-e", `trace=${asked}`, ...quickly(version), "-o", log];
  const front = startInFront("strace", [...options, "--", ...command]);
  const reading = new Socket({ fd: pipe.reading, readable: true, writable: false }).setEncoding("latin1");
  void front.ended.then(() => closeSync(pipe.writing));
  return { front, log: reading as AsyncIterable<string> };
}

/**
 * A pipe that other programs may open by `/proc/PID/fd/N`, which they cannot do with those that Node makes.
 * It has a name only until it is open. As long as `writing` is, reading does not end.
 */
async function namelessPipe(): Promise<{ readonly reading: number; readonly writing: number }> {
  const folder = mkdtempSync(join(tmpdir(), "netlab-"));
  try {
    const path = join(folder, "log");
    const { exit, stderr } = await runProgram("mkfifo", ["-m", "600", path]);
    if (exit !== 0) throw new Error(`mkfifo of coreutils did not make a pipe: ${stderr}`);
    const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { reading, writing: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
