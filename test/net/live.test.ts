/** What is built, on the kernel that runs: compared with iproute2, with what packets do, and with what is there when it is over. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasIp, Inside, machine, WAYS } from "./inside.ts";

const named = (name: string, why: string | null): string => (why === null ? name : `${name} (skipped: ${why})`);
type Row = Readonly<Record<string, unknown>>;
interface Described {
  readonly ours: { readonly [K in "links" | "addresses" | "routes" | "neighbours"]: readonly Row[] };
  readonly theirs: Described["ours"];
}

const inside = new Inside();
const before = machine();
beforeAll(() => inside.build());
afterAll(() => inside[Symbol.dispose]());

describe.each(WAYS)("$name", (way) => {
  const { why } = way;
  const run = (scene: string): Row => inside.run(way, scene) as Row;
  const live = (name: string, body: () => void): void => test.skipIf(why !== null)(named(name, why), body);

  const noIp = why ?? (hasIp ? null : "there is no iproute2");
  test.skipIf(noIp !== null)(named("iproute2 sees what we see: links, addresses, routes, neighbours of both ends", noIp), () => {
    const found = run("described") as Readonly<Record<string, readonly [Described["ours"], Described["ours"]]>>;
    for (const [ours, theirs] of Object.values(found)) {
      const names = new Map(ours.links.map((it) => [it.index, it.name]));
      expect(ours.links.map(linkOfOurs)).toEqual(theirs.links.map(linkOfTheirs));
      expect(ours.addresses.map((it) => addressOfOurs(it, names)).sort()).toEqual(theirs.addresses.flatMap(addressesOfTheirs).sort());
      expect(ours.routes.map((it) => routeOfOurs(it, names)).sort()).toEqual(theirs.routes.map(routeOfTheirs).sort());
      expect(permanent(ours.neighbours.map(neighbourOfOurs))).toEqual(permanent(theirs.neighbours.map(neighbourOfTheirs)));
    }
    expect(found.here![0].routes.length).toBeGreaterThan(5);
    expect(permanent(found.here![0].neighbours.map(neighbourOfOurs)).length).toBeGreaterThan(0);
  });

  live("a veth carries packets as soon as it is there", () => expect(run("soon")).toEqual({ rounds: 30, arrived: 30 }));

  live("an IPv6 address takes packets as soon as it is there", () => {
    if (run("hasIpv6").hasIpv6 === true) expect(run("soon6")).toEqual({ rounds: 30, arrived: 30 });
  });

  live("the first datagram each way arrives, by IPv4 and by IPv6", () => {
    const scenes = run("hasIpv6").hasIpv6 === true ? ["first", "first6"] : ["first"];
    for (const scene of scenes) expect(run(scene), scene).toEqual({ rounds: 30, here: 30, there: 30 });
  });

  live("the thread comes back, sockets and sysctls stay, nothing is left open", () => {
    expect(run("places")).toEqual({
      names: ["ns1", "c"], away: true, back: true, bound: -99, nested: true, thrown: "from inside", sack: ["1", "0"], loUp: true,
      firstIsLowest: true, left: [],
    });
  });

  live("what is refused is said by name and errno", () => {
    const { after, ...said } = run("refusals");
    const { hasIpv6 } = run("hasIpv6");
    for (const [name, pattern] of Object.entries(REFUSALS)) {
      if (name !== "IPv6 without it" || hasIpv6 === true) expect(said[name], name).toMatch(pattern);
    }
    expect(Object.keys(said).sort()).toEqual(Object.keys(REFUSALS).sort());
    expect(after).toEqual([["lo", "va"], ["lo", "vb"]]);
  });

  live("a link is changed, and says so", () => {
    expect(run("changes")).toEqual({
      offloads: Array(6).fill([false, true]), qdiscs: ["pfifo", "noqueue"],
      link: { name: "vz", mtu: 9000, mac: "02:00:00:00:00:0f", up: false },
      moved: [["lo"], expect.arrayContaining(["vb", "vz"])],
      dummy: expect.stringMatching(/^(done|dummy d0: RTM_NEWLINK is refused with EOPNOTSUPP \(.+\))$/),
    });
  });

  live("a veth sends nothing by itself, unless IPv6 is asked for; then its addresses are not tentative", () => {
    if (run("hasIpv6").hasIpv6 !== true) return;
    const { without, spoke, flags } = run("quiet") as { without: unknown; spoke: unknown; flags: number };
    expect({ without, spoke }).toEqual({ without: [0, 0], spoke: true });
    expect(flags & IFA_F_TENTATIVE).toBe(0);
  });

  live("a namespace goes with its descriptor, and takes both ends of a veth along", () =>
    expect(run("bare")).toEqual({ stayed: true, elsewhere: true, there: true, gone: true }));
});

test("the machine's own network is as it was", () => expect(machine()).toEqual(before));

const REFUSALS: Readonly<Record<string, RegExp>> = {
  "a name twice":       /^veth pair va, vc: RTM_NEWLINK is refused with EEXIST \(.+\)$/,
  "a long name":        /^veth pair sixteencharacter, vc: RTM_NEWLINK is refused with (ERANGE|EINVAL) \(.+\)$/,
  "no such link":       /^link vx: RTM_GETLINK is refused with ENODEV \(.+\)$/,
  "no such index":      /^link 4711: RTM_SETLINK is refused with ENODEV \(.+\)$/,
  "a small mtu":        /^link va: RTM_SETLINK is refused with EINVAL \(.+\)$/,
  "an address twice":   /^address 192\.0\.2\.1\/24 of va: RTM_NEWADDR is refused with EEXIST \(.+\)$/,
  "IPv6 without it":    /^address 2001:db8::1\/64 of va: RTM_NEWADDR is refused with EACCES \(.+\)$/,
  "host bits":          /^route to 198\.51\.100\.7\/24: RTM_NEWROUTE is refused with EINVAL \(.+\)$/,
  "a hop out of reach": /^route to 203\.0\.113\.0\/24: RTM_NEWROUTE is refused with ENETUNREACH \(.+\)$/,
  "no such algorithm":  /^route to 203\.0\.113\.0\/24: RTM_NEWROUTE is refused with EINVAL \(.+\)$/,
  "no such qdisc":      /^qdisc nosuch on va: RTM_NEWQDISC is refused with ENOENT \(.+\)$/,
  "no such device":     /^vx: tso off: SIOCETHTOOL is refused with ENODEV \(No such device\)$/,
  "a fixed offload":    /^lo: rx-checksum off: SIOCETHTOOL is refused with EOPNOTSUPP \(Operation not supported\)$/,
  "tso without sg":     /^va: tso on: it stays off$/,
  "lo away":            /^link lo: RTM_DELLINK is refused with EOPNOTSUPP \(.+\)$/,
  "no such sysctl":     /^sysctl net\.ipv4\.nosuch is not in this kernel, or not in this namespace \(ENOENT\)$/,
  "a sysctl's value":   /^sysctl net\.ipv4\.tcp_syncookies may not be set to "many" here \(EINVAL\)$/,
  "a global sysctl":    /^sysctl net\.core\.rmem_max (may not be set to 1 here \((EACCES|EPERM)\)|is not in this kernel, or not in this namespace \(ENOENT\))$/,
};

const IFA_F_TENTATIVE = 0x40;
const OPERSTATES = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];
const linkOfOurs = ({ index, name, mac, mtu, up, operstate, kind, qdisc }: Row): Row =>
  ({ index, name, mac, mtu, up, operstate: OPERSTATES[operstate as number], kind, qdisc });
const linkOfTheirs = ({ ifindex, ifname, address, mtu, flags, operstate, linkinfo, qdisc }: Row): Row => ({
  index: ifindex, name: ifname, mac: address, mtu, up: (flags as readonly string[]).includes("UP"), operstate,
  kind: (linkinfo as Row | undefined)?.info_kind ?? null, qdisc,
});

type Names = ReadonlyMap<unknown, unknown>;
const addressOfOurs = ({ index, address, length, scope, flags }: Row, names: Names): string =>
  `${names.get(index)} ${address}/${length} scope ${scope}${((flags as number) & 0x2) !== 0 ? " nodad" : ""}`;
const addressesOfTheirs = ({ ifname, addr_info: infos }: Row): readonly string[] => (infos as readonly Row[]).map((it) =>
  `${ifname} ${it.local}/${it.prefixlen} scope ${it.scope}${it.nodad === true ? " nodad" : ""}`);

/** iproute2 leaves out the length of a single address, calls congctl congestion, and tells no locks. */
const routeOfOurs = ({ to, type, table, protocol, scope, index, via, source, metrics }: Row, names: Names): string => {
  const { lock: _, congctl, ...numbers } = metrics as Row;
  const all = congctl === undefined ? numbers : { ...numbers, congestion: congctl };
  const single = (to as string).replace(/(?<=\..*)\/32$|(?<=:.*)\/128$/, "");
  return JSON.stringify([single, Number(type), table, protocol, scope, names.get(index) ?? null, via, source, sorted(all)]);
};
const routeOfTheirs = ({ dst, type, table, protocol, scope, dev, gateway, prefsrc, metrics }: Row): string => JSON.stringify([
  dst, Number(type), Number(table), Number(protocol), Number(scope), dev ?? null, gateway ?? null, prefsrc ?? null,
  sorted((metrics as readonly Row[] | undefined)?.[0] ?? {}),
]);
const sorted = (it: Row): unknown => Object.entries(it).sort();

const neighbourOfOurs = ({ address, mac, state }: Row): string => `${address} ${mac} ${state === 0x80 ? "PERMANENT" : state}`;
const neighbourOfTheirs = ({ dst, lladdr, state }: Row): string => `${dst} ${lladdr} ${(state as readonly string[]).join()}`;
/** Others come and go with time. */
const permanent = (all: readonly string[]): readonly string[] => all.filter((it) => it.endsWith(" PERMANENT")).sort();
