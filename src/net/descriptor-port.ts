/** A port whose frames are what read(2) and write(2) of a non-blocking descriptor move, one at a time. */
import { POLLIN } from "../abi/constants/poll.ts";
import { EAGAIN, EINTR, errnoName } from "../abi/errno.ts";
import { pollfd } from "../abi/structs/poll.ts";
import { timespec } from "../abi/structs/time.ts";
import { buffer } from "../memory/memory.ts";
import type { Calls } from "../sys/calls.ts";
import type { FramePort } from "./frame-port.ts";

/** The largest frame: 64 KiB of IP, and the link's header. */
const ROOM = (1 << 16) + 64;

export class DescriptorPort implements FramePort {
  readonly mac: string | null;
  /** To be polled beside others. */
  readonly fd: number;
  readonly #calls: Calls;
  /** Frames that found no room since it was last asked. */
  readonly #lost: () => number;
  readonly #in = buffer(ROOM);
  readonly #out = buffer(ROOM);
  readonly #ready: ReturnType<typeof pollfd>;

  constructor(calls: Calls, fd: number, mac: string | null, lost: () => number = () => 0) {
    this.mac = mac;
    this.#calls = calls;
    this.fd = fd;
    this.#lost = lost;
    this.#ready = pollfd({ fd, events: POLLIN });
  }

  send(frame: Uint8Array): void {
    this.#out.bytes.set(frame);
    this.#calls.write(this.fd, this.#out, frame.length);
  }

  receive(patience: number): Uint8Array | null {
    const end = patience === 0 ? 0 : performance.now() + patience;
    for (;;) {
      const length = this.#calls.attempt.read(this.fd, this.#in, ROOM);
      if (length >= 0) return this.#in.bytes.subarray(0, length);
      if (length === -EINTR) continue;
      if (length !== -EAGAIN) throw new Error(`no frame: ${errnoName(-length)}`);
      if (patience === 0) return null;
      const left = end - performance.now();
      if (left <= 0) break;
      this.#calls.attempt.ppoll(this.#ready, 1, timeOf(left), null, 0);
    }
    this.nothingLost();
    return null;
  }

  close(): void {
    this.#calls.close(this.fd);
  }

  /** Throws Error where frames were lost since it was last asked: then silence would prove nothing. */
  nothingLost(): void {
    const lost = this.#lost();
    if (lost > 0) throw new Error(`${lost} frames were lost: they came faster than they were received`);
  }
}

/** So many milliseconds, as ppoll(2) takes them. */
export const timeOf = (ms: number): ReturnType<typeof timespec> =>
  timespec({ tv_sec: Math.floor(ms / 1000), tv_nsec: Math.floor((ms % 1000) * 1e6) });
