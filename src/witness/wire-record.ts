/**
 * One packet as the chamber hands it to the supervisor: the kernel's header of a ring's slot (tpacket2_hdr),
 * the packet's link-layer address (sockaddr_ll), then the frame, from its link-layer header on.
 */
import { TPACKET_ALIGNMENT } from "../abi/constants/packet.ts";
import { tpacket2_hdr } from "../abi/structs/packet.ts";
import { sockaddr_ll } from "../abi/structs/sockaddr.ts";
import { offsetOf } from "../memory/struct.ts";

/** Where the address begins, in a slot as well as in a record: behind the header, TPACKET_ALIGN of it. */
export const ADDRESS = Math.ceil(tpacket2_hdr.size / TPACKET_ALIGNMENT) * TPACKET_ALIGNMENT;
/** Bytes before the frame. */
export const HEAD = ADDRESS + sockaddr_ll.size;

/** Where the ring itself looks into a slot. It makes no views there: it must cost a run little. */
export const SLOT = {
  status:  offsetOf(tpacket2_hdr, "tp_status"),
  snaplen: offsetOf(tpacket2_hdr, "tp_snaplen"),
  mac:     offsetOf(tpacket2_hdr, "tp_mac"),
  ifindex: ADDRESS + offsetOf(sockaddr_ll, "sll_ifindex"),
} as const;
