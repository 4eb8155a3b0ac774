/** Asking for and changing a network interface by ioctl, from <linux/if.h> and netdevice(7). */
import { char } from "../../memory/array.ts";
import { i16, i32, u8, u16, u64 } from "../../memory/integer.ts";
import { pointer } from "../../memory/pointer.ts";
import { struct } from "../../memory/struct.ts";
import { IFF, IFNAMSIZ } from "../constants/if.ts";
import { sockaddr } from "./sockaddr.ts";

/** Where an interface sits in the machine, 24 bytes: SIOCGIFMAP. */
export const ifmap = struct("ifmap", 24, {
  mem_start: [0, u64],
  mem_end:   [8, u64],
  base_addr: [16, u16],
  irq:       [18, u8],
  dma:       [19, u8],
  port:      [20, u8],
});

const within = (kernel: string, ...ours: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(ours.map((name) => [name, kernel]));
const values = [
  "ifr_addr", "ifr_dstaddr", "ifr_broadaddr", "ifr_netmask", "ifr_hwaddr", "ifr_flags", "ifr_ifindex",
  "ifr_metric", "ifr_mtu", "ifr_qlen", "ifr_map", "ifr_slave", "ifr_newname", "ifr_data",
];

/** An interface by name, and one thing about it: which, the request says. 40 bytes. */
export const ifreq = struct("ifreq", 40, {
  ifr_name:      [0, char(IFNAMSIZ)],
  ifr_addr:      [16, sockaddr],
  ifr_dstaddr:   [16, sockaddr],
  ifr_broadaddr: [16, sockaddr],
  ifr_netmask:   [16, sockaddr],
  ifr_hwaddr:    [16, sockaddr],
  ifr_flags:     [16, i16.flags(IFF)],
  ifr_ifindex:   [16, i32],
  ifr_metric:    [16, i32],
  ifr_mtu:       [16, i32],
  ifr_qlen:      [16, i32],
  ifr_map:       [16, ifmap],
  ifr_slave:     [16, char(IFNAMSIZ)],
  ifr_newname:   [16, char(IFNAMSIZ)],
  ifr_data:      [16, pointer],
}, {
  over: values.slice(1),
  aliases: { ...within("ifr_ifrn", "ifr_name"), ...within("ifr_ifru", ...values) },
});
