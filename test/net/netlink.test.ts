/** Requests, byte for byte, and answers as kernels gave them: no kernel is needed for either. */
import { describe, expect, test } from "vitest";
import { NETLINK_SOCK_DIAG, NLM_F_DUMP } from "../../src/abi/constants/netlink.ts";
import { messages } from "../../src/abi/structs/netlink.ts";
import { i32 } from "../../src/memory/integer.ts";
import { bytesOf } from "../../src/memory/memory.ts";
import { cell } from "../../src/memory/type.ts";
import { addAddress, addresses } from "../../src/net/addresses.ts";
import { addDummy, addVeth, deleteLink, linkOf, links, setLink } from "../../src/net/links.ts";
import { neighbours, setNeighbour } from "../../src/net/neighbours.ts";
import { Netlink } from "../../src/net/netlink.ts";
import { NetlinkError } from "../../src/net/netlink-answer.ts";
import { setQdisc } from "../../src/net/qdiscs.ts";
import { addRoute, routes } from "../../src/net/routes.ts";
import { acknowledged, recorded, scripted } from "./scripted.ts";

type Ask = (nl: Netlink) => unknown;
const zeros = (bytes: number): string => "00".repeat(bytes);
/** nlmsghdr: its length, type and flags as they lie in memory, and the request's number. */
const head = (length: string, type: string, flags: string, seq = 1): string => `${length}000000 ${type}00 ${flags} 0${seq}000000 00000000`;

/** What is asked, and its bytes: the header of the message, that of its type, and an attribute a piece. */
const REQUESTS: Readonly<Record<string, readonly [ask: Ask, ...pieces: string[]]>> = {
  "a veth pair": [(nl) => addVeth(nl, "va", "vb", 7),
    head("60", "10", "0506"), zeros(16), "0700 0300 766100 00",
    "3800 1200  0900 0100 7665746800 000000  2800 0200  2400 0100", zeros(16), "0700 0300 766200 00  0800 1c00 07000000"],
  "a veth pair, both ends here": [(nl) => addVeth(nl, "va", "vb", null),
    head("58", "10", "0506"), zeros(16), "0700 0300 766100 00",
    "3000 1200  0900 0100 7665746800 000000  2000 0200  1c00 0100", zeros(16), "0700 0300 766200 00"],
  "a dummy": [(nl) => addDummy(nl, "d0"),
    head("38", "10", "0506"), zeros(16), "0700 0300 643000 00", "1000 1200  0a00 0100 64756d6d7900 0000"],
  "a link up": [(nl) => setLink(nl, 2, { up: true }),
    head("20", "13", "0500"), "00 00 0000 02000000 01000000 01000000"],
  "a link down": [(nl) => setLink(nl, 2, { up: false }),
    head("20", "13", "0500"), "00 00 0000 02000000 00000000 01000000"],
  "a link changed": [(nl) => setLink(nl, 2, { mtu: 1400, address: "02:00:00:00:00:0a", netns: 7, name: "vz" }),
    head("44", "13", "0500"), "00 00 0000 02000000 00000000 00000000",
    "0800 0400 78050000", "0a00 0100 02000000000a 0000", "0800 1c00 07000000", "0700 0300 767a00 00"],
  "a link deleted": [(nl) => deleteLink(nl, 2), head("20", "11", "0500"), "00 00 0000 02000000 00000000 00000000"],
  "a route over a device": [(nl) => addRoute(nl, "198.51.100.0/24", { device: 2 }),
    head("2c", "18", "0506"), "02 18 00 00 fe 04 fd 01 00000000", "0800 0100 c6336400", "0800 0400 02000000"],
  "a route to a next hop": [(nl) => addRoute(nl, "198.51.100.0/24", { device: 2, via: "192.0.2.2", source: "192.0.2.1" }),
    head("3c", "18", "0506"), "02 18 00 00 fe 04 00 01 00000000", "0800 0100 c6336400", "0800 0400 02000000", "0800 0500 c0000202",
    "0800 0700 c0000201"],
  "a default route": [(nl) => addRoute(nl, "default", { via: "192.0.2.2" }),
    head("24", "18", "0506"), "02 00 00 00 fe 04 00 01 00000000", "0800 0500 c0000202"],
  "an IPv6 default route": [(nl) => addRoute(nl, "default", { via: "fe80::1" }),
    head("30", "18", "0506"), "0a 00 00 00 fe 04 00 01 00000000", `1400 0500 fe80${zeros(13)}01`],
  "an IPv6 default route over a device": [(nl) => addRoute(nl, "::/0", { device: 2 }),
    head("24", "18", "0506"), "0a 00 00 00 fe 04 00 01 00000000", "0800 0400 02000000"],
  "a route with metrics": [
    (nl) => addRoute(nl, "198.51.100.0/24", { device: 2, mtu: 1300, initcwnd: 3, quickack: 1, congctl: "reno", lock: ["mtu", "congctl"] }),
    head("5c", "18", "0506"), "02 18 00 00 fe 04 fd 01 00000000", "0800 0100 c6336400", "0800 0400 02000000",
    "3000 0800  0800 0200 14050000  0800 0b00 03000000  0800 0f00 01000000  0900 1000 72656e6f00 000000  0800 0100 04000100"],
  "a route to nowhere": [(nl) => addRoute(nl, "203.0.113.0/24", { type: "blackhole" }),
    head("24", "18", "0506"), "02 18 00 00 fe 04 00 06 00000000", "0800 0100 cb007100"],
  "a local route": [(nl) => addRoute(nl, "203.0.113.8", { type: "local", device: 1 }),
    head("2c", "18", "0506"), "02 20 00 00 ff 04 fe 02 00000000", "0800 0100 cb007108", "0800 0400 01000000"],
  "a neighbour": [(nl) => setNeighbour(nl, 2, "192.0.2.9", "02:00:00:00:00:09"),
    head("30", "1c", "0505"), "02 00 0000 02000000 8000 00 00", "0800 0100 c0000209", "0a00 0200 020000000009 0000"],
  "a qdisc": [(nl) => setQdisc(nl, 2, "pfifo"),
    head("30", "24", "0505"), "00 00 0000 02000000 00000000 ffffffff 00000000", "0a00 0100 706669666f00 0000"],
};

describe("requests", () => {
  test.each(Object.entries(REQUESTS))("%s", (_, [ask, ...pieces]) => {
    const { calls, sent } = scripted();
    ask(new Netlink(calls));
    expect(sent.map((it) => it.toString("hex"))).toEqual([pieces.join("").replaceAll(" ", "")]);
  });

  const LINK = `${head("28", "12", "0500")} ${zeros(16)} 0700 0300 766100 00`;
  /** The link is looked up first, by its name. */
  test.each([
    ["a link", (nl) => setLink(nl, "va", { up: true }), `${head("20", "13", "0500", 2)} 00 00 0000 02000000 01000000 01000000`],
    ["an address", (nl) => addAddress(nl, "va", "192.0.2.1/24"),
      `${head("28", "14", "0506", 2)} 02 18 00 00 02000000 0800 0200 c0000201 0800 0100 c0000201`],
    ["an address of the host", (nl) => addAddress(nl, "va", "127.0.0.2/8"),
      `${head("28", "14", "0506", 2)} 02 08 00 fe 02000000 0800 0200 7f000002 0800 0100 7f000002`],
  ] as readonly (readonly [string, Ask, string])[])("%s, after the link's name", (_, ask, request) => {
    const { calls, sent } = scripted(recorded("link"));
    ask(new Netlink(calls));
    expect(sent.map((it) => it.toString("hex"))).toEqual([LINK, request].map((it) => it.replaceAll(" ", "")));
  });

  test("an IPv6 address, of which nobody is asked, until there is a route to it", () => {
    const answers = [...recorded("link"), acknowledged(2), ...recorded("addresses", 3), ...recorded("routes", 4)];
    const { calls, sent } = scripted(answers);
    addAddress(new Netlink(calls), "va", "2001:db8::1/64");
    expect(sent.map((it) => it.toString("hex")).slice(1)).toEqual([
      `${head("40", "14", "0506", 2)} 0a 40 02 00 02000000 1400 0200 20010db8${zeros(11)}01 1400 0100 20010db8${zeros(11)}01`,
      `${head("1c", "1a", "0103", 3)} 0a ${zeros(11)}`, `${head("1c", "1a", "0103", 4)} 0a ${zeros(11)}`,
    ].map((it) => it.replaceAll(" ", "")));
  });

  test("the socket is close-on-exec, lies above the experiment's, and is closed", () => {
    const { calls, made } = scripted();
    const nl = new Netlink(calls);
    deleteLink(nl, 2);
    nl.close();
    expect(made).toEqual([
      "socket(16, 524291, 0)", "fcntl(3, 1030, 64)", "close(3)", "setsockopt(64, 270, 11, 4)",
      "sendto(64, 32, 0, 0)", "recvfrom(64, 65536, 96)", "close(64)",
    ]);
  });
});

describe("answers of Linux 6.18", () => {
  const asked = <T>(name: string, ask: (nl: Netlink) => T): T => ask(new Netlink(scripted(recorded(name)).calls));

  test("one link", () => {
    expect(asked("link", (nl) => linkOf(nl, "va"))).toEqual({
      index: 2, name: "va", mac: "02:00:00:00:00:0a", mtu: 1400, up: true, flags: 0x11043, operstate: 6, kind: "veth", qdisc: "noqueue",
    });
  });

  test("all links", () => {
    expect(asked("links", links).map(({ index, name, mac, up, kind }) => [index, name, mac, up, kind])).toEqual([
      [1, "lo", "00:00:00:00:00:00", true, null], [2, "va", "02:00:00:00:00:0a", true, "veth"],
    ]);
  });

  test("addresses of both families", () => {
    expect(asked("addresses", addresses)).toEqual([
      { index: 1, family: 2, address: "127.0.0.1", length: 8, scope: 254, flags: 0x80 },
      { index: 1, family: 2, address: "127.0.0.2", length: 8, scope: 254, flags: 0x81 },
      { index: 2, family: 2, address: "192.0.2.1", length: 24, scope: 0, flags: 0x80 },
      { index: 1, family: 10, address: "::1", length: 128, scope: 254, flags: 0x80 },
      { index: 2, family: 10, address: "2001:db8::1", length: 64, scope: 0, flags: 0x82 },
    ]);
  });

  test("routes of the main table and of others", () => {
    const all = asked("routes", routes);
    const common = { family: 2, table: 254, type: 1, protocol: 4, scope: 0, index: 2, via: null, source: null, metrics: {} };
    expect(all.filter(({ protocol }) => protocol === 4)).toEqual([
      { ...common, to: "default", via: "192.0.2.2" },
      {
        ...common, to: "198.51.100.0/24", via: "192.0.2.2", source: "192.0.2.1",
        metrics: { mtu: 1300, initcwnd: 3, quickack: 1, rto_min: 40, congctl: "reno", lock: ["mtu"] },
      },
      { ...common, to: "203.0.113.0/24", type: 6, index: null },
      { ...common, to: "203.0.113.7/32", type: 7, index: null },
      { ...common, to: "203.0.113.8/32", table: 255, type: 2, scope: 254, index: 1 },
      { ...common, family: 10, to: "2001:db8:1::/48", via: "2001:db8::2", metrics: { initcwnd: 4 } },
      { ...common, family: 10, to: "default" },
    ]);
    expect(all.find(({ to }) => to === "192.0.2.0/24")).toEqual({ ...common, to: "192.0.2.0/24", protocol: 2, scope: 253, source: "192.0.2.1" });
  });

  test("neighbours", () => {
    expect(asked("neighbours", neighbours).filter(({ state }) => state === 0x80)).toEqual([
      { index: 2, family: 2, address: "192.0.2.9", mac: "02:00:00:00:00:09", state: 0x80 },
      { index: 2, family: 10, address: "2001:db8::9", mac: "02:00:00:00:00:09", state: 0x80 },
    ]);
  });

  test.each([
    ["no-such-link", "ENODEV", (nl) => linkOf(nl, "vx"), "link vx: RTM_GETLINK is refused with ENODEV (No such device)"],
    ["no-such-qdisc", "ENOENT", (nl) => setQdisc(nl, 2, "nosuch"), "qdisc nosuch on 2: RTM_NEWQDISC is refused with ENOENT (Specified qdisc kind is unknown)"],
  ] as readonly (readonly [string, string, Ask, string])[])("%s is %s", (name, errno, ask, message) => {
    expect(() => asked(name, ask)).toThrow(expect.objectContaining({ constructor: NetlinkError, errno, message }));
  });
});

describe("what a kernel may answer besides", () => {
  const nothing = bytesOf([]);
  const [NOOP, ERROR, DONE, OVERRUN, OTHER] = [1, 2, 3, 4, 16];
  const [MULTI, INTERRUPTED, TLVS] = [0x2, 0x10, 0x200];
  const message = (type: number, { seq = 1, flags = MULTI, payload = nothing } = {}): Buffer => messages
    .make([[{ nlmsg_type: type, nlmsg_seq: seq, nlmsg_flags: flags, nlmsg_pid: 0 }, payload]]).bytes;
  const done = (error = 0, seq = 1): Buffer => message(DONE, { seq, payload: cell(i32, error) });
  const dumped = (datagrams: readonly Buffer[], protocol?: number): readonly number[] =>
    new Netlink(scripted(datagrams).calls, protocol).dump(18, nothing, "links").map((it) => it.type);

  test("a dump in pieces, with messages that mean nothing", () => {
    const pieces = [Buffer.concat([message(OTHER), message(NOOP)]), message(OTHER + 4), Buffer.concat([message(OTHER), done()])];
    expect(dumped(pieces)).toEqual([OTHER, OTHER + 4, OTHER]);
  });

  test("a dump that changed meanwhile is taken anew", () => {
    const { calls, sent } = scripted([message(OTHER, { flags: MULTI | INTERRUPTED }), done(), message(OTHER + 4, { seq: 2 }), done(0, 2)]);
    expect(new Netlink(calls).dump(18, nothing).map((it) => it.type)).toEqual([OTHER + 4]);
    expect(sent.map((it) => it.readUInt16LE(6))).toEqual([NLM_F_DUMP | 1, NLM_F_DUMP | 1]);
  });

  const always = [1, 2, 3, 4, 5].map((seq) => message(DONE, { seq, flags: MULTI | INTERRUPTED, payload: cell(i32, 0) }));
  const words = bytesOf(Buffer.concat([cell(i32, -22).bytes, Buffer.from("0700 0100 6e6f0000".replaceAll(" ", ""), "hex")]));
  test.each([
    ["a dump that changes all the time", always,                        /^links changed 5 times while it was read$/],
    ["a dump that ends with an error",   [message(OTHER), done(-12)],   /^links: RTM_GETLINK is refused with ENOMEM \(Cannot allocate memory\)$/],
    ["… and says why",                   [message(DONE, { flags: MULTI | TLVS, payload: words })], /is refused with EINVAL \(no\)$/],
    ["a refusal cut short",              [message(ERROR, { payload: cell(i32, -1) })], /^links: RTM_GETLINK is refused with EPERM/],
    ["an answer to another request",     [message(OTHER, { seq: 7 })],  /^RTM_GETLINK: it is request 1, and the answer is to request 7$/],
    ["an answer that was lost",          [message(OVERRUN)],            /^RTM_GETLINK: the kernel lost part of its answer$/],
    ["an answer too long",               [Buffer.alloc(70_000)],        /^an answer of 70000 bytes does not fit into 65536$/],
  ] as const)("%s is an error", (_, datagrams, message) => expect(() => dumped(datagrams)).toThrow(message));

  test("other protocols have other names for the same numbers", () => {
    const ask = (protocol: number, type: number) => (): unknown =>
      new Netlink(scripted([acknowledged(1, -1)]).calls, protocol).request(type, 0, nothing);
    expect(ask(NETLINK_SOCK_DIAG, 20)).toThrow(/^SOCK_DIAG_BY_FAMILY is refused with EPERM/);
    expect(ask(0, 20)).toThrow(/^RTM_NEWADDR is refused with EPERM/);
    expect(ask(12, 20)).toThrow(/^0x14 .* is refused with EPERM/);
  });
});
