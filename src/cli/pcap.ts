/** `--pcap`: the packets of a run as a file that Wireshark reads. */
import { openSync, writeFileSync } from "node:fs";
import type { Event } from "../lab/events.ts";
import { captureOf } from "../report/capture.ts";
import { wrongUsage } from "./said.ts";
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
      throw wrongUsage(`cannot write ${file}: ${(error as NodeJS.ErrnoException).code}`);
    }
  }

  hear(event: Event): void {
    if (event.type === "run") this.#began = BigInt(Date.now()) * 1_000_000n - BigInt(Math.round(event.t));
    this.#events.push(event);
  }

  /** Says why, where nobody watched the wire. */
  write(shell: Shell): void {
    writeFileSync(this.#fd, captureOf(this.#events, this.#began));
    const wire = this.#events.find((it) => it.type === "run")?.witnesses.wire;
    if (wire?.able === true) return;
    shell.note(`netlab: ${this.#file} has no packets: ${wire?.why ?? "the wire was not watched"}`);
  }
}
