/** What the driver does inside its namespace, by name. Each answers what the test compares. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { SIOCGIFINDEX } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, AF_INET6, AF_PACKET, MSG_DONTWAIT, SOCK_DGRAM, SOCK_RAW } from "../../src/abi/constants/socket.ts";
import { ifreq } from "../../src/abi/structs/if.ts";
import { sockaddr_in, sockaddr_in6, sockaddr_ll } from "../../src/abi/structs/sockaddr.ts";
import { buffer } from "../../src/memory/memory.ts";
import { addresses } from "../../src/net/addresses.ts";
import { BuiltNet } from "../../src/net/built-net.ts";
import { offloaded } from "../../src/net/ethtool.ts";
import { addDummy, addVeth, deleteLink, linkOf, links, setLink } from "../../src/net/links.ts";
import { newNamespace, within } from "../../src/net/namespaces.ts";
import { neighbours } from "../../src/net/neighbours.ts";
import { Netlink } from "../../src/net/netlink.ts";
import { routes } from "../../src/net/routes.ts";
import { hasSysctl, sysctl, sysctlValue } from "../../src/net/sysctl.ts";
import type { Calls } from "../../src/sys/calls.ts";
import { ipv6On, topology } from "./topology.ts";

const place = (): string => readlinkSync("/proc/thread-self/ns/net");
/** Reading the folder takes a descriptor of its own, the lowest that is free. */
const descriptors = (): readonly string[] => readdirSync("/proc/self/fd");
function lowestFree(calls: Calls): number {
  const fd = calls.socket(AF_INET, SOCK_DGRAM, 0);
  calls.close(fd);
  return fd;
}
const names = (nl: Netlink): readonly string[] => links(nl).map((it) => it.name);
const hasIpv6 = (): boolean => hasSysctl("net.ipv6.conf.lo.disable_ipv6");
const ip = (...args: readonly string[]): unknown => JSON.parse(spawnSync("ip", ["-j", "-d", "-N", ...args], { encoding: "utf8" }).stdout || "[]");
const seenByIp = (): object => ({
  links: ip("link"), addresses: ip("addr"), routes: ip("route", "show", "table", "all"), neighbours: ip("neigh"),
});
const seenByUs = (nl: Netlink): object => ({
  links: links(nl), addresses: addresses(nl), routes: routes(nl), neighbours: neighbours(nl),
});
function said(body: () => void): string {
  try {
    body();
    return "done";
  } catch (error) {
    return (error as Error).message;
  }
}

/** Everything that can be read, by us and by iproute2, on both sides. */
function described(calls: Calls): object {
  const built = topology(calls);
  if (hasIpv6()) ipv6On(built);
  const there = within(calls, built, seenByIp);
  return { here: [seenByUs(built.here), seenByIp()], there: [seenByUs(built.there), there] };
}

const to = (address: string): ReturnType<typeof sockaddr_in> =>
  sockaddr_in({ sin_family: AF_INET, sin_port: 9, sin_addr: address });
const to6 = (address: string): ReturnType<typeof sockaddr_in6> =>
  sockaddr_in6({ sin6_family: AF_INET6, sin6_port: 9, sin6_addr: address });

/** A datagram each way as soon as the addresses are there: how many of them arrive, in so many rounds. */
function first(calls: Calls, ipv6: boolean): object {
  const ROUNDS = 30;
  const [mine, theirs, length] = ipv6 ? ["2001:db8::1", "2001:db8::2", 64] : ["192.0.2.1", "192.0.2.2", 24];
  const [family, name] = ipv6 ? [AF_INET6, to6] : [AF_INET, to];
  const arrived = { here: 0, there: 0 };
  const [net, nl] = [new BuiltNet(calls), new Netlink(calls)];
  const open = (device: string, address: string): number => {
    net.address(device, `${address}/${length}`);
    const fd = calls.socket(family, SOCK_DGRAM, 0);
    calls.bind(fd, name(address), ipv6 ? 28 : 16);
    return fd;
  };
  for (let i = 0; i < ROUNDS; i++) {
    const [b, va] = [net.namespace(), `va${i}`];
    net.veth(va, ["vb", b], { ipv6 });
    const here = open(va, mine);
    const there = net.within(b, () => open("vb", theirs));
    const [byte, mac] = [buffer(1), net.mac(va)];
    net.neighbour(va, theirs, net.within(b, () => net.mac("vb")));
    net.within(b, () => net.neighbour("vb", mine, mac));
    const arrives = (from: number, at: number, address: string): boolean => {
      calls.sendto(from, byte, 1, 0, name(address), ipv6 ? 28 : 16);
      return calls.attempt.recvfrom(at, byte, 1, MSG_DONTWAIT, null, null) === 1;
    };
    if (arrives(there, here, mine)) arrived.here++;
    if (arrives(here, there, theirs)) arrived.there++;
    calls.close(here);
    calls.close(there);
    deleteLink(nl, va);
  }
  return { rounds: ROUNDS, ...arrived };
}

/** A frame from the far end in the moment in which the veth is there: in how many of so many rounds does it arrive? */
function soon(calls: Calls): object {
  const ROUNDS = 30;
  let arrived = 0;
  const [net, nl] = [new BuiltNet(calls), new Netlink(calls)];
  const frame = buffer(60);
  for (let i = 0; i < ROUNDS; i++) {
    const [b, va, request] = [net.namespace(), `va${i}`, ifreq({ ifr_name: "vb" })];
    const out = net.within(b, () => calls.socket(AF_PACKET, SOCK_RAW, 0));
    net.veth(va, ["vb", b]);
    calls.ioctl(out, SIOCGIFINDEX, request);
    const through = sockaddr_ll({ sll_family: AF_PACKET, sll_protocol: 0x88b5, sll_ifindex: request.ifr_ifindex, sll_halen: 6 });
    calls.attempt.sendto(out, frame, 60, 0, through, 20);
    if (counted(va, RECEIVED) === 1) arrived++;
    calls.close(out);
    deleteLink(nl, va);
  }
  return { rounds: ROUNDS, arrived };
}

/** A datagram to an IPv6 address in the moment in which it is there: in how many of so many rounds does it arrive? */
function soon6(calls: Calls): object {
  const ROUNDS = 30;
  let arrived = 0;
  const net = new BuiltNet(calls);
  net.veth("va", ["vb", net.namespace()], { ipv6: true });
  const [fd, byte] = [calls.socket(AF_INET6, SOCK_DGRAM, 0), buffer(1)];
  calls.bind(fd, to6("::"), 28);
  for (let i = 1; i <= ROUNDS; i++) {
    net.address("va", `2001:db8::${i}/64`);
    calls.sendto(fd, byte, 1, 0, to6(`2001:db8::${i}`), 28);
    if (calls.attempt.recvfrom(fd, byte, 1, MSG_DONTWAIT, null, null) === 1) arrived++;
  }
  return { rounds: ROUNDS, arrived };
}

/** Where the thread is, what it holds, and what belongs to which namespace. */
function places(calls: Calls): object {
  const [home, before, free] = [place(), descriptors(), lowestFree(calls)];
  const net = new BuiltNet(calls);
  const [b, c] = [net.namespace(), net.namespace("c")];
  const beforeVeth = net.within(b, () => readFileSync("/proc/thread-self/net/dev", "latin1"));
  net.veth("va", ["vb", b]);
  const there = net.within(b, () => ({ ns: place(), socket: calls.socket(AF_INET, SOCK_DGRAM, 0) }));
  net.within(b, () => net.address("vb", "192.0.2.2/24"));
  calls.bind(there.socket, to("192.0.2.2"), 16);
  const outside = calls.socket(AF_INET, SOCK_DGRAM, 0);
  const bound = calls.attempt.bind(outside, to("192.0.2.2"), 16);
  const nested = net.within(b, () => net.within(c, place) !== place());
  const thrown = said(() => net.within(b, () => net.within(c, () => { throw new Error("from inside"); })));
  const own = hasSysctl("net.ipv4.tcp_sack");
  net.within(b, () => sysctl("net.ipv4.tcp_sack", 0));
  const sack = own ? [sysctlValue("net.ipv4.tcp_sack"), net.within(b, () => sysctlValue("net.ipv4.tcp_sack"))] : [];
  const back = place();
  calls.close(there.socket);
  calls.close(outside);
  const loUp = net.within(b, () => /lo/.test(beforeVeth) && isLoUp(calls));
  net.close();
  return {
    names: [b.name, c.name], away: there.ns !== home, back: back === home, bound, nested, thrown, sack, loUp,
    firstIsLowest: there.socket === free,
    left: descriptors().filter((it) => !before.includes(it)),
  };
}
function isLoUp(calls: Calls): boolean {
  const nl = new Netlink(calls);
  const { up } = linkOf(nl, "lo");
  nl.close();
  return up;
}

/** What the kernel refuses, and how that is said. */
function refusals(calls: Calls): object {
  const net = new BuiltNet(calls);
  const nl = new Netlink(calls);
  const b = net.namespace();
  net.veth("va", ["vb", b]);
  net.address("va", "192.0.2.1/24");
  const tries: Readonly<Record<string, () => void>> = {
    "a name twice":        () => net.veth("va", ["vc", b]),
    "a long name":         () => net.veth("sixteencharacter", ["vc", b]),
    "no such link":        () => net.up("vx"),
    "no such index":       () => setLink(nl, 4711, { up: true }),
    "a small mtu":         () => net.mtu("va", 67),
    "an address twice":    () => net.address("va", "192.0.2.1/24"),
    "IPv6 without it":     () => net.address("va", "2001:db8::1/64"),
    "host bits":           () => net.route("198.51.100.7/24", { device: "va" }),
    "a hop out of reach":  () => net.route("203.0.113.0/24", { via: "198.51.100.1" }),
    "no such algorithm":   () => net.route("203.0.113.0/24", { device: "va", congctl: "nosuch" }),
    "no such qdisc":       () => net.qdisc("va", "nosuch"),
    "no such device":      () => net.offload("vx", "tso", false),
    "a fixed offload":     () => net.offload("lo", "rx-checksum", false),
    "tso without sg":      () => { net.offload("va", "sg", false); net.offload("va", "tso", true); },
    "lo away":             () => deleteLink(nl, "lo"),
    "no such sysctl":      () => sysctl("net.ipv4.nosuch", 1),
    "a sysctl's value":    () => sysctl("net.ipv4.tcp_syncookies", "many"),
    "a global sysctl":     () => sysctl("net.core.rmem_max", 1),
  };
  const told = Object.fromEntries(Object.entries(tries).map(([name, body]) => [name, said(body)]));
  return { ...told, after: [names(nl), net.within(b, () => { const it = new Netlink(calls); return names(it); })] };
}

/** What may be changed on a link, and what is read afterwards. */
function changes(calls: Calls): object {
  const net = new BuiltNet(calls);
  const nl = new Netlink(calls);
  const b = net.namespace();
  net.veth("va", ["vb", b]);
  const features = ["tx-checksum", "rx-checksum", "sg", "tso", "gso", "gro"] as const;
  const offloads = features.map((it) => [false, true].map((on) => {
    net.offload("va", it, on);
    return offloaded(calls, "va", it);
  }));
  const qdiscs = ["pfifo", "noqueue"].map((kind) => {
    net.qdisc("va", kind);
    return linkOf(nl, "va").qdisc;
  });
  net.mtu("va", 9000);
  setLink(nl, "va", { up: false });
  setLink(nl, "va", { name: "vz", address: "02:00:00:00:00:0f" });
  const { name, mtu, mac, up } = linkOf(nl, "vz");
  setLink(nl, "vz", { netns: b.fd });
  const moved = [names(nl), net.within(b, () => names(new Netlink(calls)))];
  const dummy = said(() => addDummy(nl, "d0"));
  return { offloads, qdiscs, link: { name, mtu, mac, up }, moved, dummy };
}

/** What a link has sent or received, in packets. */
function counted(device: string, what: number): number {
  const line = readFileSync("/proc/thread-self/net/dev", "latin1").split("\n").find((it) => it.trim().startsWith(`${device}:`))!;
  return Number(line.split(":")[1]!.trim().split(/\s+/)[what]);
}
const [RECEIVED, SENT] = [1, 9];

/** A veth that may speak IPv6 does so by itself; by then one that may not has been silent. Addresses may be used at once. */
function quiet(calls: Calls): object {
  const net = new BuiltNet(calls);
  const [b, c] = [net.namespace(), net.namespace()];
  net.veth("va", ["vb", b]);
  net.veth("wa", ["wb", c], { ipv6: true });
  net.address("wa", "2001:db8::1/64");
  const { flags } = addresses(new Netlink(calls)).find((it) => it.address === "2001:db8::1")!;
  const sent = (device: string): number => counted(device, SENT);
  const spoke = until(() => [sent("wa"), net.within(c, () => sent("wb"))].every((it) => it >= 3));
  return { without: [sent("va"), net.within(b, () => sent("vb"))], spoke, flags };
}

/** A new namespace is made and left again, and does not outlive its descriptor: a link into it ends with it. */
function bare(calls: Calls): object {
  const [before, nl] = [place(), new Netlink(calls)];
  const it = newNamespace(calls);
  const elsewhere = within(calls, it, place) !== before;
  addVeth(nl, "va", "vb", it.fd);
  const there = names(nl).includes("va");
  calls.close(it.fd);
  const gone = until(() => !names(nl).includes("va"));
  return { stayed: place() === before, elsewhere, there, gone };
}

/** Waits until it is so; false where it does not become so in 20 s. */
function until(so: () => boolean): boolean {
  const [clock, end] = [new Int32Array(new SharedArrayBuffer(4)), performance.now() + 20_000];
  while (!so() && performance.now() < end) Atomics.wait(clock, 0, 0, 10);
  return so();
}

export const SCENES: Readonly<Record<string, (calls: Calls) => object>> = {
  described, soon, soon6, places, refusals, changes, quiet, bare, hasIpv6: () => ({ hasIpv6: hasIpv6() }),
  first: (calls) => first(calls, false), first6: (calls) => first(calls, true),
};
