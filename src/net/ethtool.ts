/** A device's offloads: work that it does for the stack. SIOCETHTOOL, ethtool(8). */
import {
  ETHTOOL_GGRO, ETHTOOL_GGSO, ETHTOOL_GRXCSUM, ETHTOOL_GSG, ETHTOOL_GTSO, ETHTOOL_GTXCSUM, ETHTOOL_SGRO,
  ETHTOOL_SGSO, ETHTOOL_SRXCSUM, ETHTOOL_SSG, ETHTOOL_STSO, ETHTOOL_STXCSUM,
} from "../abi/constants/ethtool.ts";
import { IFNAMSIZ } from "../abi/constants/if.ts";
import { SIOCETHTOOL } from "../abi/constants/ioctl.ts";
import { AF_INET, SOCK_CLOEXEC, SOCK_DGRAM } from "../abi/constants/socket.ts";
import { errnoName, errnoText } from "../abi/errno.ts";
import { ethtool_value } from "../abi/structs/ethtool.ts";
import { ifreq } from "../abi/structs/if.ts";
import type { Calls } from "../sys/calls.ts";

/** Each by the commands that read and set it. */
const FEATURES = {
  "tx-checksum": [ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM],
  "rx-checksum": [ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM],
  sg:            [ETHTOOL_GSG,     ETHTOOL_SSG],
  tso:           [ETHTOOL_GTSO,    ETHTOOL_STSO],
  gso:           [ETHTOOL_GGSO,    ETHTOOL_SGSO],
  gro:           [ETHTOOL_GGRO,    ETHTOOL_SGRO],
} as const;
export type Feature = keyof typeof FEATURES;

/**
 * Turns an offload on or off. Throws Error where the device cannot, also where the kernel takes it and
 * nothing follows: tso stays off without sg.
 */
export function offload(calls: Calls, device: string, feature: Feature, on: boolean): void {
  const [, set] = FEATURES[feature];
  const doing = `${device}: ${feature} ${on ? "on" : "off"}`;
  ask(calls, device, { cmd: set, data: on ? 1 : 0 }, doing);
  if (offloaded(calls, device, feature) !== on) throw new Error(`${doing}: it stays ${on ? "off" : "on"}`);
}

/** Whether a device does it now. */
export const offloaded = (calls: Calls, device: string, feature: Feature): boolean =>
  ask(calls, device, { cmd: FEATURES[feature][0], data: 0 }, `${device}: ${feature}`) !== 0;

/** Answers the value behind the request afterwards. */
function ask(calls: Calls, device: string, command: Command, doing: string): number {
  if (device.length >= IFNAMSIZ) throw new RangeError(`"${device}" is longer than a device's name can be`);
  const value = ethtool_value(command);
  const fd = calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  try {
    const result = calls.attempt.ioctl(fd, SIOCETHTOOL, ifreq({ ifr_name: device, ifr_data: value }));
    if (result === 0) return value.data;
    const errno = errnoName(-result);
    throw new Error(`${doing}: SIOCETHTOOL is refused with ${errno} (${errnoText(errno)})`);
  } finally {
    calls.close(fd);
  }
}
interface Command {
  /** ETHTOOL_… */
  readonly cmd: number;
  readonly data: number;
}
