/** The hand-made other end: says what an experiment has it say, and hears what the kernel says. */
import type { Connection } from "./connection.ts";
import { PATIENCE, type PeerLink } from "./peer-link.ts";
import type { Segment } from "./segment.ts";
import { differences } from "./segment-match.ts";
import { segmentText } from "./segment-text.ts";

/** Ports of one address: from here on, so many. Each is another peer. */
const FIRST_PORT = 40_000;
const PORTS = 20_000;
/** 192.0.2.2 to 192.0.2.254. */
const ADDRESSES = 253;
/** The kernel's port, unless another is named. */
const HTTP = 80;

/** Implements lab's Peer: its words are described there. */
export class MadePeer {
  /** IPv4, as a number. */
  readonly address: number;
  readonly port: number;
  readonly #link: PeerLink;
  readonly #n: number;
  /** All peers of the link, by their number. */
  readonly #all: MadePeer[];
  /** The one that it spoke of last. */
  #connection: Connection | null = null;

  /** Peer 0; the others are `at(n)`. */
  constructor(link: PeerLink, n = 0, all: MadePeer[] = []) {
    this.#link = link;
    this.#n = n;
    this.#all = all;
    this.address = link.address + Math.floor(n / PORTS);
    this.port = FIRST_PORT + (n % PORTS);
    link.own(this.address);
    all[n] = this;
  }

  /** Throws SyscallError. */
  send(segment: Segment): void {
    this.#link.hearAll();
    const connection = this.#connect(segment.port);
    connection.rest();
    this.#link.send(connection, connection.say(segment), segment.badChecksum);
  }

  /** Throws Error: what was expected, what came. */
  expect(segment: Segment): void {
    const heard = this.#link.until(() => this.#known(segment.port)?.next());
    const wrong = heard === undefined ? [] : differences(segment, heard);
    if (heard !== undefined && wrong.length === 0) return;
    const said = heard === undefined ? `nothing for ${PATIENCE / 1000} s` : segmentText(heard);
    throw this.#failed(segmentText(segment), `the kernel sent ${said}`, ...wrong);
  }

  /** Throws Error. */
  fence(): void {
    this.#link.fence();
  }

  /** Throws Error: what came. */
  quiet(): void {
    this.#link.fence();
    const came = this.#known()?.rest() ?? [];
    if (came.length === 0) return;
    throw this.#failed("silence", ...came.map((it) => `the kernel sent ${segmentText(it)}`));
  }

  received(): readonly Segment[] {
    this.#link.hearAll();
    return [...this.#known()?.heard ?? []];
  }

  /** Throws RangeError. */
  at(n: number): MadePeer {
    const known = this.#all[n];
    if (known !== undefined) return known;
    const fits = Number.isInteger(n) && n >= 0 && n < PORTS * ADDRESSES;
    if (!fits) throw new RangeError(`there is no peer ${n}`);
    return new MadePeer(this.#link, n, this.#all);
  }

  /** Throws Error. */
  handshake(port: number, rest: Partial<Segment> = {}): void {
    const connection = this.#connect(port);
    this.send({ seq: connection.opening, ...rest, flags: ["SYN"], port });
    this.expect({ flags: ["SYN", "ACK"] });
    this.send({ flags: ["ACK"] });
  }

  #failed(wanted: string, ...lines: readonly string[]): Error {
    const name = this.#n === 0 ? "peer" : `peer.at(${this.#n})`;
    return new Error([`${name} expected ${wanted}`, ...lines].join("\n  "));
  }

  /** The connection with that port of the kernel's; without a port the one of before, or a new one. */
  #connect(port?: number): Connection {
    this.#connection = this.#known(port) ?? this.#made(HTTP);
    return this.#connection;
  }

  /** The same; null: nobody has spoken yet. */
  #known(port = this.#connection?.place.kernelPort): Connection | null {
    if (port === undefined) this.#connection = this.#opened();
    else if (port !== this.#connection?.place.kernelPort) this.#connection = this.#made(port);
    return this.#connection;
  }

  #made(kernelPort: number): Connection {
    const { address, port } = this.#connection?.place ?? this;
    return this.#link.connection({ address, port, kernelPort });
  }

  /** One that the kernel opened, to this peer's port or to one that is no peer's. */
  #opened(): Connection | null {
    return this.#link.take(({ address, port }) => address === this.address && port === this.port)
      ?? this.#link.take(({ port }) => port < FIRST_PORT || port >= FIRST_PORT + PORTS);
  }
}
