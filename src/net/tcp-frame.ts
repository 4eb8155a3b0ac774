/**
 * A TCP segment as it lies on the wire: Ethernet (where the link has it), IPv4, TCP, payload, with both
 * checksums. Written at the offsets of the declared headers, without views: a peer makes them by the
 * hundred thousand.
 */
import { ETH_P_IP } from "../abi/constants/ether.ts";
import { IPPROTO_TCP } from "../abi/constants/in.ts";
import { ethhdr } from "../abi/headers/ethernet.ts";
import { iphdr } from "../abi/headers/ip.ts";
import { tcphdr } from "../abi/headers/tcp.ts";
import type { Fields, Struct } from "../memory/struct.ts";
import { addWords, checksumOf } from "./checksum.ts";

/** Where a segment comes from, or goes to. */
export interface End {
  /** Six bytes; null: a link without Ethernet headers. */
  readonly mac: Uint8Array | null;
  /** IPv4, as a number. */
  readonly address: number;
  readonly port: number;
}
/** What a header says, with numbers as the wire has them: modulo 2^32. */
export interface WireSegment {
  /** Byte 13 of the header: TH of <netinet/tcp.h>. */
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  readonly window: number;
  readonly urgent: number;
  /** A multiple of 4 bytes. */
  readonly options: Buffer;
  readonly payload: Buffer;
}
/** A segment that was read, with its ends. */
export interface ReadSegment extends WireSegment {
  readonly from: Omit<End, "mac">;
  readonly to: Omit<End, "mac">;
  /** Whether both checksums, IPv4's and TCP's, are right. */
  readonly isWhole: boolean;
}

/** Where each member of a struct lies. */
const offsets = <F extends Fields>({ fields }: Struct<F>): { readonly [K in keyof F]: number } =>
  Object.fromEntries(fields.map(({ name, offset }) => [name, offset])) as { [K in keyof F]: number };
const eth = offsets(ethhdr);
const ip = offsets(iphdr);
const tcp = { ...offsets(tcphdr), flags: 13 };
/** Version 4, a header of five words. */
const IPV4 = 0x45;
/** In frag_off: not to be cut. */
const DF = 0x4000;
const TTL = 64;

/** The bytes of a frame. `spoilt` makes TCP's checksum a wrong one. */
export function frameOf(from: End, to: End, it: WireSegment, spoilt = false): Buffer {
  const network = from.mac === null ? 0 : ethhdr.size;
  const transport = network + iphdr.size;
  const data = transport + tcphdr.size + it.options.length;
  const frame = Buffer.alloc(data + it.payload.length);
  if (from.mac !== null && to.mac !== null) {
    frame.set(to.mac, eth.h_dest);
    frame.set(from.mac, eth.h_source);
    frame.writeUInt16BE(ETH_P_IP, eth.h_proto);
  }
  writeIpv4(frame, network, from.address, to.address);
  frame.writeUInt16BE(from.port, transport + tcp.source);
  frame.writeUInt16BE(to.port, transport + tcp.dest);
  frame.writeUInt32BE(it.seq, transport + tcp.seq);
  frame.writeUInt32BE(it.ack, transport + tcp.ack_seq);
  frame[transport + tcp.doff] = ((data - transport) >> 2) << 4;
  frame[transport + tcp.flags] = it.flags;
  frame.writeUInt16BE(it.window, transport + tcp.window);
  frame.writeUInt16BE(it.urgent, transport + tcp.urg_ptr);
  frame.set(it.options, transport + tcphdr.size);
  frame.set(it.payload, data);
  const check = checksumOf(addWords(pseudoHeader(frame, network), frame, transport, frame.length));
  frame.writeUInt16BE(spoilt ? check ^ 1 : check, transport + tcp.check);
  return frame;
}

/** A header of 20 bytes for TCP that takes the rest of the frame; RFC 791. Its id is 0, as nothing is cut. */
function writeIpv4(frame: Buffer, at: number, from: number, to: number): void {
  frame[at + ip.version] = IPV4;
  frame.writeUInt16BE(frame.length - at, at + ip.tot_len);
  frame.writeUInt16BE(DF, at + ip.frag_off);
  frame[at + ip.ttl] = TTL;
  frame[at + ip.protocol] = IPPROTO_TCP;
  frame.writeUInt32BE(from, at + ip.saddr);
  frame.writeUInt32BE(to, at + ip.daddr);
  frame.writeUInt16BE(checksumOf(addWords(0, frame, at, at + iphdr.size)), at + ip.check);
}

/**
 * What TCP's checksum covers besides the segment: both addresses, the protocol, the segment's length. Of
 * IPv6 it would be RFC 8200's.
 */
function pseudoHeader(frame: Buffer, at: number): number {
  const length = frame.readUInt16BE(at + ip.tot_len) - headerLength(frame, at);
  return addWords(IPPROTO_TCP + length, frame, at + ip.saddr, at + iphdr.size);
}
const headerLength = (frame: Buffer, at: number): number => (frame[at + ip.version]! & 15) * 4;

/** The segment in a frame, copied; null: it is no TCP over IPv4, or not all of it is there. */
export function readFrame(bytes: Uint8Array, hasEthernet: boolean): ReadSegment | null {
  const frame = Buffer.from(bytes);
  const network = hasEthernet ? ethhdr.size : 0;
  if (!holdsIpv4Tcp(frame, network, hasEthernet)) return null;
  const transport = network + headerLength(frame, network);
  const end = network + frame.readUInt16BE(network + ip.tot_len);
  if (end > frame.length || end < transport + tcphdr.size) return null;
  const data = transport + (frame[transport + tcp.doff]! >> 4) * 4;
  if (data > end || data < transport + tcphdr.size) return null;
  const sums = [
    addWords(0, frame, network, transport), addWords(pseudoHeader(frame, network), frame, transport, end),
  ];
  return {
    from: endAt(frame, network + ip.saddr, transport + tcp.source),
    to: endAt(frame, network + ip.daddr, transport + tcp.dest),
    flags: frame[transport + tcp.flags]!,
    seq: frame.readUInt32BE(transport + tcp.seq),
    ack: frame.readUInt32BE(transport + tcp.ack_seq),
    window: frame.readUInt16BE(transport + tcp.window),
    urgent: frame.readUInt16BE(transport + tcp.urg_ptr),
    options: frame.subarray(transport + tcphdr.size, data),
    payload: frame.subarray(data, end),
    isWhole: sums.every((sum) => checksumOf(sum) === 0),
  };
}
const endAt = (frame: Buffer, address: number, port: number): Omit<End, "mac"> =>
  ({ address: frame.readUInt32BE(address), port: frame.readUInt16BE(port) });

/** What this can read. IPv6, ETH_P_IPV6 or version 6, would begin here. */
function holdsIpv4Tcp(frame: Buffer, at: number, hasEthernet: boolean): boolean {
  if (frame.length < at + iphdr.size) return false;
  if (hasEthernet && frame.readUInt16BE(eth.h_proto) !== ETH_P_IP) return false;
  return frame[at + ip.version]! >> 4 === 4 && frame[at + ip.protocol] === IPPROTO_TCP;
}
