/** The UDP header, from <linux/udp.h>; RFC 768. */
import { be16 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";

/** 8 bytes; len counts them. check 0 says that there is no checksum, which only IPv4 allows. */
export const udphdr = struct("udphdr", 8, {
  source: [0, be16],
  dest:   [2, be16],
  len:    [4, be16],
  check:  [6, be16.hex()],
});
