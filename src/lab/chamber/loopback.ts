/** A fresh network namespace has one link, lo, and it is down. */

import { IFF_UP } from "../../abi/constants/if.ts";
import { SIOCGIFFLAGS, SIOCSIFFLAGS } from "../../abi/constants/ioctl.ts";
import { AF_INET, SOCK_CLOEXEC, SOCK_DGRAM } from "../../abi/constants/socket.ts";
import { ifreq } from "../../abi/structs/if.ts";
import type { Calls } from "../../sys/calls.ts";

/** Sets lo's IFF_UP; netdevice(7). */
export function raiseLoopback({ socket, ioctl, close }: Calls): void {
  const s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const lo = ifreq({ ifr_name: "lo" });
  ioctl(s, SIOCGIFFLAGS, lo);
  lo.ifr_flags |= IFF_UP;
  ioctl(s, SIOCSIFFLAGS, lo);
  close(s);
}
