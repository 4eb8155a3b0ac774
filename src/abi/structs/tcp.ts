/**
 * What TCP tells about a connection: TCP_INFO, from <linux/tcp.h>. Times are in µs where the field's comment
 * does not say ms.
 */
import { bits } from "../../memory/bits.ts";
import { i32, u8, u16, u32, u64 } from "../../memory/integer.ts";
import { prefix } from "../../memory/prefix.ts";
import { type AnyStruct, struct } from "../../memory/struct.ts";
import { TCP_CA, TCP_STATE, TCPI_OPT } from "../constants/tcp.ts";

/** All that Linux 6.18 tells, 280 bytes. Older kernels fill less of it: see tcpInfoOf. */
export const tcp_info = struct("tcp_info", 280, {
  tcpi_state:                     [0, u8.as(TCP_STATE)],
  tcpi_ca_state:                  [1, u8.as(TCP_CA)],
  tcpi_retransmits:               [2, u8],
  tcpi_probes:                    [3, u8],
  tcpi_backoff:                   [4, u8],
  tcpi_options:                   [5, u8.flags(TCPI_OPT)],
  tcpi_snd_wscale:                [6, bits(u8, 0, 4)],
  tcpi_rcv_wscale:                [6, bits(u8, 4, 4)],
  tcpi_delivery_rate_app_limited: [7, bits(u8, 0, 1)],
  tcpi_fastopen_client_fail:      [7, bits(u8, 1, 2)],
  tcpi_rto:                       [8, u32],
  tcpi_ato:                       [12, u32],
  tcpi_snd_mss:                   [16, u32],
  tcpi_rcv_mss:                   [20, u32],
  tcpi_unacked:                   [24, u32],
  tcpi_sacked:                    [28, u32],
  tcpi_lost:                      [32, u32],
  tcpi_retrans:                   [36, u32],
  tcpi_fackets:                   [40, u32],
  tcpi_last_data_sent:            [44, u32],  // ms
  tcpi_last_ack_sent:             [48, u32],  // never filled in
  tcpi_last_data_recv:            [52, u32],  // ms
  tcpi_last_ack_recv:             [56, u32],  // ms
  tcpi_pmtu:                      [60, u32],
  tcpi_rcv_ssthresh:              [64, u32],
  tcpi_rtt:                       [68, u32],
  tcpi_rttvar:                    [72, u32],
  tcpi_snd_ssthresh:              [76, u32],
  tcpi_snd_cwnd:                  [80, u32],
  tcpi_advmss:                    [84, u32],
  tcpi_reordering:                [88, u32],
  tcpi_rcv_rtt:                   [92, u32],
  tcpi_rcv_space:                 [96, u32],
  tcpi_total_retrans:             [100, u32],
  tcpi_pacing_rate:               [104, u64],
  tcpi_max_pacing_rate:           [112, u64],
  tcpi_bytes_acked:               [120, u64],
  tcpi_bytes_received:            [128, u64],
  tcpi_segs_out:                  [136, u32],
  tcpi_segs_in:                   [140, u32],
  tcpi_notsent_bytes:             [144, u32],
  tcpi_min_rtt:                   [148, u32],
  tcpi_data_segs_in:              [152, u32],
  tcpi_data_segs_out:             [156, u32],
  tcpi_delivery_rate:             [160, u64],
  tcpi_busy_time:                 [168, u64],
  tcpi_rwnd_limited:              [176, u64],
  tcpi_sndbuf_limited:            [184, u64],
  tcpi_delivered:                 [192, u32],
  tcpi_delivered_ce:              [196, u32],
  tcpi_bytes_sent:                [200, u64],
  tcpi_bytes_retrans:             [208, u64],
  tcpi_dsack_dups:                [216, u32],
  tcpi_reord_seen:                [220, u32],
  tcpi_rcv_ooopack:               [224, u32],
  tcpi_snd_wnd:                   [228, u32],
  tcpi_rcv_wnd:                   [232, u32],
  tcpi_rehash:                    [236, u32],
  tcpi_total_rto:                 [240, u16],
  tcpi_total_rto_recoveries:      [242, u16],
  tcpi_total_rto_time:            [244, u32],  // ms
  tcpi_received_ce:               [248, u32],
  tcpi_delivered_e1_bytes:        [252, u32],
  tcpi_delivered_e0_bytes:        [256, u32],
  tcpi_delivered_ce_bytes:        [260, u32],
  tcpi_received_e1_bytes:         [264, u32],
  tcpi_received_e0_bytes:         [268, u32],
  tcpi_received_ce_bytes:         [272, u32],
  tcpi_accecn_fail_mode:          [276, u16],
  tcpi_accecn_opt_seen:           [278, u16],
});

/**
 * TCP_ZEROCOPY_RECEIVE: where received pages are to be mapped, and how far that went. 64 bytes; the first 16
 * are enough, and all that Linux 4.18 knew.
 */
export const tcp_zerocopy_receive = struct("tcp_zerocopy_receive", 64, {
  address:         [0, u64],
  length:          [8, u32],
  recv_skip_hint:  [12, u32],
  inq:             [16, u32],
  err:             [20, i32],
  copybuf_address: [24, u64],
  copybuf_len:     [32, i32],
  flags:           [36, u32],
  msg_control:     [40, u64],
  msg_controllen:  [48, u64],
  msg_flags:       [56, u32],
  reserved:        [60, u32],
});

const known = new Map<number, AnyStruct | null>();

/**
 * tcp_info as far as a kernel filled it: the fields whole within `length` bytes. Null where that is not even
 * one.
 */
export function tcpInfoOf(length: number): AnyStruct | null {
  if (!known.has(length)) known.set(length, prefix(tcp_info, length));
  return known.get(length) ?? null;
}
