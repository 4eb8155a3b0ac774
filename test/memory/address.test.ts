import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ipv4, ipv6, mac, withPort } from "../../src/memory/address.ts";
import { allocate, bytesOf } from "../../src/memory/memory.ts";
import type { Type } from "../../src/memory/type.ts";

const hexOf = (type: Type<string>, text: string): string => {
  const memory = allocate(type.size, 0);
  type.write(memory, 0, text);
  return memory.bytes.toString("hex");
};
const bytesFor = (type: Type<string>): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: type.size, maxLength: type.size });

describe.each([["ipv4", ipv4], ["ipv6", ipv6], ["mac", mac]] as const)("%s", (_, type) => {
  test("any bytes, read and written back, are the same", () => {
    fc.assert(fc.property(bytesFor(type), (bytes) => {
      expect(hexOf(type, type.read(bytesOf(bytes), 0))).toBe(Buffer.from(bytes).toString("hex"));
    }));
  });
});

/** RFC 5952, section 4 and 5, by the rule that decides; the first column is how it may be written. */
const CANONICAL = [
  ["2001:0db8::0001",                         "2001:db8::1",              "leading zeros go"],
  ["2001:db8::0:1",                           "2001:db8::1",              "all of a run goes"],
  ["2001:db8:0:1:1:1:1:1",                    "2001:db8:0:1:1:1:1:1",     "a single group of zeros stays"],
  ["2001:0:0:1:0:0:0:1",                      "2001:0:0:1::1",            "the longest run goes"],
  ["2001:db8:0:0:1:0:0:1",                    "2001:db8::1:0:0:1",        "of two equal runs the first goes"],
  ["2001:DB8:AAAA::FFFF",                     "2001:db8:aaaa::ffff",      "lower case"],
  ["0:0:0:0:0:0:0:0",                         "::",                       "all zeros"],
  ["0:0:0:0:0:0:0:1",                         "::1",                      "a run at the start"],
  ["fe80:0:0:0:0:0:0:0",                      "fe80::",                   "a run at the end"],
  ["::ffff:127.0.0.1",                        "::ffff:127.0.0.1",         "an IPv4-mapped address is dotted"],
  ["::ffff:7f00:1",                           "::ffff:127.0.0.1",         "however it was written"],
  ["1:2:3:4:5:6:7:8",                         "1:2:3:4:5:6:7:8",          "nothing to shorten"],
  ["1:2:3:4:5:6:1.2.3.4",                     "1:2:3:4:5:6:102:304",      "dotted at the end of a full one"],
  ["64:ff9b::1.2.3.4",                        "64:ff9b::102:304",         "dotted after ::"],
  ["1:2:3:4:5:6:7::",                         "1:2:3:4:5:6:7:0",          ":: for a single group"],
] as const;

test.each(CANONICAL)("%s is %s: %s", (written, canonical) => {
  expect(isIPv6(written)).toBe(true);
  const bytes = bytesOf(Buffer.from(hexOf(ipv6, written), "hex"));
  expect(ipv6.read(bytes, 0)).toBe(canonical);
  expect(hexOf(ipv6, canonical)).toBe(hexOf(ipv6, written));
});

const accepts = (type: Type<string>, text: string): boolean => {
  try {
    hexOf(type, text);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return false;
  }
};

test.each([
  "", ":", ":::", "1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1:2:3:4:5:6:7:8", "12345::", "g::", "1:2:3:4:5:6:7:8::",
  "::1.2.3", "::1.2.3.256", "1.2.3.4", ":1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4", "1:::2", "::1 ", "0x1::",
])("ipv6 refuses %j, as node:net does", (text) => {
  expect(isIPv6(text)).toBe(false);
  expect(accepts(ipv6, text)).toBe(false);
});

test.each(["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-1", "1.2.3.04", "a.b.c.d", "1.2.3.4 ", "1..2.3"])(
  "ipv4 refuses %j, as node:net does", (text) => {
    expect(isIPv4(text)).toBe(false);
    expect(accepts(ipv4, text)).toBe(false);
  });

test("ipv6 agrees with node:net about any arrangement of groups and colons", () => {
  const part = fc.constantFrom("0", "1", "ffff", "12345", "1.2.3.4", "", "::");
  fc.assert(fc.property(fc.array(part, { maxLength: 9 }), fc.constantFrom(":", "::"), (parts, join) => {
    const text = parts.join(join);
    expect(accepts(ipv6, text)).toBe(isIPv6(text));
  }), { numRuns: 2000 });
});

test.each(["02:00:00:00:00", "02:00:00:00:00:001", "02-00-00-00-00-01", "g2:00:00:00:00:01", ""])("mac refuses %j", (text) => {
  expect(accepts(mac, text)).toBe(false);
});

test("a port stands behind an address, and behind brackets where that has colons itself", () => {
  expect([withPort("127.0.0.1", 80), withPort("::1", 80)]).toEqual(["127.0.0.1:80", "[::1]:80"]);
});
