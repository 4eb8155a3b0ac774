/**
 * A sentence for the person at the terminal, and the exit code that goes with it.
 * What is thrown as this is no defect of netlab.
 */
import { EXIT } from "../lab/exit-code.ts";

export class Said extends Error {
  override readonly name = "Said";
  readonly exit: number;

  constructor(exit: number, sentence: string) {
    super(sentence);
    this.exit = exit;
  }
}

/** Asked by name: what is bundled for itself has a class of its own. */
export const isSaid = (error: unknown): error is Said => error instanceof Error && error.name === "Said";

/** The command line asks for what there is not: 64. */
export const wrongUsage = (sentence: string): Said => new Said(EXIT.usage, sentence);

/** Throws where system calls cannot be made at all, naming what a person can do about it: 77. */
export function onLinux(what: string): void {
  if (process.platform === "linux") return;
  const where = process.platform === "win32"
    ? "WSL2, in Docker or in a virtual machine" : "Docker or in a virtual machine";
  throw new Said(EXIT.cannot, `${what} needs Linux, and this is ${process.platform}: use it in ${where}. `
    + "list, show, claims, judge, struct, explain of a log and compare of saved runs work here.");
}
