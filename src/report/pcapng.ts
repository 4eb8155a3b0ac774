/**
 * Packets as a capture file that Wireshark, tshark and tcpdump read: pcapng, each block by itself.
 * draft-ietf-opsawg-pcapng. Little-endian.
 */
import { i64, u16, u32 } from "../memory/integer.ts";
import { variant } from "../memory/struct.ts";

/** Who captured, and where: "x64", "Linux 6.18.44", "netlab 0.1.0". "" for what is not known. */
export interface CaptureOrigin {
  readonly hardware: string;
  readonly os: string;
  readonly application: string;
}
/** A device that packets passed. */
export interface CaptureDevice {
  readonly name: string;
  /** What its frames begin with: LINKTYPE. */
  readonly linktype: number;
}
export interface CapturedPacket {
  /** The device's place among the devices of the file, from 0. */
  readonly device: number;
  /** In ns since 1970. */
  readonly time: bigint;
  /** What was captured of a frame of `length` bytes. */
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly direction: "out" | "in";
  /** For whoever looks at the packet: text of any number of lines; "" for none. */
  readonly comment: string;
}

/** Frames that begin with an Ethernet header; with one of IPv4 or IPv6. IANA's link types. */
export const LINKTYPE = { ETHERNET: 1, RAW: 101 } as const;

const BLOCK = { SECTION: 0x0a0d_0d0a, INTERFACE: 1, PACKET: 6 } as const;
const OPTION = {
  END: 0, COMMENT: 1,
  SECTION_HARDWARE: 2, SECTION_OS: 3, SECTION_APPLICATION: 4,
  INTERFACE_NAME: 2, INTERFACE_RESOLUTION: 9,
  PACKET_FLAGS: 2,
} as const;
/** Which way a packet went: the two lowest bits of its flags. */
const DIRECTION = { in: 1, out: 2 } as const;
const MAGIC = 0x1a2b_3c4d;
/** Times are in units of 10^-9 s. */
const NANOSECONDS = 9;
/** A comment has a length of 16 bits. */
const LONGEST = 0xffff;

/** What blocks begin with behind their type and length, and what an option begins with. */
const block_head = variant("pcapng_block", 8, { type: [0, u32], length: [4, u32] });
const section = variant("pcapng_section", 16, {
  magic: [0, u32], major: [4, u16], minor: [6, u16], section_length: [8, i64],
});
const interface_head = variant("pcapng_interface", 8, {
  linktype: [0, u16], reserved: [2, u16], snaplen: [4, u32],
});
const packet_head = variant("pcapng_packet", 20, {
  interface_id: [0, u32], time_high: [4, u32], time_low: [8, u32], captured: [12, u32], original: [16, u32],
});
const option_head = variant("pcapng_option", 4, { code: [0, u16], length: [2, u16] });

/** What a file begins with: its section, and the devices. Packets follow. */
export const pcapngHeader = (origin: CaptureOrigin, devices: readonly CaptureDevice[]): Buffer => {
  const head = section({ magic: MAGIC, major: 1, minor: 0, section_length: -1 });   // as long as the file
  const options = [
    ...said(OPTION.SECTION_HARDWARE, origin.hardware), ...said(OPTION.SECTION_OS, origin.os),
    ...said(OPTION.SECTION_APPLICATION, origin.application),
  ];
  return Buffer.concat([block(BLOCK.SECTION, head.$.bytes, options), ...devices.map(pcapngDevice)]);
};

/** A device that comes to be known later: before the first packet that passed it. */
export const pcapngDevice = ({ name, linktype }: CaptureDevice): Buffer =>
  block(BLOCK.INTERFACE, interface_head({ linktype, snaplen: 0 }).$.bytes, [   // 0: as long as they are
    ...said(OPTION.INTERFACE_NAME, name),
    option(OPTION.INTERFACE_RESOLUTION, Uint8Array.of(NANOSECONDS)),
  ]);

/** One packet. A comment that is too long loses its end. */
export function pcapngPacket({ device, time, bytes, length, direction, comment }: CapturedPacket): Buffer {
  const [time_high, time_low] = [time >> 32n, time].map((it) => Number(BigInt.asUintN(32, it)));
  const head = packet_head({
    interface_id: device, time_high: time_high!, time_low: time_low!,
    captured: bytes.length, original: length,
  });
  return block(BLOCK.PACKET, Buffer.concat([head.$.bytes, padded(bytes)]), [
    ...said(OPTION.COMMENT, comment),
    option(OPTION.PACKET_FLAGS, Uint8Array.of(DIRECTION[direction], 0, 0, 0)),
  ]);
}

/** Its length stands at both ends, so that a file can be read from behind. */
function block(type: number, body: Uint8Array, options: readonly Uint8Array[]): Buffer {
  const end = option(OPTION.END, new Uint8Array(0));
  const inside = Buffer.concat([body, ...options, end]);
  const head = block_head({ type, length: block_head.size + inside.length + u32.size });
  return Buffer.concat([head.$.bytes, inside, head.$.bytes.subarray(block_head.size - u32.size)]);
}

const option = (code: number, value: Uint8Array): Buffer =>
  Buffer.concat([option_head({ code, length: value.length }).$.bytes, padded(value)]);

/** An option that is a text; none for an empty one. */
const said = (code: number, it: string): readonly Buffer[] => (it === "" ? [] : [option(code, text(it))]);

/** UTF-8, without a NUL; not cut inside of a character. */
function text(it: string): Uint8Array {
  const bytes = Buffer.from(it);
  if (bytes.length <= LONGEST) return bytes;
  let end = LONGEST;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** Up to a multiple of 4 bytes. */
const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, new Uint8Array(-bytes.length & 3)]);
