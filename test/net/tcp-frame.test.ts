/** TCP segments as bytes: frames that Linux 6.18 sent over a veth pair without offloads, read, and made again. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addWords, checksumOf } from "../../src/net/checksum.ts";
import { type End, frameOf, readFrame, type WireSegment } from "../../src/net/tcp-frame.ts";

const hex = (it: string): Buffer => Buffer.from(it.replaceAll(" ", ""), "hex");
const [KERNEL, PEER, OTHER] = [0xc000_0201, 0xc000_0202, hex("7679116df91f")];
const OURS = hex("020000000002");

/** By what they are; after the addresses: IPv4, TCP, options, payload. */
const FRAMES = {
  "SYN, ACK":              "020000000002 6a22431a80f1 0800 4500002c000040004006b6c8c0000201c0000202 00509c402a92b947000003e86012faf094cf0000 020405b4",
  "SYN, ACK, all options": "020000000002 7679116df91f 0800 45000038000040004006b6bcc0000201c0000202 00509c402a9d3cc9000003e89012fe881daf0000 020405b40402080a2b29753200001388",
  "data of odd length":    "020000000002 6a22431a80f1 0800 4500002d82bd40004006340ac0000201c0000202 00509c402a92b948000003e85018faf088ad0000 48656c6c6f",
  "data after timestamps": "020000000002 7679116df91f 0800 4500003e96a2400040062014c0000201c0000202 00509c402a9d3cca000003e88018fe88de000000 0101080a2b29753200001388 78787878787878787878",
  "ACK with three SACKs":  "020000000002 4a1094bcc14b 0800 4500003ce7b340004006cf04c0000201c0000202 00509c402a978216000007d0a010003e3e0d0000 01010512000013880000177000000bb800000fa0",
  "FIN":                   "020000000002 6a22431a80f1 0800 4500002882bf40004006340dc0000201c0000202 00509c402a92b94d000003ee5011faeaac860000",
  "RST of a closed port":  "020000000002 6a22431a80f1 0800 45000028000040004006b6ccc0000201c0000202 00099c3f0000000000000000501400008f840000",
} as const;
const frames = Object.entries(FRAMES).map(([name, it]) => [name, hex(it)] as const);

const from = (mac: Buffer | null): End => ({ mac, address: KERNEL, port: 80 });
const to = (mac: Buffer | null): End => ({ mac, address: PEER, port: 40_000 });

describe("the Internet checksum", () => {
  test.each([
    ["RFC 1071, section 3",  "0001f203f4f5f6f7", 0x220d],
    ["a last odd byte",      "0001f2",           0x0dfe],
    ["no bytes",             "",                 0xffff],
    ["carries of carries",   "ffffffff0001",     0xfffe],
  ])("%s", (_, bytes, sum) => expect(checksumOf(addWords(0, hex(bytes), 0, bytes.length / 2))).toBe(sum));

  test("over itself is 0, whatever else it covers", () => fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (some) => {
    const even = Buffer.concat([some, Buffer.alloc(some.length & 1), Buffer.alloc(2)]);
    even.writeUInt16BE(checksumOf(addWords(0, even, 0, even.length)), even.length - 2);
    expect(checksumOf(addWords(0, even, 0, even.length))).toBe(0);
  })));
});

describe("a frame of the kernel's", () => {
  test("is read", () => expect(readFrame(hex(FRAMES["data after timestamps"]), true)).toEqual({
    from: { address: KERNEL, port: 80 }, to: { address: PEER, port: 40_000 }, isWhole: true,
    flags: 0x18, seq: 0x2a9d_3cca, ack: 1000, window: 0xfe88, urgent: 0,
    options: hex("0101080a2b29753200001388"), payload: Buffer.from("xxxxxxxxxx"),
  }));

  test.each(frames)("%s: its checksums are right, and made again", (_, frame) => {
    const read = readFrame(frame, true)!;
    expect(read.isWhole).toBe(true);
    const ends = [{ ...read.from, mac: frame.subarray(6, 12) }, { ...read.to, mac: frame.subarray(0, 6) }] as const;
    const made = frameOf(...ends, read);
    expect(made.toString("hex", 34)).toBe(frame.toString("hex", 34));
    expect(made.length).toBe(frame.length);
    const hasNoId = frame.readUInt16BE(18) === 0;
    if (hasNoId) expect(made.toString("hex")).toBe(frame.toString("hex"));
  });

  test.each(frames)("%s: any bit that changes is noticed", (_, frame) => {
    for (let bit = 14 * 8; bit < frame.length * 8; bit++) {
      const bent = Buffer.from(frame);
      bent[bit >> 3]! ^= 1 << (bit & 7);
      expect(readFrame(bent, true)?.isWhole ?? false, `bit ${bit}`).toBe(false);
    }
  });

  test("may have bytes behind it, but not too few", () => {
    const frame = hex(FRAMES["data of odd length"]);
    expect(readFrame(Buffer.concat([frame, Buffer.alloc(7)]), true)).toEqual(readFrame(frame, true));
    for (let length = 0; length < frame.length; length++) expect(readFrame(frame.subarray(0, length), true)).toBeNull();
  });

  test("is copied", () => {
    const frame = hex(FRAMES["data of odd length"]);
    const read = readFrame(frame, true)!;
    frame.fill(0);
    expect(read.payload.toString()).toBe("Hello");
  });
});

test.each([
  ["ARP",             "ffffffffffff6a22431a80f1080600010800060400016a22431a80f1c0000201000000000000c0000202"],
  ["UDP",             "020000000002 6a22431a80f1 0800 4500001c00000000 4011 0000 c0000201c0000202 0050005000080000 000000000000000000000000"],
  ["IPv6",            "020000000002 6a22431a80f1 86dd 6000000000140640 20010db8000000000000000000000001 20010db8000000000000000000000002 0050005000000000000000005002ffff00000000"],
  ["a long offset",   "020000000002 6a22431a80f1 0800 45000028000040004006b6ccc0000201c0000202 00099c3f0000000000000000f01400008f840000"],
  ["a short offset",  "020000000002 6a22431a80f1 0800 45000028000040004006b6ccc0000201c0000202 00099c3f0000000000000000401400008f840000"],
])("%s is no segment", (_, bytes) => expect(readFrame(hex(bytes), true)).toBeNull());

const bytes = (maxLength: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength }).map((it) => Buffer.from(it));
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const half = fc.integer({ min: 0, max: 0xffff });
const segments: fc.Arbitrary<WireSegment> = fc.record({
  flags: fc.integer({ min: 0, max: 255 }), seq: word, ack: word, window: half, urgent: half,
  options: fc.array(bytes(40), { maxLength: 1 }).map(([it = Buffer.alloc(0)]) => it.subarray(0, it.length & ~3)), payload: bytes(1460),
});

test("what was made is read as it was, with and without Ethernet", () => fc.assert(fc.property(segments, fc.boolean(), (it, isEthernet) => {
  const macs = isEthernet ? [OTHER, OURS] as const : [null, null] as const;
  const made = frameOf(from(macs[0]), to(macs[1]), it);
  expect(made).toHaveLength((isEthernet ? 14 : 0) + 40 + it.options.length + it.payload.length);
  expect(readFrame(made, isEthernet)).toEqual({
    ...it, from: { address: KERNEL, port: 80 }, to: { address: PEER, port: 40_000 }, isWhole: true,
  });
  expect(readFrame(frameOf(from(macs[0]), to(macs[1]), it, true), isEthernet)).toMatchObject({ isWhole: false, payload: it.payload });
})));
