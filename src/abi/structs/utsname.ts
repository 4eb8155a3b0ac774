/** uname(2), from <linux/utsname.h>. */
import { char } from "../../memory/array.ts";
import { struct } from "../../memory/struct.ts";

const name = char(65);

/** What the kernel calls itself and its machine, 390 bytes: six names of at most 64 characters. */
export const utsname = struct("utsname", 390, {
  sysname:    [0, name],
  nodename:   [65, name],
  release:    [130, name],
  version:    [195, name],
  machine:    [260, name],
  domainname: [325, name],
}, { btf: "new_utsname" });
