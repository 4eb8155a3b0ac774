/**
 * Packet sockets: memberships, statistics, and the rings that a program shares with the kernel. From
 * <linux/if_packet.h>.
 */
import { byte } from "../../memory/array.ts";
import { flagged, named, u16, u32, u64, type WideInteger } from "../../memory/integer.ts";
import { struct, union } from "../../memory/struct.ts";
import { PACKET_MR, TP_STATUS } from "../constants/packet.ts";
import { ifindex } from "./ifindex.ts";

const status = u32.flags(TP_STATUS);
const wideStatus: WideInteger = { ...u64, show: (it) => flagged(TP_STATUS, Number(it)) };

/** Eight bytes, of which mr_alen count. */
const linkAddress: ReturnType<typeof byte> = {
  ...byte(8),
  show: (it) => [...it].map((one) => one.toString(16).padStart(2, "0")).join(":"),
};

/** PACKET_ADD_MEMBERSHIP: what an interface shall let through, 16 bytes. */
export const packet_mreq = struct("packet_mreq", 16, {
  mr_ifindex: [0, ifindex],
  mr_type:    [4, u16.as(PACKET_MR)],
  mr_alen:    [6, u16],
  mr_address: [8, linkAddress],
}, {
  show: ({ mr_ifindex, mr_type, mr_alen, mr_address }) => [
    `{mr_ifindex=${ifindex.show(mr_ifindex)}`,
    `mr_type=${named(PACKET_MR, mr_type)}`,
    `mr_alen=${mr_alen}`,
    `mr_address=${linkAddress.show(mr_address.subarray(0, mr_alen))}}`,
  ].join(", "),
});

/** PACKET_RX_RING and PACKET_TX_RING of versions 1 and 2, 16 bytes: blocks of memory, cut into frames. */
export const tpacket_req = struct("tpacket_req", 16, {
  tp_block_size: [0, u32],
  tp_block_nr:   [4, u32],
  tp_frame_size: [8, u32],
  tp_frame_nr:   [12, u32],
});

/** The same of version 3, 28 bytes: blocks are handed over whole, when full or after tp_retire_blk_tov ms. */
export const tpacket_req3 = struct("tpacket_req3", 28, {
  tp_block_size:       [0, u32],
  tp_block_nr:         [4, u32],
  tp_frame_size:       [8, u32],
  tp_frame_nr:         [12, u32],
  tp_retire_blk_tov:   [16, u32],
  tp_sizeof_priv:      [20, u32],
  tp_feature_req_word: [24, u32],
});

/** PACKET_STATISTICS, 8 bytes: tp_packets counts the dropped ones too; reading sets both to 0. */
export const tpacket_stats = struct("tpacket_stats", 8, {
  tp_packets: [0, u32],
  tp_drops:   [4, u32],
});

/** PACKET_STATISTICS of a version 3 ring, 12 bytes. */
export const tpacket_stats_v3 = struct("tpacket_stats_v3", 12, {
  tp_packets:      [0, u32],
  tp_drops:        [4, u32],
  tp_freeze_q_cnt: [8, u32],
});

/** PACKET_ROLLOVER_STATS, 24 bytes. */
export const tpacket_rollover_stats = struct("tpacket_rollover_stats", 24, {
  tp_all:    [0, u64],
  tp_huge:   [8, u64],
  tp_failed: [16, u64],
});

/**
 * PACKET_AUXDATA, 20 bytes: what the bytes of a frame do not say, such as a VLAN tag that was taken out of
 * it.
 */
export const tpacket_auxdata = struct("tpacket_auxdata", 20, {
  tp_status:    [0, status],
  tp_len:       [4, u32],
  tp_snaplen:   [8, u32],
  tp_mac:       [12, u16],
  tp_net:       [14, u16],
  tp_vlan_tci:  [16, u16.hex()],
  tp_vlan_tpid: [18, u16.hex()],
});

/**
 * A frame in a version 1 ring, 32 bytes with a hole at the end: unsigned long makes it differ on 32-bit
 * machines.
 */
export const tpacket_hdr = struct("tpacket_hdr", 32, {
  tp_status:  [0, wideStatus],
  tp_len:     [8, u32],
  tp_snaplen: [12, u32],
  tp_mac:     [16, u16],
  tp_net:     [18, u16],
  tp_sec:     [20, u32],
  tp_usec:    [24, u32],
});

/** A frame in a version 2 ring, 32 bytes: the same on all machines, nanoseconds, VLAN tag. */
export const tpacket2_hdr = struct("tpacket2_hdr", 32, {
  tp_status:    [0, status],
  tp_len:       [4, u32],
  tp_snaplen:   [8, u32],
  tp_mac:       [12, u16],
  tp_net:       [14, u16],
  tp_sec:       [16, u32],
  tp_nsec:      [20, u32],
  tp_vlan_tci:  [24, u16.hex()],
  tp_vlan_tpid: [26, u16.hex()],
  tp_padding:   [28, byte(4)],
});

/** The part of a version 3 frame header that a later variant might replace, 12 bytes. */
export const tpacket_hdr_variant1 = struct("tpacket_hdr_variant1", 12, {
  tp_rxhash:    [0, u32.hex()],
  tp_vlan_tci:  [4, u32.hex()],
  tp_vlan_tpid: [8, u16.hex()],
  tp_padding:   [10, u16],
});

/**
 * A frame in a block of a version 3 ring, 48 bytes; tp_next_offset leads to the next, from this one's start;
 * 0: the last.
 */
export const tpacket3_hdr = struct("tpacket3_hdr", 48, {
  tp_next_offset: [0, u32],
  tp_sec:         [4, u32],
  tp_nsec:        [8, u32],
  tp_snaplen:     [12, u32],
  tp_len:         [16, u32],
  tp_status:      [20, status],
  tp_mac:         [24, u16],
  tp_net:         [26, u16],
  hv1:            [28, tpacket_hdr_variant1],
  tp_padding:     [40, byte(8)],
});

/** When the first or last frame of a block came, 8 bytes. */
export const tpacket_bd_ts = struct("tpacket_bd_ts", 8, {
  ts_sec:  [0, u32],
  ts_usec: [4, u32],
  ts_nsec: [4, u32],
}, { over: ["ts_usec"] });

/**
 * What a block says of itself, 40 bytes: whose it is, how many frames, where the first begins, when it was
 * filled.
 */
export const tpacket_hdr_v1 = struct("tpacket_hdr_v1", 40, {
  block_status:        [0, status],
  num_pkts:            [4, u32],
  offset_to_first_pkt: [8, u32],
  blk_len:             [12, u32],
  seq_num:             [16, u64],
  ts_first_pkt:        [24, tpacket_bd_ts],
  ts_last_pkt:         [32, tpacket_bd_ts],
});

/** 40 bytes, with room for other versions that never came. */
export const tpacket_bd_header_u = union("tpacket_bd_header_u", 40, { bh1: tpacket_hdr_v1 });

/** The head of a block of a version 3 ring, 48 bytes: `block.hdr.bh1.block_status`, as in C. */
export const tpacket_block_desc = struct("tpacket_block_desc", 48, {
  version:        [0, u32],
  offset_to_priv: [4, u32],
  hdr:            [8, tpacket_bd_header_u],
});

/**
 * PACKET_FANOUT: which group, how its members share, how many they may be at most (0: 256). 8 bytes; 4 do.
 */
export const fanout_args = struct("fanout_args", 8, {
  id:              [0, u16],
  type_flags:      [2, u16.hex()],
  max_num_members: [4, u32],
});
