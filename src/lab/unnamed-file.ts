/**
 * Files without a name, open(2) O_TMPFILE: nothing is left behind, however the program ends. Other programs
 * may open one by `/proc/PID/fd/N`.
 */
import { closeSync, constants, openSync } from "node:fs";
import { tmpdir } from "node:os";

/** Linux's O_TMPFILE; Node has no name for it. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/**
 * The folder that takes them: in memory where /dev/shm is there, else the temporary one. Throws Error where
 * neither does.
 */
export function folderForFiles(): string {
  const folder = ["/dev/shm", tmpdir()].find(takesFiles);
  if (folder !== undefined) return folder;
  throw new Error(`neither /dev/shm nor ${tmpdir()} takes an unnamed file: `
    + "a run needs one to keep its record in");
}

/** An open file without a name, readable by its owner alone. */
export const unnamedFile = (folder: string): number =>
  openSync(folder, constants.O_RDWR | constants.O_EXCL | O_TMPFILE, 0o600);

function takesFiles(folder: string): boolean {
  try {
    closeSync(unnamedFile(folder));
    return true;
  } catch {
    return false;
  }
}
