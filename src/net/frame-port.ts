/**
 * Where whole frames go in and out beside the kernel's IP: a packet socket on a link, packet(7), or the
 * program's end of a TUN device.
 */
import { ETH_P_ALL } from "../abi/constants/ether.ts";
import { AT_FDCWD, O_CLOEXEC, O_NONBLOCK, O_RDWR } from "../abi/constants/fcntl.ts";
import { IFF_UP } from "../abi/constants/if.ts";
import {
  IFF_NO_PI, IFF_TUN, SIOCGIFFLAGS, SIOCGIFHWADDR, SIOCGIFINDEX, SIOCSIFADDR, SIOCSIFFLAGS, SIOCSIFNETMASK,
  TUNSETIFF,
} from "../abi/constants/ioctl.ts";
import { PACKET_IGNORE_OUTGOING, PACKET_STATISTICS } from "../abi/constants/packet.ts";
import {
  AF_INET, AF_PACKET, SO_RCVBUF, SO_RCVBUFFORCE, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_RAW,
  SOL_PACKET, SOL_SOCKET,
} from "../abi/constants/socket.ts";
import { ifreq } from "../abi/structs/if.ts";
import { tpacket_stats } from "../abi/structs/packet.ts";
import { sockaddr_in, sockaddr_ll } from "../abi/structs/sockaddr.ts";
import { mac as linkAddress } from "../memory/address.ts";
import { int } from "../memory/integer.ts";
import { cstring } from "../memory/memory.ts";
import { sizeof } from "../memory/struct.ts";
import type { Calls } from "../sys/calls.ts";
import { aside } from "./descriptor.ts";
import { DescriptorPort } from "./descriptor-port.ts";

/** Frames in, frames out. */
export interface FramePort {
  /** Its address on the link; null: frames have no Ethernet header. */
  readonly mac: string | null;
  /** Throws SyscallError. */
  send(frame: Uint8Array): void;
  /**
   * The next frame, in memory that the next call takes again; null: none came for so many milliseconds, 0 of
   * which is a look. Throws SyscallError, and Error when frames were lost for want of room.
   */
  receive(patience: number): Uint8Array | null;
  close(): void;
}

/** Bytes of frames that may wait to be received; the kernel gives less to who may not ask for it. */
const WAITING = 16 << 20;

/**
 * A packet socket on a link. `mac` is whom frames are for, if not the device itself: then the kernel's own IP
 * takes them for somebody else's (PACKET_OTHERHOST), leaves them alone, and counts none of them.
 */
export function packetPort(calls: Calls, device: string, mac: string | null = null): DescriptorPort {
  const { attempt, bind, close, getsockopt, ioctl, setsockopt, socket } = calls;
  const fd = aside(calls, socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  try {
    const [index, own] = [ifreq({ ifr_name: device }), ifreq({ ifr_name: device })];
    ioctl(fd, SIOCGIFINDEX, index);
    ioctl(fd, SIOCGIFHWADDR, own);
    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, int(1), 4);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, int(WAITING), 4);
    attempt.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, int(WAITING), 4);
    const link = { sll_family: AF_PACKET, sll_protocol: ETH_P_ALL, sll_ifindex: index.ifr_ifindex };
    bind(fd, sockaddr_ll(link), sizeof(sockaddr_ll));
    const lost = (): number => {
      const statistics = tpacket_stats();
      getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, statistics, int(sizeof(tpacket_stats)));
      return statistics.tp_drops;
    };
    return new DescriptorPort(calls, fd, mac ?? linkAddress.read(own.ifr_hwaddr.$, 2), lost);
  } catch (error) {
    close(fd);
    throw error;
  }
}

/**
 * Makes a TUN device, gives it the kernel's `address`, and raises it. It goes when the port is closed. Needs
 * CAP_NET_ADMIN, and leave to open /dev/net/tun.
 */
export function tunPort(
  calls: Calls, device: string, address: string, netmask = "255.255.255.0",
): FramePort {
  const { close, ioctl, openat, socket } = calls;
  const flags = O_RDWR | O_NONBLOCK | O_CLOEXEC;
  const fd = aside(calls, openat(AT_FDCWD, cstring("/dev/net/tun"), flags, 0));
  const s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  try {
    ioctl(fd, TUNSETIFF, ifreq({ ifr_name: device, ifr_flags: IFF_TUN | IFF_NO_PI }));
    for (const [request, it] of [[SIOCSIFADDR, address], [SIOCSIFNETMASK, netmask]] as const) {
      const named = ifreq({ ifr_name: device });
      Object.assign(sockaddr_in.at(named.ifr_addr), { sin_family: AF_INET, sin_addr: it });
      ioctl(s, request, named);
    }
    const up = ifreq({ ifr_name: device });
    ioctl(s, SIOCGIFFLAGS, up);
    up.ifr_flags |= IFF_UP;
    ioctl(s, SIOCSIFFLAGS, up);
    return new DescriptorPort(calls, fd, null);
  } catch (error) {
    close(fd);
    throw error;
  } finally {
    close(s);
  }
}
