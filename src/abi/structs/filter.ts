/** Classic BPF, from <linux/filter.h>: SO_ATTACH_FILTER. */
import { u8, u16, u32 } from "../../memory/integer.ts";
import { pointerTo } from "../../memory/pointer.ts";
import { struct } from "../../memory/struct.ts";

/** One instruction, 8 bytes: what to do, how far to jump if true and if false, an operand. */
export const sock_filter = struct("sock_filter", 8, {
  code: [0, u16.hex()],
  jt:   [2, u8],
  jf:   [3, u8],
  k:    [4, u32.hex()],
});

/** A program of `len` instructions, 16 bytes. */
export const sock_fprog = struct("sock_fprog", 16, {
  len:    [0, u16],
  filter: [8, pointerTo({ to: sock_filter, length: "len", wrote: "result" })],
});
