/** `--pcap`: the packets of a run as a file that Wireshark reads. */
import { openSync, writeFileSync } from "node:fs";
import type { Event } from "../lab/events.ts";
import { EXIT } from "../lab/exit-code.ts";
import { captureOf } from "../report/capture.ts";
import { Said, wrongUsage } from "./said.ts";
import type { Shell } from "./shell.ts";

/** Collects what a capture is made of. */
export class Pcap {
  readonly #file: string;
  readonly #fd: number;
  readonly #events: Event[] = [];
  #began = 0n;

  /** Throws a sentence (64) where the file cannot be opened. */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#fd = openSync(file, "w");
    } catch (error) {
      throw wrongUsage(`cannot write ${file}: ${reasonOf(error)}`);
    }
  }

  hear(event: Event): void {
    if (event.type === "run") this.#began = BigInt(Date.now()) * 1_000_000n - BigInt(Math.round(event.t));
    this.#events.push(event);
  }

  /** Says why, where nobody watched the wire. Throws a sentence (70) where the file takes no more. */
  write(shell: Shell): void {
    try {
      writeFileSync(this.#fd, captureOf(this.#events, this.#began));
    } catch (error) {
      throw new Said(EXIT.broke, `could not write ${this.#file}: ${reasonOf(error)}`);
    }
    const wire = this.#events.find((it) => it.type === "run")?.witnesses.wire;
    if (wire?.able === true) return;
    shell.note(`netlab: ${this.#file} has no packets: ${wire?.why ?? "the wire was not watched"}`);
  }
}

/** `no space left on device`, of `ENOSPC: no space left on device, write`. */
const reasonOf = (error: unknown): string =>
  (error as Error).message.replace(/^\w+: |, (?:open|write)\b.*$/g, "");
