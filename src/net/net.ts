/**
 * What a run may build around itself: further namespaces, and links between them. Everything is built in the
 * namespace where it is said: the run's own, inside `within` the other. Nothing outside of the run can be
 * reached, and with the run it is gone.
 */
import type { Feature } from "./ethtool.ts";
import type { RouteOptions } from "./routes.ts";
import type { Wire, WireOrder } from "./wire.ts";

/** A network namespace inside the run. Its lo is up. */
export interface Namespace {
  readonly name: string;
  /** A descriptor that keeps it, as setns(2) takes it. */
  readonly fd: number;
}
export interface Net {
  /** A further network namespace; without a name it is ns1, ns2, … */
  namespace(name?: string): Namespace;
  /**
   * Runs the body in that namespace, and returns from there also where it throws. Sockets made meanwhile stay
   * there.
   */
  within<T>(where: Namespace, body: () => T): T;
  /**
   * A veth pair: one end here, the other in a namespace. Both are up and carry packets when it returns. They
   * speak no IPv6 unless that is asked for, so that no packet comes that the run did not send.
   */
  veth(
    here: string, there: readonly [name: string, where: Namespace], how?: { readonly ipv6?: boolean },
  ): void;
  /**
   * A wire to a further namespace, with an address at each end; what passes is treated by rule, frame by
   * frame: lost, doubled, late. A thread carries the frames. The devices do no work for TCP (no offloads),
   * and each end knows the other's link-layer address: nothing passes but what is sent.
   */
  wire(order: WireOrder): Wire;
  /** Sets a link up. */
  up(device: string): void;
  /** Gives a link an address with its prefix: "192.0.2.1/24". Only loopback, link-local, documentation. */
  address(device: string, prefix: string): void;
  /** Adds a route: to a prefix of those, or "default". */
  route(to: string, options: RouteOptions): void;
  /** Says for good which link-layer address a neighbour has. */
  neighbour(device: string, address: string, mac: string): void;
  /** The link-layer address of a link: "02:00:00:00:00:01". */
  mac(device: string): string;
  /** Turns an offload of a link on or off. */
  offload(device: string, feature: Feature, on: boolean): void;
  /** Gives a link a queueing discipline, by its kind. */
  qdisc(device: string, kind: string): void;
  /** Sets the largest packet of a link, in bytes. */
  mtu(device: string, bytes: number): void;
}
