/** A kernel that says what the test has it say: the other side of a port, without Linux. */
import { optionBytes, type TcpOption } from "../../src/abi/headers/tcp-options.ts";
import type { FramePort } from "../../src/net/frame-port.ts";
import { MadePeer } from "../../src/net/made-peer.ts";
import { PeerLink } from "../../src/net/peer-link.ts";
import { frameOf, type ReadSegment, readFrame } from "../../src/net/tcp-frame.ts";

export const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16] as const;
/** By default from port 80 to the first peer. */
export interface Said {
  readonly flags: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly options?: readonly TcpOption[];
  readonly payload?: string;
  readonly port?: number;
  readonly to?: number;
  /** The last byte of the peer's address, of the kernel's. */
  readonly address?: number;
  readonly source?: number;
  readonly spoilt?: boolean;
}
const NET = 0xc000_0200;
const MACS = { kernel: "02:00:00:00:00:01", peer: "02:00:00:00:00:02" } as const;
const bytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(":", ""), "hex");

/** `answer` says what the kernel does at once when a segment of a peer's comes. */
export class SimulatedKernel implements FramePort {
  readonly mac: string | null;
  /** What the peers sent, as it was read. */
  readonly got: ReadSegment[] = [];
  /** What they sent besides TCP, in hex. */
  readonly others: string[] = [];
  readonly peer: MadePeer;
  answer: (it: ReadSegment) => void = (it) => { if (it.to.port === 9) this.say({ flags: RST | ACK, ack: it.seq + 1, port: 9, to: it.from.port }); };
  readonly #frames: Uint8Array[] = [];

  constructor(isEthernet = true) {
    this.mac = isEthernet ? MACS.peer : null;
    this.peer = new MadePeer(new PeerLink(this, { mac: isEthernet ? MACS.kernel : null, address: "192.0.2.1" }));
  }

  send(frame: Uint8Array): void {
    const it = readFrame(frame, this.mac !== null);
    if (it === null) this.others.push(Buffer.from(frame).toString("hex"));
    else {
      this.got.push(it);
      this.answer(it);
    }
  }
  receive(): Uint8Array | null {
    return this.#frames.shift() ?? null;
  }
  close(): void {
    this.#frames.length = 0;
  }

  /** Has this frame on its way. */
  put(frame: Uint8Array): void {
    this.#frames.push(frame);
  }
  say({ flags, seq = 0, ack = 0, options = [], payload = "", port = 80, to = 40_000, address = 2, source = 1, spoilt = false }: Said): void {
    const [here, there] = this.mac === null ? [null, null] : [bytes(MACS.kernel), bytes(MACS.peer)];
    this.put(frameOf({ mac: here, address: NET + source, port }, { mac: there, address: NET + address, port: to }, {
      flags, seq: seq >>> 0, ack: ack >>> 0, window: 64_240, urgent: 0, options: optionBytes(options).bytes, payload: Buffer.from(payload),
    }, spoilt));
  }
}
