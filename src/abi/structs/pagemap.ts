/** What /proc/PID/pagemap tells of each page of a process: Documentation/admin-guide/mm/pagemap.rst. */
import { bits } from "../../memory/bits.ts";
import { u32 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";

/**
 * One page, a word of 64 bits that lies at 8 times the page's number. `frame` is the number of the frame that
 * holds it, 0 for who has no CAP_SYS_ADMIN; its bits 32 to 54 are in `frame_high`.
 */
export const pagemap_entry = struct("pagemap_entry", 8, {
  frame:      [0, u32],
  frame_high: [4, bits(u32, 0, 23)],
  soft_dirty: [4, bits(u32, 23, 1)],
  exclusive:  [4, bits(u32, 24, 1)],
  file:       [4, bits(u32, 29, 1)],
  swapped:    [4, bits(u32, 30, 1)],
  present:    [4, bits(u32, 31, 1)],
});
