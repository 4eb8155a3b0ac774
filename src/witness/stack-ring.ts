/**
 * Kernel stacks: whenever a thread passes a tracepoint, the kernel writes down where it stands and what the
 * tracepoint tells, into a ring a thread. perf_event_open(2).
 */
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../abi/constants/mman.ts";
import {
  HW_BREAKPOINT_LEN_1, HW_BREAKPOINT_RW, PERF_COUNT_SW_DUMMY, PERF_EVENT_IOC_DISABLE, PERF_EVENT_IOC_ENABLE,
  PERF_FLAG_FD_CLOEXEC, PERF_FLAG_FD_NO_GROUP, PERF_FLAG_FD_OUTPUT, PERF_FORMAT_LOST, PERF_SAMPLE_ADDR,
  PERF_SAMPLE_CALLCHAIN, PERF_SAMPLE_IP, PERF_SAMPLE_RAW, PERF_SAMPLE_TID, PERF_SAMPLE_TIME,
  PERF_TYPE_BREAKPOINT, PERF_TYPE_SOFTWARE, PERF_TYPE_TRACEPOINT,
} from "../abi/constants/perf_event.ts";
import { CLOCK_MONOTONIC } from "../abi/constants/time.ts";
import { perf_event_attr } from "../abi/structs/perf.ts";
import { buffer, type Memory } from "../memory/memory.ts";
import { sizeof } from "../memory/struct.ts";
import type { Calls } from "../sys/calls.ts";
import { PerfRing, RING } from "./perf-ring.ts";
import type { Tracepoint } from "./tracepoints.ts";

/** The rings of some threads. */
export interface StackRings {
  /** From now on passing a tracepoint is written down. */
  enable(): void;
  disable(): void;
  /**
   * Hands over what was written since the last drain or skip, for decodeSample; each record is valid until
   * `put` returns. Answers how many stacks they were.
   */
  drain(put: (bytes: Uint8Array) => void): number;
  /** Gives up what was written since the last drain or skip; answers how many stacks that was. */
  skip(): number;
  /**
   * So many stacks did not fit into the rings so far. Before Linux 6.0 only those count that a later record
   * told of, and that has been drained or skipped.
   */
  lost(): number;
  /**
   * Also writes down, as `user:copy`, where the kernel itself touches the byte at `address` for a thread:
   * where it copies from or to a user's buffer. What it answers ends that. A processor watches four places;
   * throws SyscallError (ENOSPC) for one more.
   */
  watchBuffer(address: number, tid: number): () => void;
  /** Ends it all. The kernel takes tens of milliseconds for each tracepoint that nobody else watches. */
  close(): void;
}

/**
 * Opens the rings of threads, by their ids (0: this thread), disabled. Throws SyscallError where the kernel
 * refuses: EACCES without CAP_PERFMON, ESRCH for a thread that is gone, EPERM where no more may be locked.
 */
export function openStacks(
  calls: Calls, tracepoints: readonly Tracepoint[], tids: readonly number[],
): StackRings {
  if (tracepoints.length === 0) throw new RangeError("stacks are taken at a tracepoint, and none is named");
  const format = tellsLost(calls) ? PERF_FORMAT_LOST : 0;
  const threads = new Map<number, Thread>();
  const close = (): void => {
    for (const it of threads.values()) it.close();
    threads.clear();
  };
  const sum = (what: (it: Thread) => number): number =>
    [...threads.values()].reduce((total, it) => total + what(it), 0);
  try {
    for (const tid of new Set(tids)) threads.set(tid, new Thread(calls, tid, format, tracepoints));
  } catch (error) {
    close();
    throw error;
  }
  return {
    enable: () => threads.forEach((it) => { it.turn(true); }),
    disable: () => threads.forEach((it) => { it.turn(false); }),
    drain: (put) => sum((it) => it.ring.take(put)),
    skip: () => sum((it) => it.ring.take(() => undefined)),
    lost: () => sum((it) => it.lost()),
    watchBuffer(address, tid) {
      const thread = threads.get(tid);
      if (thread === undefined) throw new RangeError(`thread ${tid} has no ring`);
      return thread.watch(address);
    },
    close,
  };
}

/**
 * What a sample holds, in this order: ip, pid and tid, time, address, call chain, what the tracepoint tells.
 * The same for every event of a ring: nothing in a sample says which event it is of.
 */
const SAMPLE = PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ADDR
  | PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_RAW;

type Event = NonNullable<Parameters<typeof perf_event_attr>[0]>;
const EVENT: Event = { size: sizeof(perf_event_attr), sample_period: 1, sample_type: SAMPLE,
  exclude_callchain_user: 1, use_clockid: 1, clockid: CLOCK_MONOTONIC };

/** Since Linux 6.0 an event says itself what it lost. */
function tellsLost({ attempt }: Calls): boolean {
  const event = { type: PERF_TYPE_SOFTWARE, config: PERF_COUNT_SW_DUMMY, read_format: PERF_FORMAT_LOST };
  const attr = perf_event_attr({ ...EVENT, ...event, sample_type: 0, exclude_kernel: 1 });
  const fd = attempt.perf_event_open(attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
  if (fd >= 0) attempt.close(fd);
  return fd >= 0;
}

/** The events of one thread, which all write the ring of the first. */
class Thread {
  readonly ring: PerfRing;
  readonly #calls: Calls;
  readonly #tid: number;
  readonly #format: number;
  readonly #fds: number[] = [];
  #memory: Memory | null = null;
  #on = false;
  #lostByEnded = 0;

  constructor(calls: Calls, tid: number, format: number, tracepoints: readonly Tracepoint[]) {
    this.#calls = calls;
    this.#tid = tid;
    this.#format = format;
    try {
      for (const { id } of tracepoints) this.#add({ type: PERF_TYPE_TRACEPOINT, config: id });
    } catch (error) {
      this.close();
      throw error;
    }
    this.ring = new PerfRing(this.#memory!.home.buffer);
  }

  turn(on: boolean): void {
    this.#on = on;
    const request = on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE;
    for (const fd of this.#fds) this.#calls.ioctl(fd, request, 0);
  }

  watch(address: number): () => void {
    const fd = this.#add({
      type: PERF_TYPE_BREAKPOINT, bp_type: HW_BREAKPOINT_RW, bp_addr: address, bp_len: HW_BREAKPOINT_LEN_1,
      exclude_user: 1,
    });
    return () => {
      const at = this.#fds.indexOf(fd);
      if (at < 0) return;
      this.#lostByEnded += this.#lostBy(fd);
      this.#fds.splice(at, 1);
      this.#calls.close(fd);
    };
  }

  lost(): number {
    if (this.#format === 0) return this.ring.lost;
    return this.#fds.reduce((sum, fd) => sum + this.#lostBy(fd), this.#lostByEnded);
  }

  close(): void {
    if (this.#memory !== null) this.#calls.munmap(this.#memory, RING);
    for (const fd of this.#fds.splice(0)) this.#calls.close(fd);
  }

  /** Reading an event with PERF_FORMAT_LOST gives its count and what it lost. */
  #lostBy(fd: number): number {
    if (this.#format === 0) return 0;
    const told = buffer(16);
    const length = this.#calls.read(fd, told, told.length);
    return length === told.length ? Number(told.bytes.readBigUInt64LE(8)) : 0;
  }

  #add(event: Event): number {
    const first = this.#fds[0];
    const how = { read_format: this.#format, disabled: this.#on ? 0 : 1 };
    const attr = perf_event_attr({ ...EVENT, ...event, ...how });
    const flags = first === undefined ? 0 : PERF_FLAG_FD_OUTPUT | PERF_FLAG_FD_NO_GROUP;
    const fd = this.#calls.perf_event_open(attr, this.#tid, -1, first ?? -1, flags | PERF_FLAG_FD_CLOEXEC);
    this.#fds.push(fd);
    this.#memory ??= this.#calls.mmap(null, RING, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return fd;
  }
}
