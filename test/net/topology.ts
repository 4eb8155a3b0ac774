/** What tests build: two namespaces, a veth pair between them, and a little of everything on it. */
import { addAddress } from "../../src/net/addresses.ts";
import { addVeth, awaitCarrier, setLink } from "../../src/net/links.ts";
import { newNamespace, within } from "../../src/net/namespaces.ts";
import { setNeighbour } from "../../src/net/neighbours.ts";
import { Netlink } from "../../src/net/netlink.ts";
import { addRoute } from "../../src/net/routes.ts";
import { hasSysctl, sysctl } from "../../src/net/sysctl.ts";
import type { Calls } from "../../src/sys/calls.ts";

export interface Topology {
  readonly here: Netlink;
  readonly there: Netlink;
  readonly fd: number;
}

/** Everything in it is always the same, so that answers to it may be recorded. */
export function topology(calls: Calls): Topology {
  const { fd } = newNamespace(calls);
  const here = new Netlink(calls);
  const there = within(calls, { fd }, () => new Netlink(calls));
  setLink(here, "lo", { up: true });
  addVeth(here, "va", "vb", fd);
  setLink(here, "va", { address: "02:00:00:00:00:0a", mtu: 1400 });
  setLink(there, "vb", { address: "02:00:00:00:00:0b", mtu: 1400 });
  within(calls, { fd }, () => noLinkLocal("vb"));
  noLinkLocal("va");
  setLink(there, "vb", { up: true });
  setLink(here, "va", { up: true });
  awaitCarrier(here, "va");
  awaitCarrier(there, "vb");
  addAddress(here, "va", "192.0.2.1/24");
  addAddress(there, "vb", "192.0.2.2/24");
  addAddress(here, "lo", "127.0.0.2/8");
  addRoute(here, "198.51.100.0/24", {
    device: "va", via: "192.0.2.2", source: "192.0.2.1",
    mtu: 1300, initcwnd: 3, quickack: 1, rto_min: 40, congctl: "reno", lock: ["mtu"],
  });
  addRoute(here, "203.0.113.0/24", { type: "blackhole" });
  addRoute(here, "203.0.113.7", { type: "unreachable" });
  addRoute(here, "203.0.113.8/32", { type: "local", device: "lo" });
  addRoute(here, "default", { via: "192.0.2.2" });
  setNeighbour(here, "va", "192.0.2.9", "02:00:00:00:00:09");
  return { here, there, fd };
}

/** IPv6 as far as the kernel has it; the link-local address is asked for and takes its time. */
export function ipv6On({ here, there }: Topology): void {
  addAddress(here, "va", "2001:db8::1/64");
  addAddress(there, "vb", "2001:db8::2/64");
  addRoute(here, "2001:db8:1::/48", { via: "2001:db8::2", initcwnd: 4 });
  addRoute(here, "::/0", { device: "va" });
  setNeighbour(here, "va", "2001:db8::9", "02:00:00:00:00:09");
}
const NONE = 1;
function noLinkLocal(device: string): void {
  const name = `net.ipv6.conf.${device}.addr_gen_mode`;
  if (hasSysctl(name)) sysctl(name, NONE);
}
