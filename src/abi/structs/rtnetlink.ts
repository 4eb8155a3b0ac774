/**
 * What rtnetlink messages begin with, after the nlmsghdr: <linux/rtnetlink.h>, <linux/if_addr.h>,
 * <linux/neighbour.h>.
 */
import { i32, u8, u16, u32 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { ARPHRD, IFF } from "../constants/if.ts";
import { IFA_F, NTF, NUD, RT_SCOPE, RT_TABLE, RTM_F, RTN, RTPROT, TC_H } from "../constants/rtnetlink.ts";
import { AF } from "../constants/socket.ts";
import { ifindex } from "./ifindex.ts";

const family = u8.as(AF);

/** A link: RTM_NEWLINK, RTM_GETLINK. 16 bytes. */
export const ifinfomsg = struct("ifinfomsg", 16, {
  ifi_family: [0, family],
  __ifi_pad:  [1, u8],
  ifi_type:   [2, u16.as(ARPHRD)],
  ifi_index:  [4, ifindex],
  ifi_flags:  [8, u32.flags(IFF)],
  ifi_change: [12, u32.hex()],
});

/** An address of a link: RTM_NEWADDR. 8 bytes. */
export const ifaddrmsg = struct("ifaddrmsg", 8, {
  ifa_family:    [0, family],
  ifa_prefixlen: [1, u8],
  ifa_flags:     [2, u8.flags(IFA_F)],
  ifa_scope:     [3, u8.as(RT_SCOPE)],
  ifa_index:     [4, u32],
});

/** A route: RTM_NEWROUTE. 12 bytes. */
export const rtmsg = struct("rtmsg", 12, {
  rtm_family:   [0, family],
  rtm_dst_len:  [1, u8],
  rtm_src_len:  [2, u8],
  rtm_tos:      [3, u8],
  rtm_table:    [4, u8.as(RT_TABLE)],
  rtm_protocol: [5, u8.as(RTPROT)],
  rtm_scope:    [6, u8.as(RT_SCOPE)],
  rtm_type:     [7, u8.as(RTN)],
  rtm_flags:    [8, u32.flags(RTM_F)],
});

/** A neighbour, as ARP or neighbour discovery learnt it: RTM_NEWNEIGH. 12 bytes. */
export const ndmsg = struct("ndmsg", 12, {
  ndm_family:  [0, family],
  ndm_pad1:    [1, u8],
  ndm_pad2:    [2, u16],
  ndm_ifindex: [4, i32],
  ndm_state:   [8, u16.flags(NUD)],
  ndm_flags:   [10, u8.flags(NTF)],
  ndm_type:    [11, u8.as(RTN)],
});

/** A queueing discipline, class or filter: RTM_NEWQDISC. 20 bytes. */
export const tcmsg = struct("tcmsg", 20, {
  tcm_family:  [0, family],
  tcm__pad1:   [1, u8],
  tcm__pad2:   [2, u16],
  tcm_ifindex: [4, i32],
  tcm_handle:  [8, u32.hex()],
  tcm_parent:  [12, u32.as(TC_H)],
  tcm_info:    [16, u32],
});
