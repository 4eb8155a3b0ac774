/** The TCP header, from <linux/tcp.h>; RFC 9293. */
import { bits } from "../../memory/bits.ts";
import { be16, be32, u16 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";

/**
 * 20 bytes; options follow, as many words as doff says more than 5 (tcp-options.ts). Between doff and fin
 * lie four bits that were all reserved until AccECN took the lowest: kernels differ in how they name them,
 * so they are not named here.
 */
export const tcphdr = struct("tcphdr", 20, {
  source:  [0, be16],
  dest:    [2, be16],
  seq:     [4, be32],
  ack_seq: [8, be32],
  doff:    [12, bits(u16, 4, 4)],
  fin:     [12, bits(u16, 8, 1)],
  syn:     [12, bits(u16, 9, 1)],
  rst:     [12, bits(u16, 10, 1)],
  psh:     [12, bits(u16, 11, 1)],
  ack:     [12, bits(u16, 12, 1)],
  urg:     [12, bits(u16, 13, 1)],
  ece:     [12, bits(u16, 14, 1)],
  cwr:     [12, bits(u16, 15, 1)],
  window:  [14, be16],
  check:   [16, be16.hex()],
  urg_ptr: [18, be16],
});
