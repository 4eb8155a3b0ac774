/** Bit fields: `__u8 ihl:4`. The storage unit is read and written whole, the field is cut out of it. */
import type { Integer } from "./integer.ts";
import type { Type } from "./type.ts";

export interface Bits extends Type<number> {
  /** Counted from the least significant bit of the storage unit, as BTF counts on a little-endian machine. */
  readonly bit: number;
  readonly width: number;
}

/** `width` bits of `unit`, from bit `bit` on. Several fields may share one unit. */
export function bits(
  unit: Integer, bit: number, width: number, show: (value: number) => string = String,
): Bits {
  const most = 2 ** width - 1;
  const fits = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
  const cut = (whole: number): number => Math.floor(whole / 2 ** bit) % 2 ** width;
  if (bit + width > unit.size * 8) throw new RangeError(`${unit.name} has no bits ${bit}…${bit + width - 1}`);
  return {
    name: `${unit.name}:${width}`, size: unit.size, align: unit.align, bit, width, show,
    read: (memory, at) => cut(unit.read(memory, at)),
    write: (memory, at, value) => {
      if (!fits(value)) throw new RangeError(`${value} does not fit ${width} bits`);
      const whole = unit.read(memory, at);
      unit.write(memory, at, whole + (value - cut(whole)) * 2 ** bit);
    },
  };
}
