/** Asking the kernel for its sockets: sock_diag(7), from <linux/inet_diag.h>. */
import { ipv4, ipv6 } from "../../memory/address.ts";
import { array } from "../../memory/array.ts";
import { be16, u8, u32 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { IPPROTO } from "../constants/in.ts";
import { AF } from "../constants/socket.ts";
import { TCP_STATE } from "../constants/tcp.ts";

/**
 * Which socket, 48 bytes. The addresses have room for IPv6; those of IPv4 lie at their start, under the
 * names with a 4.
 */
export const inet_diag_sockid = struct("inet_diag_sockid", 48, {
  idiag_sport:  [0, be16],
  idiag_dport:  [2, be16],
  idiag_src:    [4, ipv6],
  idiag_src4:   [4, ipv4],
  idiag_dst:    [20, ipv6],
  idiag_dst4:   [20, ipv4],
  idiag_if:     [36, u32],
  idiag_cookie: [40, array(u32, 2)],
}, { over: ["idiag_src4", "idiag_dst4"], aliases: { idiag_src4: "idiag_src", idiag_dst4: "idiag_dst" } });

/**
 * The question, 56 bytes. idiag_states has a bit for each state, idiag_ext one for each attribute that is
 * wanted.
 */
export const inet_diag_req_v2 = struct("inet_diag_req_v2", 56, {
  sdiag_family:   [0, u8.as(AF)],
  sdiag_protocol: [1, u8.as(IPPROTO)],
  idiag_ext:      [2, u8.hex()],
  pad:            [3, u8],
  idiag_states:   [4, u32.hex()],
  id:             [8, inet_diag_sockid],
});

/** The answer, 72 bytes, attributes behind it. idiag_expires is in ms. */
export const inet_diag_msg = struct("inet_diag_msg", 72, {
  idiag_family:  [0, u8.as(AF)],
  idiag_state:   [1, u8.as(TCP_STATE)],
  idiag_timer:   [2, u8],
  idiag_retrans: [3, u8],
  id:            [4, inet_diag_sockid],
  idiag_expires: [52, u32],
  idiag_rqueue:  [56, u32],
  idiag_wqueue:  [60, u32],
  idiag_uid:     [64, u32],
  idiag_inode:   [68, u32],
});
