import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tcpOptions } from "../../src/abi/headers/tcp-options.ts";
import { cmsg } from "../../src/abi/structs/message.ts";
import { attributes, messages } from "../../src/abi/structs/netlink.ts";
import { be16, u8 } from "../../src/memory/integer.ts";
import { bytesOf } from "../../src/memory/memory.ts";
import { type Sequence, sequence } from "../../src/memory/sequence.ts";

/** One byte of kind, two of length, elements on multiples of 4; kind 0 ends the row, kind 1 has no length. */
const toy: Sequence<number> = sequence({
  name: "toy", header: 3, align: 4,
  alone: (kind) => kind === 1,
  read(memory, at) {
    const kind = memory.bytes[at]!;
    if (kind === 0 || (kind !== 1 && at + 3 > memory.length)) return null;
    return { head: kind, length: kind === 1 ? 1 : be16.read(memory, at + 1) };
  },
  write(memory, at, kind, length) {
    u8.write(memory, at, kind);
    if (kind !== 1) be16.write(memory, at + 1, length);
  },
  payload: (kind, length) => (kind === 2 && length === 2 ? be16 : null),
});

const u16s = fc.nat(0xffff);
const u32s = fc.nat(0xffff_ffff);
const heads = {
  toy:        [toy,        fc.integer({ min: 2, max: 255 })],
  cmsg:       [cmsg,       fc.record({ cmsg_level: fc.nat(300), cmsg_type: fc.nat(300) })],
  attributes: [attributes, u16s],
  messages:   [messages,   fc.record({ nlmsg_type: u16s, nlmsg_flags: u16s, nlmsg_seq: u32s, nlmsg_pid: u32s })],
  tcpOptions: [tcpOptions, fc.integer({ min: 2, max: 255 })],
} as unknown as Readonly<Record<string, readonly [Sequence<unknown>, fc.Arbitrary<unknown>]>>;

describe.each(Object.entries(heads))("%s", (_, [kind, head]) => {
  const payload = fc.uint8Array({ maxLength: 40 });

  test("reads back what was laid out, each on its multiple", () => {
    fc.assert(fc.property(fc.array(fc.tuple(head, payload), { maxLength: 6 }), (elements) => {
      const laid = kind.make(elements.map(([it, bytes]) => [it, bytesOf(bytes)] as const));
      const read = kind.read(laid);
      expect(read.map((it) => [it.head, [...it.payload.bytes]])).toEqual(elements.map(([it, bytes]) => [it, [...bytes]]));
      expect(laid.length).toBe(elements.reduce((sum, [, bytes]) => sum + kind.space(bytes.length), 0));
      for (const it of read) expect(it.offset % kind.shape.align).toBe(0);
    }));
  });

  test("never throws, loops or reads outside, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      let end = 0;
      for (const it of kind.read(bytesOf(bytes))) {
        expect(it.offset).toBeGreaterThanOrEqual(end);
        expect(it.length).toBeGreaterThan(0);
        end = it.offset + it.length;
        expect(end).toBeLessThanOrEqual(bytes.length);
        expect(it.payload.length).toBeLessThanOrEqual(it.length);
        if (it.type !== null) it.type.show(it.type.read(it.payload, 0));
      }
    }), { numRuns: 2000 });
  });

  test("a row cut anywhere gives the elements that are whole", () => {
    fc.assert(fc.property(fc.array(fc.tuple(head, payload), { minLength: 1, maxLength: 4 }), fc.nat(), (elements, seed) => {
      const laid = kind.make(elements.map(([it, bytes]) => [it, bytesOf(bytes)] as const));
      const cut = seed % (laid.length + 1);
      const whole = kind.read(laid).filter((it) => it.offset + it.length <= cut).length;
      expect(kind.read(laid.slice(0, cut))).toHaveLength(whole);
    }));
  });
});

test.each([
  ["cmsg",       "0f00000000000000 01000000 01000000 03000000"],
  ["messages",   "0f000000 1000 0000 00000000 00000000"],
  ["attributes", "0300 0100 00000000"],
  ["tcpOptions", "02 01 05b4"],
])("%s: a length below that of the header ends the row", (kind, hex) => {
  expect(heads[kind]![0].read(bytesOf(Buffer.from(hex.replaceAll(" ", ""), "hex")))).toEqual([]);
});

test("an element that stands alone is one byte; padding, typing, the end of a row", () => {
  const laid = toy.make([[1, bytesOf([])], [2, bytesOf([1, 2])], [3, bytesOf([9])]]);
  expect(laid.bytes.toString("hex")).toBe(["01000000", "0200050102000000", "03000409"].join(""));
  expect(toy.read(laid).map((it) => [it.head, it.offset, it.length, it.type?.name ?? null])).toEqual([
    [1, 0, 1, null], [2, 4, 5, "be16"], [3, 12, 4, null],
  ]);
  laid.bytes[4] = 0;
  expect(toy.read(laid)).toHaveLength(1);
});
