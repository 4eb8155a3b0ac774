/** How one end counts: bytes of data here, numbers modulo 2^32 on the wire. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mss, optionBytes, sack, sackOk, type TcpOption, timestamps } from "../../src/abi/headers/tcp-options.ts";
import { ack, data, fin, rst, syn, synAck } from "../../src/lab/peer.ts";
import { Connection } from "../../src/net/connection.ts";
import { segmentText } from "../../src/net/segment-text.ts";
import type { WireSegment } from "../../src/net/tcp-frame.ts";

const PLACE = { address: 0xc000_0202, port: 40_000, kernelPort: 80 };
const [FIN, SYN, RST, PSH, ACK, URG] = [1, 2, 4, 8, 16, 32] as const;

/** What the kernel might send. */
const wire = (flags: number, seq: number, ackSeq: number, more: { options?: readonly TcpOption[]; payload?: string } = {}): WireSegment => ({
  flags, seq: seq >>> 0, ack: ackSeq >>> 0, window: 64_240, urgent: 0,
  options: optionBytes(more.options ?? []).bytes, payload: Buffer.from(more.payload ?? ""),
});

interface Begun {
  readonly ours?: number;
  readonly theirs?: number;
  /** Of our SYN, and of the kernel's: the same. */
  readonly options?: readonly TcpOption[];
  readonly offered?: readonly TcpOption[];
}
/** Established: our byte 0 is `ours` on the wire, the kernel's `theirs`. */
function established({ ours = 1000, theirs = 5000, options = [mss(1460)], offered = options }: Begun = {}): Connection {
  const it = new Connection(PLACE, ours);
  it.say(syn({ options }));
  it.hear(wire(SYN | ACK, theirs - 1, ours, { options: offered }));
  it.say(ack());
  it.rest();
  return it;
}
const numbers = ({ flags, seq, ack: upTo }: WireSegment): readonly number[] => [flags, seq, upTo];
const last = (it: Connection): string => segmentText(it.heard.at(-1)!);

test("a connection from its SYN to its end", () => {
  const it = new Connection(PLACE, 1000);
  expect(numbers(it.say(syn()))).toEqual([SYN, 999, 0]);
  expect(numbers(it.say(syn()))).toEqual([SYN, 999, 0]);
  it.hear(wire(SYN | ACK, 4999, 1000));
  expect(last(it)).toBe("synAck({ seq: -1, ack: 0, window: 64240 })");
  expect(numbers(it.say(ack()))).toEqual([ACK, 1000, 5000]);
  expect(numbers(it.say(data(10)))).toEqual([PSH | ACK, 1000, 5000]);
  it.hear(wire(ACK, 5000, 1010, { payload: "Hello" }));
  expect(last(it)).toBe('data("Hello", { seq: 0, ack: 10, window: 64240 })');
  expect(numbers(it.say(data("World")))).toEqual([PSH | ACK, 1010, 5005]);
  expect(numbers(it.say(fin()))).toEqual([FIN | ACK, 1015, 5005]);
  it.hear(wire(FIN | ACK, 5005, 1016));
  expect(last(it)).toBe("fin({ seq: 5, ack: 16, window: 64240 })");
  expect(numbers(it.say(ack()))).toEqual([ACK, 1016, 5006]);
  expect(numbers(it.say(rst()))).toEqual([RST, 1016, 0]);
});

test("one that the kernel opens", () => {
  const it = new Connection(PLACE, 2000);
  it.hear(wire(SYN, 77, 0, { options: [mss(1460), sackOk] }));
  expect(last(it)).toBe("syn({ seq: -1, window: 64240, options: [mss(1460), sackOk] })");
  expect(numbers(it.say(synAck()))).toEqual([SYN | ACK, 1999, 78]);
  it.hear(wire(ACK, 78, 2000));
  expect(numbers(it.say(data(1)))).toEqual([PSH | ACK, 2000, 78]);
});

describe("what comes next", () => {
  test("is beyond the highest byte sent, and acknowledges what came in order", () => {
    const it = established();
    it.say(data(10, { seq: 50 }));
    expect(numbers(it.say(data(10, { seq: 0 })))).toEqual([PSH | ACK, 1000, 5000]);
    expect(numbers(it.say(ack()))).toEqual([ACK, 1060, 5000]);
    it.hear(wire(ACK, 5010, 1000, { payload: "behind a gap" }));
    expect(it.say(ack()).ack).toBe(5000);
    it.hear(wire(ACK, 5000, 1000, { payload: "0123456789" }));
    expect(it.say(ack()).ack).toBe(5010);
    it.hear(wire(ACK, 5005, 1000, { payload: "56789abc" }));
    expect(it.say(ack()).ack).toBe(5013);
    it.hear(wire(ACK, 5000, 1000, { payload: "again" }));
    expect(it.say(ack()).ack).toBe(5013);
    it.hear(wire(SYN | ACK, 4999, 1000));
    expect(it.say(ack()).ack).toBe(5013);
  });

  test("is not moved by a wrong checksum, nor by the kernel's RST", () => {
    const it = established();
    it.say(data(10, { badChecksum: true }));
    it.hear(wire(RST | ACK, 5000, 1000, { payload: "why" }));
    expect(numbers(it.say(ack()))).toEqual([ACK, 1000, 5000]);
  });

  test("after a SYN with data is what follows that", () => {
    const it = new Connection(PLACE, 1000);
    expect(it.say(syn({ length: 7 }))).toMatchObject({ seq: 999, payload: Buffer.from("xxxxxxx") });
    it.hear(wire(SYN | ACK, 0, 1007));
    expect(it.say(ack()).seq).toBe(1007);
  });
});

test("a SYN elsewhere begins anew once it is acknowledged, not before", () => {
  const it = established();
  it.say(data(10));
  expect(it.opening).toBe(100_010);
  expect(it.say(syn({ seq: it.opening })).seq).toBe(101_010);
  it.hear(wire(ACK, 5000, 1010));
  expect(last(it)).toBe("ack(10, { seq: 0, window: 64240 })");
  it.hear(wire(SYN | ACK, 9_000_000, 101_011));
  expect(last(it)).toBe("synAck({ seq: -1, ack: 0, window: 64240 })");
  expect(numbers(it.say(data(5)))).toEqual([PSH | ACK, 101_011, 9_000_001]);
  expect(new Connection(PLACE, 1000).opening).toBe(-1);
});

test("numbers run over 2^32, whichever side", () => fc.assert(fc.property(
  fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.array(fc.integer({ min: 1, max: 1460 }), { maxLength: 20 }),
  (ours, theirs, lengths) => {
    const it = established({ ours, theirs });
    let sum = 0;
    for (const length of lengths) {
      expect(numbers(it.say(data(length)))).toEqual([PSH | ACK, (ours + sum) >>> 0, (theirs + sum) >>> 0]);
      it.hear(wire(ACK, theirs + sum, ours + sum + length, { payload: "x".repeat(length) }));
      expect(it.heard.at(-1)).toMatchObject({ seq: sum, ack: sum + length, length });
      sum += length;
    }
  },
)));

describe("options", () => {
  const hex = (it: Connection, segment = ack()): string => it.say(segment).options.toString("hex");

  test.each([
    ["a SYN has an MSS",                 syn(),                               "020405b4"],
    ["of 1460, or another",              syn({ options: [mss(100)] }),        "02040064"],
    ["or none",                          syn({ options: [] }),                ""],
    ["a SYN-ACK as well",                synAck(),                            "020405b4"],
    ["others have none",                 data(1),                             ""],
    ["but what is named",                ack(0, { options: [sackOk] }),       "04020000"],
    ["blocks of SACK count bytes",       ack(0, { options: [sack([[10, 20], [30, 40]])] }), "0512" + "00001392" + "0000139c" + "000013a6" + "000013b0" + "0000"],
  ])("%s", (_, segment, bytes) => expect(hex(established(), segment)).toBe(bytes));

  test("blocks of the kernel's SACK count ours", () => {
    const it = established({ ours: 0xffff_fff0 });
    it.hear(wire(ACK, 5000, 0xffff_fff0, { options: [sack([[0xffff_fffa, 4]])] }));
    expect(last(it)).toBe("ack(0, { seq: 0, window: 64240, options: [sack([[10, 20]])] })");
  });

  const STAMPED = [mss(1460), timestamps(100, 0)] as const;
  test("timestamps are echoed where both SYNs had them", () => {
    const it = established({ options: STAMPED, offered: [timestamps(700, 100)] });
    expect(hex(it)).toBe("0101080a" + "00000064" + "000002bc");
    it.hear(wire(ACK, 5000, 1000, { options: [timestamps(0xffff_ffff, 100)] }));
    expect(hex(it)).toBe("0101080a" + "00000064" + "ffffffff");
    expect(hex(it, ack(0, { options: [timestamps(200, 1)] }))).toBe("080a" + "000000c8" + "00000001" + "0000");
    expect(hex(it, ack(0, { options: [sack([[0, 1]])] }))).toBe("0101080a" + "000000c8" + "ffffffff" + "050a" + "00001388" + "00001389" + "0000");
    expect(hex(it, ack(0, { options: [] }))).toBe("");
    it.hear(wire(ACK, 5000, 1000));
    expect(hex(it)).toBe("0101080a" + "000000c8" + "ffffffff");
  });

  test("and not where one of them had none", () => {
    for (const [options, offered] of [[STAMPED, []], [[mss(1460)], [timestamps(700, 0)]]] as const) {
      const it = established({ options, offered });
      expect(hex(it)).toBe("");
      it.hear(wire(ACK, 5000, 1000, { options: [timestamps(701, 0)] }));
      expect(hex(it)).toBe("");
    }
  });
});

test("the other fields, named or not", () => {
  const it = established();
  expect(it.say(ack())).toMatchObject({ window: 65_535, urgent: 0 });
  expect(it.say(data("ab", { window: 0, urgent: 1 }))).toMatchObject({ flags: PSH | ACK | URG, window: 0, urgent: 1, payload: Buffer.from("ab") });
  it.hear({ ...wire(ACK | URG, 5000, 1000, { payload: "!" }), urgent: 1 });
  expect(last(it)).toBe('data("!", { seq: 0, ack: 0, window: 64240, urgent: 1 })');
  expect(() => it.say(data(65_496))).toThrow("65496 bytes do not fit one IPv4 packet");
});

test("what was heard waits to be expected, or is passed over", () => {
  const it = established();
  for (const n of [1, 2, 3]) it.hear(wire(ACK, 5000, 1000 + n));
  expect(it.next()?.ack).toBe(1);
  expect(it.rest().map((one) => one.ack)).toEqual([2, 3]);
  expect(it.next()).toBeUndefined();
  it.hear(wire(ACK, 5000, 1004));
  expect(it.next()?.ack).toBe(4);
  expect(it.heard).toHaveLength(5);
});
