/** The values of an enum in BTF: BTF_KIND_ENUM and BTF_KIND_ENUM64. */
import { type BtfFile, type BtfType, Kind } from "./btf-file.ts";

/** By value, the first name that it has; of 64 bits, what a number holds exactly. */
export function enumerators(file: BtfFile, type: BtfType): ReadonlyMap<number, string> {
  const out = new Map<number, string>();
  for (const [name, value] of enumValues(file, type)) {
    if (!out.has(Number(value))) out.set(Number(value), name);
  }
  return out;
}

/** All names and values, as they are declared. */
export function enumValues(
  file: BtfFile, { kind, vlen, at, flag }: BtfType,
): readonly (readonly [name: string, value: bigint])[] {
  const isWide = kind === Kind.ENUM64;
  const bits = isWide ? 64 : 32;
  return Array.from({ length: vlen }, (_, i) => at + i * (isWide ? 12 : 8)).map((entry) => {
    const high = isWide ? BigInt(file.u32(entry + 8)) << 32n : 0n;
    const value = high | BigInt(file.u32(entry + 4));
    return [file.name(file.u32(entry)), flag ? BigInt.asIntN(bits, value) : value] as const;
  });
}
