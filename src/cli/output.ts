/**
 * Where text and bytes go: a descriptor that is written in order and without
 * ever blocking the run, so that a slow reader slows nothing else.
 */
import { openSync, write } from "node:fs";
import { getSystemErrorMap } from "node:util";
import { EXIT } from "../lab/exit-code.ts";
import { Said, wrongUsage } from "./said.ts";

/** How long to wait before a descriptor that others set to non-blocking is tried again, in ms. */
const AGAIN = 5;

export class Output {
  readonly #fd: number;
  readonly #name: string;
  /** Called once, when it cannot be written any more. */
  lost: () => void = () => undefined;
  readonly #queue: Buffer[] = [];
  #writing: Promise<void> | null = null;
  #error: NodeJS.ErrnoException | null = null;

  /** `name` is for the sentence when it cannot be written. */
  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
  }

  /** The reader has gone away: no error, but nothing more needs to be done for it. */
  get gone(): boolean { return this.#error?.code === "EPIPE"; }

  write(what: string | Uint8Array): void {
    if (this.#error !== null || what.length === 0) return;
    this.#queue.push(Buffer.from(what));
    this.#writing ??= this.#drain();
  }

  /** Waits until all is written. Throws a sentence (70) where it cannot be. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#error === null || this.gone) return;
    const [, why] = getSystemErrorMap().get(this.#error.errno ?? 0) ?? [null, this.#error.message];
    throw new Said(EXIT.broke, `could not write ${this.#name}: ${why}`);
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 && this.#error === null) {
      const bytes = Buffer.concat(this.#queue.splice(0));
      for (let at = 0; at < bytes.length && this.#error === null;) at += await this.#some(bytes.subarray(at));
    }
    this.#writing = null;
  }

  /** Writes as much as is taken; answers how much. */
  #some(bytes: Buffer): Promise<number> {
    return new Promise((resolve) => write(this.#fd, bytes, 0, bytes.length, null, (error, written) => {
      if (error?.code === "EAGAIN") return void setTimeout(resolve, AGAIN, 0);
      if (error !== null) {
        this.#error = error;
        this.lost();
      }
      resolve(written ?? 0);
    }));
  }
}

/** A file that something of a run is kept in. Throws a sentence (64) where it cannot be opened. */
export function keep(file: string): Output {
  try {
    return new Output(openSync(file, "w"), file);
  } catch (error) {
    const why = (error as Error).message.replace(/^\w+: |, open .*$/g, "");
    throw wrongUsage(`cannot write ${file}: ${why}`);
  }
}
