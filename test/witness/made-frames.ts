/** Frames that no kernel here sends by itself, made by hand: with checksums that are right unless a case spoils them. */
import { arphdr } from "../../src/abi/headers/arp.ts";
import { ethhdr } from "../../src/abi/headers/ethernet.ts";
import { iphdr, ipv6hdr } from "../../src/abi/headers/ip.ts";
import { tcphdr } from "../../src/abi/headers/tcp.ts";
import { udphdr } from "../../src/abi/headers/udp.ts";

type Bytes = Uint8Array | readonly number[];
const join = (...parts: readonly Bytes[]): Buffer => Buffer.concat(parts.map((it) => Buffer.from(it)));

/** RFC 1071, as a loop over the RFC's words. */
function checksum(...parts: readonly Bytes[]): number {
  const bytes = join(...parts);
  const even = bytes.length % 2 === 0 ? bytes : join(bytes, [0]);
  let sum = 0;
  for (let at = 0; at < even.length; at += 2) sum += even.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export const ethernet = (h_proto: number, carried: Bytes): Buffer =>
  join(ethhdr({ h_dest: "02:00:00:00:00:02", h_source: "02:00:00:00:00:01", h_proto }).$.bytes, carried);

interface Ipv4 {
  readonly protocol: number;
  readonly options?: Bytes;
  readonly over?: NonNullable<Parameters<typeof iphdr>[0]>;
}
/** An Ethernet frame with an IPv4 packet; `over` changes the header before its checksum is made. */
export function ipv4({ protocol, options = [], over = {} }: Ipv4, carried: Bytes): Buffer {
  const header = iphdr({
    version: 4, ihl: 5 + options.length / 4, tot_len: 20 + options.length + carried.length, id: 7, ttl: 64, protocol,
    saddr: "192.0.2.1", daddr: "192.0.2.2", ...over,
  });
  header.check = over.check ?? checksum(header.$.bytes, options);
  return ethernet(0x800, join(header.$.bytes, options, carried));
}

export function ipv6(nexthdr: number, carried: Bytes, over: NonNullable<Parameters<typeof ipv6hdr>[0]> = {}): Buffer {
  const header = ipv6hdr({
    version: 6, payload_len: carried.length, nexthdr, hop_limit: 64, saddr: "2001:db8::1", daddr: "2001:db8::2", ...over,
  });
  return ethernet(0x86dd, join(header.$.bytes, carried));
}

const PSEUDO = [192, 0, 2, 1, 192, 0, 2, 2];
const PSEUDO6 = [...ipv6hdr({ saddr: "2001:db8::1", daddr: "2001:db8::2" }).$.bytes.subarray(8)];
const behind = (addresses: Bytes, protocol: number, length: number): Buffer => join(addresses, [0, protocol, length >> 8, length & 255]);

/** A TCP segment between 192.0.2.1 and 192.0.2.2; `spoil` is added to its checksum. */
export function tcp(options: Bytes, data: Bytes = [], over: NonNullable<Parameters<typeof tcphdr>[0]> = {}, spoil = 0): Buffer {
  const header = tcphdr({
    source: 40_000, dest: 80, seq: 1000, ack_seq: 2000, doff: 5 + options.length / 4, ack: 1, window: 500, ...over,
  });
  const length = 20 + options.length + data.length;
  header.check = (checksum(behind(PSEUDO, 6, length), header.$.bytes, options, data) + spoil) & 0xffff;
  return join(header.$.bytes, options, data);
}

/** A UDP datagram between the same, or between 2001:db8::1 and ::2. */
export function udp(data: Bytes, over: NonNullable<Parameters<typeof udphdr>[0]> = {}, addresses: Bytes = PSEUDO): Buffer {
  const header = udphdr({ source: 40_000, dest: 53, len: 8 + data.length, ...over });
  header.check = over.check ?? checksum(behind(addresses, 17, 8 + data.length), header.$.bytes, data);
  return join(header.$.bytes, data);
}
export const udp6 = (data: Bytes, over: NonNullable<Parameters<typeof udphdr>[0]> = {}): Buffer => udp(data, over, PSEUDO6);

/** A message of ICMP: type, code, four bytes by type, and what follows. */
export function icmp(type: number, code: number, second: Bytes, data: Bytes = []): Buffer {
  const check = checksum([type, code, 0, 0], second, data);
  return join([type, code, check >> 8, check & 255], second, data);
}
export function icmp6(type: number, code: number, second: Bytes, data: Bytes = []): Buffer {
  const check = checksum(behind(PSEUDO6, 58, 8 + data.length), [type, code, 0, 0], second, data);
  return join([type, code, check >> 8, check & 255], second, data);
}

/** An ARP request, in a frame of the shortest length. */
export const arp = (over: NonNullable<Parameters<typeof arphdr>[0]> = {}): Buffer => {
  const header = arphdr({ ar_hrd: 1, ar_pro: 0x800, ar_hln: 6, ar_pln: 4, ar_op: 1, ...over });
  const addresses = [2, 0, 0, 0, 0, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2];
  return join(ethernet(0x806, join(header.$.bytes, addresses)), new Uint8Array(18));
};

/** An option of TCP or IP. */
export const option = (kind: number, ...value: readonly number[]): readonly number[] => [kind, value.length + 2, ...value];
export { join };
