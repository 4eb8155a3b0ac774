/** What fcntl(2) and openat2(2) point at, from <asm-generic/fcntl.h> and <linux/openat2.h>. */
import { i32, u64 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { F_OWNER } from "../constants/fcntl.ts";

/** F_SETOWN_EX: to whom SIGIO goes, 8 bytes. */
export const f_owner_ex = struct("f_owner_ex", 8, {
  type: [0, i32.as(F_OWNER)],
  pid:  [4, i32],
});

/** openat2: how to open, 24 bytes. */
export const open_how = struct("open_how", 24, {
  flags:   [0, u64.hex()],
  mode:    [8, u64],
  resolve: [16, u64.hex()],
});
