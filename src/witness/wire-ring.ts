/**
 * Witness: the packets of this network namespace, each once, by a packet socket whose ring the kernel fills.
 * packet(7), Documentation/networking/packet_mmap.rst.
 */
import { ETH_P_ALL } from "../abi/constants/ether.ts";
import { SIOCGIFNAME } from "../abi/constants/ioctl.ts";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../abi/constants/mman.ts";
import {
  PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION, TP_STATUS_KERNEL, TP_STATUS_USER, TPACKET_V2,
} from "../abi/constants/packet.ts";
import {
  AF_PACKET, SO_ATTACH_FILTER, SOCK_CLOEXEC, SOCK_RAW, SOL_PACKET, SOL_SOCKET,
} from "../abi/constants/socket.ts";
import { ifreq } from "../abi/structs/if.ts";
import { tpacket_req, tpacket_stats } from "../abi/structs/packet.ts";
import { sockaddr_ll } from "../abi/structs/sockaddr.ts";
import { int } from "../memory/integer.ts";
import type { Memory } from "../memory/memory.ts";
import type { Calls } from "../sys/calls.ts";
import { onePassing } from "./wire-filter.ts";
import { HEAD, SLOT } from "./wire-record.ts";

/** A slot holds a frame of 1982 bytes whole; of a longer one its beginning. */
const FRAME = 2048;
const FRAMES = 4096;
/** Small enough that the kernel finds such pieces of memory at once. */
const BLOCK = 65_536;
const LENGTH = FRAME * FRAMES;

/**
 * Begins to watch. Throws SyscallError where that is not allowed. It takes as long as an RCU grace period,
 * whatever the size of the ring: the kernel waits for one when a ring is made, and for two when it ends.
 */
export function openWire(calls: Calls): WireRing {
  const { socket, setsockopt, mmap, bind, attempt } = calls;
  const fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  try {
    const size = tpacket_req({
      tp_block_size: BLOCK, tp_block_nr: LENGTH / BLOCK, tp_frame_size: FRAME, tp_frame_nr: FRAMES,
    });
    setsockopt(fd, SOL_PACKET, PACKET_VERSION, int(TPACKET_V2), 4);
    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, onePassing(), 16);
    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, size, tpacket_req.size);
    const ring = mmap(0, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    // Only now: a protocol given to socket() would let packets pass before there is a ring and a filter.
    bind(fd, sockaddr_ll({ sll_family: AF_PACKET, sll_protocol: ETH_P_ALL }), sockaddr_ll.size);
    return new WireRing(calls, fd, ring);
  } catch (error) {
    attempt.close(fd);
    throw error;
  }
}

/** The ring, read from its head on: the kernel fills one slot after the other and never skips one. */
export class WireRing {
  readonly #calls: Calls;
  readonly #fd: number;
  readonly #ring: Memory;
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  readonly #names = new Map<number, string>();
  readonly #nameless = new Set<number>();
  /** Where the next frame will be, in bytes. */
  #head = 0;
  #lost = 0;
  #open = true;

  constructor(calls: Calls, fd: number, ring: Memory) {
    this.#calls = calls;
    this.#fd = fd;
    this.#ring = ring;
    this.#bytes = ring.bytes;
    this.#words = new Int32Array(ring.home.buffer, ring.offset, ring.length / 4);
  }

  /**
   * Hands over every new frame as a record of wire-record.ts, which is the taker's to keep. Answers how many.
   * Never more than the ring holds: what comes meanwhile is for the next time.
   */
  drain(put: (bytes: Uint8Array) => void): number {
    let count = 0;
    for (; count < FRAMES && this.#isFull(); count++) {
      const record = this.#record();
      this.#release();
      put(record);
    }
    return count;
  }

  /** Gives back every new frame unseen. Answers how many. */
  skip(): number {
    let count = 0;
    for (; count < FRAMES && this.#isFull(); count++) this.#release();
    return count;
  }

  /** How many frames so far found no free slot. */
  lost(): number {
    const stats = tpacket_stats();
    this.#calls.getsockopt(this.#fd, SOL_PACKET, PACKET_STATISTICS, stats, int(tpacket_stats.size));
    this.#lost += stats.tp_drops;
    return this.#lost;
  }

  /** The names of the devices that drained frames passed, by index; without those that are gone. */
  devices(): ReadonlyMap<number, string> {
    for (const index of this.#nameless) {
      const asked = ifreq({ ifr_ifindex: index });
      if (this.#calls.attempt.ioctl(this.#fd, SIOCGIFNAME, asked) < 0) continue;
      this.#names.set(index, asked.ifr_name);
      this.#nameless.delete(index);
    }
    return this.#names;
  }

  /** Ends watching. The ring's memory is gone then. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#calls.munmap(this.#ring, this.#ring.length);
    this.#calls.close(this.#fd);
  }

  /** Whether the kernel has filled the slot at the head; all of it can be read then. */
  #isFull(): boolean {
    if (!this.#open) return false;
    return (Atomics.load(this.#words, (this.#head + SLOT.status) / 4) & TP_STATUS_USER) !== 0;
  }

  #record(): Uint8Array {
    const at = this.#head;
    const from = at + this.#bytes.readUInt16LE(at + SLOT.mac);
    const captured = this.#bytes.readUInt32LE(at + SLOT.snaplen);
    const record = Buffer.allocUnsafe(HEAD + captured);
    this.#bytes.copy(record, 0, at, at + HEAD);
    this.#bytes.copy(record, HEAD, from, from + captured);
    const device = this.#bytes.readInt32LE(at + SLOT.ifindex);
    if (!this.#names.has(device)) this.#nameless.add(device);
    return record;
  }

  /** The slot at the head is the kernel's again. */
  #release(): void {
    Atomics.store(this.#words, (this.#head + SLOT.status) / 4, TP_STATUS_KERNEL);
    this.#head = (this.#head + FRAME) % LENGTH;
  }
}
