/**
 * A wire as it is built: two veth pairs, whose inner ends lie in a namespace of their own. What comes in at
 * one of them is carried to the other by a forwarder.
 */
import type { Feature } from "./ethtool.ts";
import type { Carriage } from "./forwarder.ts";
import type { Net } from "./net.ts";
import type { Wire, WireOrder } from "./wire.ts";
import { WireTally } from "./wire-tally.ts";

/** Starts a forwarder on a thread of its own; answers when it carries. Throws Error where it does not. */
export type StartForwarder = (it: Carriage) => void;

/** Work that a device would do for the stack: with it frames would not be what TCP made. */
const OFFLOADS: readonly Feature[] = ["tx-checksum", "tso", "gso", "gro"];
/** The inner ends take whatever the outer ones may be made to send, in bytes. */
const LARGEST = 65_535;

/** Builds the n-th wire of a run, from the namespace where the thread is. */
export function buildWire(net: Net, start: StartForwarder, n: number, order: WireOrder): Wire {
  const { here, there, rules = [] } = order;
  const [device, ends] = [`wire${n}`, { here: `here${n}`, there: `there${n}` }];
  const [far, between] = [net.namespace(`far${n}`), net.namespace(`between${n}`)];
  const end = (inner: string, prefix: string): string => {
    net.veth(device, [inner, between]);
    for (const it of OFFLOADS) net.offload(device, it, false);
    net.address(device, prefix);
    return net.mac(device);
  };
  const mac = end(ends.here, here);
  net.neighbour(device, addressIn(there), net.within(far, () => end(ends.there, there)));
  net.within(far, () => net.neighbour(device, addressIn(here), mac));
  net.within(between, () => {
    for (const it of [ends.here, ends.there]) {
      for (const feature of OFFLOADS) net.offload(it, feature, false);
      net.mtu(it, LARGEST);
    }
  });
  const tally = WireTally.of(rules.length);
  start({ namespace: between.fd, ends, rules, tally: tally.memory });
  return {
    far, device,
    passed: () => tally.passed,
    dropped: () => tally.dropped,
    did: () => tally.rules(),
  };
}

const addressIn = (prefix: string): string => prefix.split("/", 1)[0]!;
