/**
 * The requests of ioctl: the name of each, and what its argument is. From netdevice(7), tcp(7), udp(7),
 * packet(7), perf_event_open(2), timerfd_create(2), <asm-generic/ioctls.h>, <linux/sockios.h>,
 * <linux/if_tun.h>.
 */
import { i32, type Names, u16, u32, u64 } from "../memory/integer.ts";
import { variant } from "../memory/struct.ts";
import type { AnyType, Type } from "../memory/type.ts";
import { EPIOC } from "./constants/epoll.ts";
import { FIO, IFF_TUN_FLAGS, SIOC, TUN } from "./constants/ioctl.ts";
import { PERF_EVENT_IOC, PERF_IOC_FLAG } from "./constants/perf_event.ts";
import { TFD_IOC_SET_TICKS } from "./constants/time.ts";
import { cString, unsaid } from "./parameter.ts";
import { ifreq } from "./structs/if.ts";
import { timespec, timeval } from "./structs/time.ts";
import { hex, shown } from "./syscalls/number.ts";

/** In the order of precedence: of several names for one request strace says the first. */
const REQUESTS = { ...FIO, ...SIOC, ...TUN, ...PERF_EVENT_IOC, ...EPIOC, TFD_IOC_SET_TICKS } as const;

/** An ifreq, of which this request uses the name and one member more: `{ifr_name="lo", ifr_mtu=65536}`. */
function interfaces(member: Exclude<keyof ReturnType<typeof ifreq>, "$">, as?: AnyType): AnyType {
  const [name, other] = ["ifr_name", member].map((it) => ifreq.fields.find((field) => field.name === it)!);
  const fields = { ifr_name: [0, name!.type], [member]: [other!.offset, as ?? other!.type] } as const;
  return variant("ifreq", ifreq.size, fields);
}
const [tunnel, perf] = [interfaces("ifr_flags", u16.flags(IFF_TUN_FLAGS)), i32.flags(PERF_IOC_FLAG)];

/**
 * What is pointed at, or the number itself. What is missing here is bytes, or a number of which strace says
 * nothing more.
 */
const ARGUMENTS: { readonly [N in keyof typeof REQUESTS]?: AnyType } = {
  FIONREAD:         i32,                         TIOCOUTQ:         i32,
  SIOCOUTQNSD:      i32,                         SIOCATMARK:       i32,
  FIONBIO:          i32,                         FIOASYNC:         i32,
  FIOCLEX:          unsaid,                      FIONCLEX:         unsaid,
  FIOGETOWN:        i32,                         FIOSETOWN:        i32,
  SIOCGPGRP:        i32,                         SIOCSPGRP:        i32,
  SIOCGSTAMP:       timeval,                     SIOCGSTAMPNS:     timespec,
  SIOCGSTAMP_NEW:   timeval,                     SIOCGSTAMPNS_NEW: timespec,

  SIOCGIFNAME:      interfaces("ifr_ifindex"),   SIOCGIFINDEX:     interfaces("ifr_ifindex"),
  SIOCGIFFLAGS:     interfaces("ifr_flags"),     SIOCSIFFLAGS:     interfaces("ifr_flags"),
  SIOCGIFADDR:      interfaces("ifr_addr"),      SIOCSIFADDR:      interfaces("ifr_addr"),
  SIOCGIFDSTADDR:   interfaces("ifr_dstaddr"),   SIOCSIFDSTADDR:   interfaces("ifr_dstaddr"),
  SIOCGIFBRDADDR:   interfaces("ifr_broadaddr"), SIOCSIFBRDADDR:   interfaces("ifr_broadaddr"),
  SIOCGIFNETMASK:   interfaces("ifr_netmask"),   SIOCSIFNETMASK:   interfaces("ifr_netmask"),
  SIOCGIFMETRIC:    interfaces("ifr_metric"),    SIOCSIFMETRIC:    interfaces("ifr_metric"),
  SIOCGIFMTU:       interfaces("ifr_mtu"),       SIOCSIFMTU:       interfaces("ifr_mtu"),
  SIOCGIFHWADDR:    interfaces("ifr_hwaddr"),    SIOCSIFHWADDR:    interfaces("ifr_hwaddr"),
  SIOCGIFTXQLEN:    interfaces("ifr_qlen"),      SIOCSIFTXQLEN:    interfaces("ifr_qlen"),
  SIOCGIFMAP:       interfaces("ifr_map"),       SIOCSIFMAP:       interfaces("ifr_map"),
  SIOCETHTOOL:      interfaces("ifr_data"),      SIOCSIFNAME:      interfaces("ifr_newname"),

  TUNGETIFF:        tunnel,                      TUNSETIFF:        tunnel,
  TUNGETSNDBUF:     i32,                         TUNSETSNDBUF:     i32,
  TUNGETVNETHDRSZ:  i32,                         TUNSETVNETHDRSZ:  i32,
  TUNGETFEATURES:   u32.flags(IFF_TUN_FLAGS),    TUNSETOFFLOAD:    hex,
  TUNSETPERSIST:    hex,                         TFD_IOC_SET_TICKS: u64,

  PERF_EVENT_IOC_ENABLE:     perf,               PERF_EVENT_IOC_DISABLE:      perf,
  PERF_EVENT_IOC_RESET:      perf,               PERF_EVENT_IOC_PAUSE_OUTPUT: i32,
  PERF_EVENT_IOC_SET_OUTPUT: i32,                PERF_EVENT_IOC_SET_BPF:      i32,
  PERF_EVENT_IOC_PERIOD:     u64,                PERF_EVENT_IOC_ID:           u64,
  PERF_EVENT_IOC_SET_FILTER: cString,
};

const numbers: Names = REQUESTS;
const BY_NUMBER: ReadonlyMap<number, AnyType> = new Map(
  Object.entries(ARGUMENTS).map(([name, type]) => [numbers[name]!, type]),
);

/**
 * What the argument of a request points at, or how the number is written that it is; null: bytes, or a
 * plain number.
 */
export const ioctlType = (cmd: number): AnyType | null => BY_NUMBER.get(cmd >>> 0) ?? null;

const NAME_OF: ReadonlyMap<number, string> = new Map(
  Object.entries(REQUESTS).toReversed().map(([name, number]) => [number, name]),
);

/**
 * The name of a request; of one nobody has named the parts that <asm-generic/ioctl.h> packs: direction,
 * type, number, size.
 */
export const ioctlRequest: Type<number> = shown((cmd) => NAME_OF.get(cmd >>> 0) ?? packed(cmd >>> 0));

function packed(cmd: number): string {
  const direction = ["_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"][cmd >>> 30];
  const [type, number, size] = [(cmd >>> 8) & 0xff, cmd & 0xff, (cmd >>> 16) & 0x3fff].map(hex.show);
  return `_IOC(${direction}, ${type}, ${number}, ${size})`;
}
