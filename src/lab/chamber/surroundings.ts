/** What surrounds a run: further namespaces and links, and a hand-made peer at the other end of one. */
import { BuiltNet } from "../../net/built-net.ts";
import { packetPort, tunPort } from "../../net/frame-port.ts";
import { MadePeer } from "../../net/made-peer.ts";
import { PeerLink } from "../../net/peer-link.ts";
import type { Calls } from "../../sys/calls.ts";
import { CannotHere } from "../cannot-here.ts";
import { type LogPlace, startWire } from "./wire-threads.ts";

/** The kernel's end of the link to the peer, and where the first peer is. */
const KERNEL = "192.0.2.1";
const FIRST_PEER = "192.0.2.2";
const PREFIX = 24;

/** Both are made when they are first asked for; they end with the run's process. */
export class Surroundings {
  readonly #calls: Calls;
  readonly #log: LogPlace;
  #net: BuiltNet | null = null;
  #peer: MadePeer | null = null;

  /** `log`: where the run's log lies, for the threads of its wires. */
  constructor(calls: Calls, log: LogPlace) {
    this.#calls = calls;
    this.#log = log;
  }

  get net(): BuiltNet {
    this.#net ??= new BuiltNet(this.#calls, startWire(this.#log));
    return this.#net;
  }

  /** Throws CannotHere where there is neither veth nor TUN. */
  get peer(): MadePeer {
    this.#peer ??= this.#onVeth();
    return this.#peer;
  }

  /**
   * The peer stands in a namespace of its own, so that its kernel's IP does not meet what is said to it. The
   * device on the kernel's side computes no checksums and cuts no segments: what passes is what TCP made.
   */
  #onVeth(): MadePeer {
    const { net } = this;
    const there = net.namespace("peer");
    try {
      net.veth("veth0", ["peer0", there]);
    } catch (error) {
      return this.#onTun((error as Error).message);
    }
    net.address("veth0", `${KERNEL}/${PREFIX}`);
    for (const it of ["tx-checksum", "tso", "gso", "gro"] as const) net.offload("veth0", it, false);
    const port = net.within(there, () => packetPort(this.#calls, "peer0"));
    net.neighbour("veth0", FIRST_PEER, port.mac!);
    return new MadePeer(new PeerLink(port, { mac: net.mac("veth0"), address: KERNEL }));
  }

  #onTun(whyNoVeth: string): MadePeer {
    try {
      return new MadePeer(new PeerLink(tunPort(this.#calls, "tun0", KERNEL), { mac: null, address: KERNEL }));
    } catch (error) {
      const why = `${whyNoVeth}; ${(error as Error).message}`;
      throw new CannotHere(`a hand-made peer needs veth or TUN (modprobe veth): ${why}`);
    }
  }
}
