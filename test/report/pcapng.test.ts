/** Capture files: each block byte by byte against the specification, then as tshark and capinfos read them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CapturedPacket, LINKTYPE, pcapngDevice, pcapngHeader, pcapngPacket } from "../../src/report/pcapng.ts";
import { asked, noTshark } from "./tshark.ts";

const skipped = noTshark === null ? "" : ` (skipped: ${noTshark})`;
const hex = (it: Uint8Array): string => Buffer.from(it).toString("hex");
const bytes = (...parts: readonly string[]): string => parts.join("").replaceAll(" ", "");
const ORIGIN = { hardware: "x86_64", os: "Linux 6.18", application: "netlab 0.1.0" };
const LO = { name: "lo", linktype: LINKTYPE.ETHERNET };
const PACKET: CapturedPacket = {
  device: 1, time: 0x1234_5678_9abc_def0n, bytes: Uint8Array.of(1, 2, 3, 4, 5), length: 60_042, direction: "out", comment: "",
};

describe("block by block", () => {
  test("a section: magic, version 1.0, no length, options", () => {
    expect(hex(pcapngHeader(ORIGIN, []))).toBe(bytes(
      "0a0d0d0a", "4c000000", "4d3c2b1a", "0100 0000", "ffffffffffffffff",
      "0200 0600", hex(Buffer.from("x86_64")), "0000", "0300 0a00", hex(Buffer.from("Linux 6.18")), "0000",
      "0400 0c00", hex(Buffer.from("netlab 0.1.0")), "0000 0000", "4c000000",
    ));
  });

  test("a device: link type, no limit, name, nanoseconds", () => {
    expect(hex(pcapngDevice(LO))).toBe(bytes(
      "01000000", "28000000", "0100 0000 00000000", "0200 0200", "6c6f 0000", "0900 0100", "09 000000", "0000 0000", "28000000",
    ));
    expect(hex(pcapngHeader(ORIGIN, [LO, LO]))).toBe(hex(pcapngHeader(ORIGIN, [])) + hex(pcapngDevice(LO)).repeat(2));
  });

  test("a packet: device, time in two halves, both lengths, padding, which way", () => {
    expect(hex(pcapngPacket(PACKET))).toBe(bytes(
      "06000000", "34000000", "01000000", "78563412", "f0debc9a", "05000000", "8aea0000", "0102030405 000000",
      "0200 0400", "02000000", "0000 0000", "34000000",
    ));
    expect(hex(pcapngPacket({ ...PACKET, direction: "in" }))).toContain("0200040001000000");
  });

  test("a comment comes before the flags, in UTF-8; one too long loses whole characters", () => {
    expect(hex(pcapngPacket({ ...PACKET, comment: "é\n→" }))).toContain(bytes("0100 0600", hex(Buffer.from("é\n→")), "0000", "0200 0400"));
    const cut = pcapngPacket({ ...PACKET, comment: "→".repeat(30_000) });
    expect(cut.readUInt16LE(38)).toBe(65_535);
    expect(cut.toString("utf8", 40, 40 + 65_535)).toBe("→".repeat(21_845));
    expect(pcapngPacket({ ...PACKET, comment: `x${"→".repeat(30_000)}` }).readUInt16LE(38)).toBe(1 + 3 * 21_844);
  });

  test("whatever is in them, blocks are whole words, and say their length at both ends", () => {
    const packet = fc.record({
      device: fc.nat(9), time: fc.bigInt({ min: 0n, max: 2n ** 63n }), bytes: fc.uint8Array({ maxLength: 50 }),
      length: fc.nat(70_000), direction: fc.constantFrom("out" as const, "in" as const), comment: fc.string({ unit: "grapheme" }),
    });
    fc.assert(fc.property(packet, (it) => {
      const block = pcapngPacket(it);
      expect([block.length % 4, block.readUInt32LE(4), block.readUInt32LE(block.length - 4)]).toEqual([0, block.length, block.length]);
    }));
  });
});

test.skipIf(noTshark !== null)(`tshark and capinfos read the same${skipped}`, () => {
  const frame = Buffer.from("ffffffffffff02000000000108060001080006040001020000000001c0000201000000000000c0000202", "hex");
  const many: readonly CapturedPacket[] = [
    { device: 0, time: 1_700_000_000_123_456_789n, bytes: frame, length: 42, direction: "out", comment: "#7 sendto(…) = 5\na → b" },
    { device: 1, time: 1_700_000_000_123_456_790n, bytes: frame.subarray(0, 20), length: 42, direction: "in", comment: "" },
  ];
  const file = Buffer.concat([pcapngHeader(ORIGIN, [LO, { ...LO, name: "va" }]), ...many.map(pcapngPacket)]);
  const fields = ["frame.time_epoch", "frame.interface_name", "frame.packet_flags_direction", "frame.len", "frame.cap_len", "frame.comment"];
  const said = asked("tshark", file, "-n", "-T", "fields", ...fields.flatMap((it) => ["-e", it]));
  expect(said.replace(/\\n/g, "\n")).toBe([
    ["1700000000.123456789", "lo", "0x00000002", "42", "42", "#7 sendto(…) = 5\na → b"], ["1700000000.123456790", "va", "0x00000001", "42", "20", ""],
  ].map((it) => `${it.join("\t")}\n`).join(""));
  const info = asked("capinfos", file);
  for (const it of [/File type: +.*pcapng/, /Number of packets: +2\n/, /Capture hardware: +x86_64/, /Capture oper-sys: +Linux 6.18/, /Capture application: +netlab 0.1.0/,
    /Name = lo/, /Name = va/, /Time precision = nanoseconds/, /Time resolution = 0x09/]) expect(info).toMatch(it);
});
