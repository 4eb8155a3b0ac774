/** What SIOCETHTOOL's ifr_data points at, from <linux/ethtool.h>. */
import { u32 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { ETHTOOL } from "../constants/ethtool.ts";

/** One value of a device, 8 bytes: asked for by an ETHTOOL_G… command, set by an ETHTOOL_S… one. */
export const ethtool_value = struct("ethtool_value", 8, {
  cmd:  [0, u32.as(ETHTOOL)],
  data: [4, u32],
});
