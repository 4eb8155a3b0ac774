/** The auxiliary vector of a process, from <elf.h>: pairs of a type and a value, AT_NULL last. */
import { named, u64, type WideInteger } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { AUXV } from "../constants/auxvec.ts";

const type: WideInteger = { ...u64, show: (it) => named(AUXV, Number(it)) };

/** One entry, 16 bytes: /proc/self/auxv is a row of them. a_val is the only member of the union a_un. */
export const Elf64_auxv_t = struct("Elf64_auxv_t", 16, {
  a_type: [0, type],
  a_val:  [8, u64],
});
