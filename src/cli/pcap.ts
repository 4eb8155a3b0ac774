/** `--pcap`: the packets of a run as a file that Wireshark reads. */
import type { Event } from "../lab/events.ts";
import { captureOf } from "../report/capture.ts";
import type { Output } from "./output.ts";
import type { Shell } from "./shell.ts";

/** Collects what a capture is made of. */
export class Pcap {
  readonly #out: Output;
  readonly #file: string;
  readonly #events: Event[] = [];
  #began = 0n;

  /** `file` is its name, for the sentence where there are no packets. */
  constructor(out: Output, file: string) {
    this.#out = out;
    this.#file = file;
  }

  hear(event: Event): void {
    if (event.type === "run") this.#began = BigInt(Date.now()) * 1_000_000n - BigInt(Math.round(event.t));
    this.#events.push(event);
  }

  /** Says why, where nobody watched the wire. Throws a sentence (70) where the file takes no more. */
  async write(shell: Shell): Promise<void> {
    this.#out.write(captureOf(this.#events, this.#began));
    await this.#out.flush();
    const wire = this.#events.find((it) => it.type === "run")?.witnesses.wire;
    if (wire?.able === true) return;
    shell.note(`netlab: ${this.#file} has no packets: ${wire?.why ?? "the wire was not watched"}`);
  }
}
