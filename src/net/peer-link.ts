/**
 * The link between the kernel and its hand-made peers: one port, whose frames go to the connection that they
 * belong to. It answers ARP for the peers, and proves silence.
 */
import { TH_SYN } from "../abi/constants/tcp.ts";
import { ipv4, mac } from "../memory/address.ts";
import { cell } from "../memory/type.ts";
import { arpAnswer } from "./arp-answer.ts";
import { Connection, type Place } from "./connection.ts";
import { CLOSED, FENCE } from "./fence.ts";
import type { FramePort } from "./frame-port.ts";
import { type End, frameOf, type ReadSegment, readFrame, type WireSegment } from "./tcp-frame.ts";

/** The kernel's end of the link. */
export interface KernelEnd {
  /** Its address on the link; null where there are none. */
  readonly mac: string | null;
  /** IPv4: 192.0.2.1. */
  readonly address: string;
}

/** So long the kernel may take to say what it says, in ms: longer than any delayed ACK or first timeout. */
export const PATIENCE = 2000;
/** Why a checksum of the kernel's may be wrong. */
const OFFLOADED = "its device has to make them itself (tx-checksum off)";
const FIRST_BYTE = 1000;

export class PeerLink {
  /** Of the first peer, as a number: the address after the kernel's. */
  readonly address: number;
  readonly #port: FramePort;
  readonly #mac: Uint8Array | null;
  readonly #kernel: Omit<End, "port">;
  /** By their three numbers, in one. */
  readonly #connections = new Map<number, Connection>();
  readonly #addresses = new Set<number>();
  /** Connections that the kernel opened, and no peer took yet. */
  readonly #opened: Connection[] = [];
  readonly #fence: Connection;

  /** Throws RangeError for what is no address. */
  constructor(port: FramePort, kernel: KernelEnd) {
    this.#port = port;
    this.#mac = macBytes(port.mac);
    this.#kernel = { mac: macBytes(kernel.mac), address: number(kernel.address) };
    this.address = this.#kernel.address + 1;
    this.own(this.address);
    this.#fence = this.connection({ address: this.address, port: FENCE, kernelPort: CLOSED });
  }

  /** ARP is answered for this address from now on. */
  own(address: number): void {
    this.#addresses.add(address);
  }

  /**
   * The connection at this place. It is made when it is first asked for: byte 0 of the first one's data is
   * 1000 on the wire, of the second one's 2000. So runs repeat, and captures can be read.
   */
  connection(place: Place): Connection {
    const key = keyOf(place);
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const made = new Connection(place, FIRST_BYTE * this.#connections.size);
    this.#connections.set(key, made);
    return made;
  }

  /** Takes the first connection that the kernel opened to such a place. */
  take(suits: (place: Place) => boolean): Connection | null {
    const at = this.#opened.findIndex(({ place }) => suits(place));
    return at < 0 ? null : this.#opened.splice(at, 1)[0]!;
  }

  send({ place: { address, port, kernelPort } }: Connection, it: WireSegment, spoilt = false): void {
    const from = { mac: this.#mac, address, port };
    this.#port.send(frameOf(from, { ...this.#kernel, port: kernelPort }, it, spoilt));
  }

  /** Takes in one frame; false: none came in so many milliseconds. Throws Error for a wrong checksum. */
  hear(patience: number): boolean {
    const frame = this.#port.receive(patience);
    if (frame === null) return false;
    const it = readFrame(frame, this.#mac !== null);
    if (it !== null) this.#sort(it);
    else if (this.#port.mac !== null) this.#answerArp(frame, this.#port.mac);
    return true;
  }

  /** Takes in all that is there. */
  hearAll(): void {
    while (this.hear(0));
  }

  /** Takes in frames until `found` finds something in them; undefined: not in PATIENCE. */
  until<T>(found: () => T | undefined): T | undefined {
    const end = performance.now() + PATIENCE;
    for (;;) {
      const it = found();
      const left = end - performance.now();
      if (it !== undefined || left <= 0 || !this.hear(left)) return it;
    }
  }

  /** A SYN to a closed port, from a port of its own. Throws Error if no RST answers it. */
  fence(): void {
    this.#fence.rest();
    this.send(this.#fence, this.#fence.say({ flags: ["SYN"] }));
    const answer = this.until(() => this.#fence.next());
    if (answer === undefined) throw new Error("peer: the fence's SYN was not answered");
    if (!answer.flags.includes("RST")) throw new Error(`peer: a fence needs port ${CLOSED} to be closed`);
  }

  close(): void {
    this.#port.close();
  }

  #sort(it: ReadSegment): void {
    const { from: { address: kernel, port: kernelPort }, to: { address, port } } = it;
    if (kernel !== this.#kernel.address || !this.#addresses.has(address)) return;
    if (!it.isWhole) throw new Error(`peer: a wrong checksum from port ${kernelPort}: ${OFFLOADED}`);
    const place = { address, port, kernelPort };
    const isNew = !this.#connections.has(keyOf(place));
    const connection = this.connection(place);
    if (isNew && it.flags & TH_SYN) this.#opened.push(connection);
    connection.hear(it);
  }

  #answerArp(frame: Uint8Array, mac: string): void {
    const answer = arpAnswer(frame, mac, (address) => this.#addresses.has(number(address)));
    if (answer !== null) this.#port.send(answer);
  }
}

const number = (address: string): number => cell(ipv4, address).bytes.readUInt32BE();
const macBytes = (it: string | null): Uint8Array | null => (it === null ? null : cell(mac, it).bytes);
/** Peers differ in the last byte of their address. */
const keyOf = ({ address, port, kernelPort }: Place): number =>
  ((address & 0xff) * 65_536 + port) * 65_536 + kernelPort;
