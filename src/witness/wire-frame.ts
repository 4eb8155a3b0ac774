/** From a frame's bytes to its headers, from a record of the ring to a packet. Pure: it needs no kernel. */

import { ETH_P_8021Q } from "../abi/constants/ether.ts";
import { ARPHRD_ETHER, ARPHRD_LOOPBACK } from "../abi/constants/if.ts";
import {
  PACKET_OUTGOING, TP_STATUS_CSUMNOTREADY, TP_STATUS_VLAN_TPID_VALID, TP_STATUS_VLAN_VALID,
} from "../abi/constants/packet.ts";
import { ethhdr, vlan_hdr } from "../abi/headers/ethernet.ts";
import { tpacket2_hdr } from "../abi/structs/packet.ts";
import { sockaddr_ll } from "../abi/structs/sockaddr.ts";
import { Home, Memory } from "../memory/memory.ts";
import { offsetOf } from "../memory/struct.ts";
import { ethernet } from "./frame/ethernet.ts";
import { after, type Layer, type Part } from "./frame/layer.ts";
import { network } from "./frame/network.ts";
import type { Way } from "./frame/way.ts";
import { ADDRESS, HEAD } from "./wire-record.ts";

/** What is known of a frame besides its bytes. */
export interface Origin {
  /** The checksum of TCP or UDP is none yet: it was left to a device. TP_STATUS_CSUMNOTREADY. */
  readonly csumNotReady: boolean;
  /** How long the frame was; more than its bytes, where not all were captured. */
  readonly length: number;
  /** Of a device without Ethernet: where the packet begins in the frame, and its EtherType. */
  readonly packet?: { readonly at: number; readonly proto: number };
}

/**
 * The layers of a frame, from the outside in. No bytes make it throw: what is cut off says so (`cut_off`),
 * and so does what cannot be (`malformed`). The packet that an ICMP error quotes follows as layers `quoted
 * ip` with fields `quoted_saddr`: it is not what passed.
 */
export function decodeFrame(bytes: Uint8Array, from: Origin): readonly Layer[] {
  const whole: Part = { bytes: memoryOver(bytes), length: Math.max(from.length, bytes.length) };
  const inside: Way = { csumNotReady: false, quote: null };
  const way: Way = {
    csumNotReady: from.csumNotReady,
    quote: (proto, part) => network(proto, part, inside).map(quoted),
  };
  const { packet } = from;
  return packet === undefined ? ethernet(whole, way) : network(packet.proto, after(whole, packet.at), way);
}

/** The same bytes, not a copy. */
const memoryOver = ({ buffer, byteOffset, length }: Uint8Array): Memory =>
  new Memory(new Home(buffer as ArrayBuffer), byteOffset, length);

const quoted = ({ name, fields }: Layer): Layer => ({
  name: `quoted ${name}`,
  fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [`quoted_${key}`, value])),
});

/** One packet that passed a device. */
export interface WirePacket {
  /** The device's index. */
  readonly device: number;
  readonly direction: "out" | "in";
  /** CLOCK_REALTIME when the kernel handed it to the ring, in ns. */
  readonly realtime: bigint;
  /** Of the frame, and of what was captured of it, in bytes. */
  readonly length: number;
  readonly captured: number;
  readonly layers: readonly Layer[];
  readonly bytes: Uint8Array;
}

/** Reads a record of wire-record.ts. Throws RangeError where it is shorter than its head. */
export function wirePacket(record: Uint8Array): WirePacket {
  const memory = memoryOver(record);
  const slot = tpacket2_hdr.at(memory);
  const address = sockaddr_ll.at(memory, ADDRESS);
  const frame = memory.bytes.subarray(HEAD);
  const tag = frame.length < TAG ? null : tagOf(slot);
  const bytes = tag === null ? frame : Buffer.concat([frame.subarray(0, TAG), tag, frame.subarray(TAG)]);
  const length = slot.tp_len + bytes.length - frame.length;
  const hasEthernet = ETHERNET.includes(address.sll_hatype);
  const packet = { at: Math.max(0, slot.tp_net - slot.tp_mac), proto: address.sll_protocol };
  const csumNotReady = (slot.tp_status & TP_STATUS_CSUMNOTREADY) !== 0;
  return {
    device: address.sll_ifindex,
    direction: address.sll_pkttype === PACKET_OUTGOING ? "out" : "in",
    realtime: BigInt(slot.tp_sec) * 1_000_000_000n + BigInt(slot.tp_nsec),
    length, captured: bytes.length,
    layers: decodeFrame(bytes, { csumNotReady, length, ...(hasEthernet ? {} : { packet }) }),
    bytes,
  };
}
/** Whose frames begin with an Ethernet header. */
const ETHERNET: readonly number[] = [ARPHRD_ETHER, ARPHRD_LOOPBACK];

/** Where a VLAN's tag stands in a frame: before h_proto. */
const TAG = offsetOf(ethhdr, "h_proto");

/** The tag that the kernel took out of the frame, as it was in there; null: it had none. packet(7). */
function tagOf(slot: ReturnType<typeof tpacket2_hdr.at>): Uint8Array | null {
  const { tp_status, tp_vlan_tpid, tp_vlan_tci } = slot;
  if ((tp_status & TP_STATUS_VLAN_VALID) === 0) return null;
  const tpid = (tp_status & TP_STATUS_VLAN_TPID_VALID) === 0 ? ETH_P_8021Q : tp_vlan_tpid;
  const tag = Buffer.alloc(vlan_hdr.size);
  tag.writeUInt16BE(tpid, 0);
  tag.writeUInt16BE(tp_vlan_tci, 2);
  return tag;
}
