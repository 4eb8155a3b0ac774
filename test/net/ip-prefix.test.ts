/** Prefixes, and which of them a run may use. */
import { describe, expect, test } from "vitest";
import { bytesOf } from "../../src/memory/memory.ts";
import { addAddress } from "../../src/net/addresses.ts";
import { ipPrefix, ipText, runOnly } from "../../src/net/ip-prefix.ts";
import { setNeighbour } from "../../src/net/neighbours.ts";
import { Netlink } from "../../src/net/netlink.ts";
import { addRoute } from "../../src/net/routes.ts";
import { scripted } from "./scripted.ts";

test.each([
  ["192.0.2.1/24", 2, "c0000201", 24],
  ["192.0.2.1",    2, "c0000201", 32],
  ["0.0.0.0/0",    2, "00000000", 0],
  ["2001:db8::1/64", 10, "20010db8000000000000000000000001", 64],
  ["::1",          10, "00000000000000000000000000000001", 128],
] as const)("%s", (text, family, hex, length) => {
  const it = ipPrefix(text);
  expect([it.family, it.address.bytes.toString("hex"), it.length]).toEqual([family, hex, length]);
});

test.each(["", "192.0.2/24", "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/24/7", "192.0.2.1/-1", "2001:db8::/129", "va", "192.0.2.256"])(
  "“%s” is no prefix", (text) => expect(() => ipPrefix(text)).toThrow(RangeError));

test("an address is told by its length", () => {
  expect(ipText(bytesOf([192, 0, 2, 1]))).toBe("192.0.2.1");
  expect(ipText(ipPrefix("fe80::1").address)).toBe("fe80::1");
  expect(ipText(bytesOf([1, 2, 3]))).toBeNull();
});

describe("a run's own", () => {
  test.each([
    "127.0.0.1/8", "127.255.255.255", "192.0.2.0/24", "192.0.2.255/32", "198.51.100.0/24", "198.51.100.128/25", "203.0.113.9/31",
    "::1", "2001:db8::/32", "2001:db8:ffff::1/64", "fe80::1/64", "febf::/10",
  ])("%s", (text) => expect(runOnly(text)).toEqual(ipPrefix(text)));

  test.each([
    "0.0.0.0/0", "::/0", "10.0.0.1/8", "172.16.0.1", "192.168.0.1/24", "169.254.0.1/16", "224.0.0.1", "255.255.255.255", "8.8.8.8",
    "192.0.2.1/23", "192.0.3.0/24", "198.51.100.0/23", "198.51.101.1", "203.0.113.0/8", "126.0.0.1/8", "127.0.0.0/7",
    "::", "::2", "::/64", "2001:db9::1", "2001:db8::/31", "fe80::/9", "fec0::1", "ff02::1", "::ffff:192.0.2.1",
  ])("not %s", (text) => expect(() => runOnly(text)).toThrow(`${text} may be someone's: a run's addresses are of 127.0.0.0/8, `));
});

test.each([
  ["an address",            (nl) => addAddress(nl, 2, "10.0.0.1/24")],
  ["an address's prefix",   (nl) => addAddress(nl, 2, "192.0.2.1/8")],
  ["a route",               (nl) => addRoute(nl, "8.8.8.0/24", { device: 2 })],
  ["a next hop",            (nl) => addRoute(nl, "default", { via: "10.0.0.1" })],
  ["a route's source",      (nl) => addRoute(nl, "198.51.100.0/24", { device: 2, source: "10.0.0.1" })],
  ["a neighbour",           (nl) => setNeighbour(nl, 2, "10.0.0.1", "02:00:00:00:00:01")],
] as readonly (readonly [string, (nl: Netlink) => void])[])("%s of others is refused before the kernel sees it", (_, body) => {
  const { calls, sent } = scripted();
  expect(() => body(new Netlink(calls))).toThrow(/ may be someone's/);
  expect(sent).toEqual([]);
});
