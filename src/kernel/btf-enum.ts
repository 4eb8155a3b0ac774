/** The values of an enum in BTF: BTF_KIND_ENUM and BTF_KIND_ENUM64. */
import { type BtfFile, type BtfType, Kind } from "./btf-file.ts";

/** By value, the first name that it has; of 64 bits, what a number holds exactly. */
export function enumerators(file: BtfFile, { kind, vlen, at, flag }: BtfType): ReadonlyMap<number, string> {
  const isWide = kind === Kind.ENUM64;
  const each = isWide ? 12 : 8;
  const out = new Map<number, string>();
  for (let entry = at; entry < at + vlen * each; entry += each) {
    const low = file.u32(entry + 4);
    const high = isWide ? file.u32(entry + 8) : flag ? low >> 31 : 0;
    const value = (flag ? high | 0 : high) * 2 ** 32 + low;
    if (!out.has(value)) out.set(value, file.name(file.u32(entry)));
  }
  return out;
}
