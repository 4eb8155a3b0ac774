/** What a run builds around itself, by the calls that it is given. */
import type { Calls } from "../sys/calls.ts";
import { addAddress } from "./addresses.ts";
import { buildWire, type StartForwarder } from "./built-wire.ts";
import { type Feature, offload } from "./ethtool.ts";
import { addVeth, awaitCarrier, linkOf, setLink } from "./links.ts";
import { newNamespace, within } from "./namespaces.ts";
import { setNeighbour } from "./neighbours.ts";
import type { Namespace, Net } from "./net.ts";
import { Netlink } from "./netlink.ts";
import { setQdisc } from "./qdiscs.ts";
import { addRoute, type RouteOptions } from "./routes.ts";
import { hasSysctl, sysctl } from "./sysctl.ts";
import type { Wire, WireOrder } from "./wire.ts";

/** To be used by one thread, that whose namespace is the run's own; closed when the run is over. */
export class BuiltNet implements Net {
  readonly #calls: Calls;
  readonly #forward: StartForwarder;
  #wires = 0;
  readonly #namespaces: Namespace[] = [];
  /** One socket a namespace, made when it is first needed. */
  readonly #sockets = new Map<Namespace | null, Netlink>();
  /** Where the thread is now; null: the run's own namespace. */
  #here: Namespace | null = null;

  /** Wires need somebody who starts what carries their frames. */
  constructor(calls: Calls, forward: StartForwarder = nobody) {
    this.#calls = calls;
    this.#forward = forward;
  }

  namespace = (name = `ns${this.#namespaces.length + 1}`): Namespace => {
    const made: Namespace = { name, ...newNamespace(this.#calls) };
    this.#namespaces.push(made);
    return made;
  };

  within = <T>(where: Namespace, body: () => T): T => {
    const before = this.#here;
    return within(this.#calls, where, () => {
      this.#here = where;
      try {
        return body();
      } finally {
        this.#here = before;
      }
    });
  };

  veth = (
    here: string, [there, where]: readonly [string, Namespace],
    { ipv6 = false }: { readonly ipv6?: boolean } = {},
  ): void => {
    addVeth(this.#nl, here, there, where.fd);
    const raise = (device: string): void => {
      speakIpv6(device, ipv6);
      this.up(device);
    };
    this.within(where, () => raise(there));
    raise(here);
    awaitCarrier(this.#nl, here);
    this.within(where, () => awaitCarrier(this.#nl, there));
  };

  wire = (order: WireOrder): Wire => buildWire(this, this.#forward, this.#wires++, order);
  up = (device: string): void => setLink(this.#nl, device, { up: true });
  address = (device: string, prefix: string): void => addAddress(this.#nl, device, prefix);
  route = (to: string, options: RouteOptions): void => addRoute(this.#nl, to, options);
  neighbour = (device: string, address: string, mac: string): void =>
    setNeighbour(this.#nl, device, address, mac);
  offload = (device: string, feature: Feature, on: boolean): void =>
    offload(this.#calls, device, feature, on);
  qdisc = (device: string, kind: string): void => setQdisc(this.#nl, device, kind);
  mtu = (device: string, bytes: number): void => setLink(this.#nl, device, { mtu: bytes });

  mac = (device: string): string => {
    const { mac } = linkOf(this.#nl, device);
    if (mac === null) throw new Error(`link ${device} has no link-layer address`);
    return mac;
  };

  /** Lets go of everything: a namespace without a socket and a thread is gone then, and its links with it. */
  close(): void {
    for (const it of this.#sockets.values()) it.close();
    for (const { fd } of this.#namespaces) this.#calls.close(fd);
    this.#sockets.clear();
    this.#namespaces.length = 0;
  }

  get #nl(): Netlink {
    const known = this.#sockets.get(this.#here);
    if (known !== undefined) return known;
    const made = new Netlink(this.#calls);
    this.#sockets.set(this.#here, made);
    return made;
  }
}

const nobody: StartForwarder = () => {
  throw new Error("a wire needs a thread that carries its frames, and nobody starts one");
};

/** A kernel without IPv6 has nothing to set. */
function speakIpv6(device: string, on: boolean): void {
  const name = `net.ipv6.conf.${device.replaceAll(".", "/")}.disable_ipv6`;
  if (hasSysctl(name)) sysctl(name, on ? 0 : 1);
}
