/**
 * A struct of the kernel as it is declared: a tree. Members of a struct inside a struct are read when
 * somebody looks at them.
 */
import { BtfError, type BtfFile, type BtfType, Kind } from "./btf-file.ts";
import { declaration } from "./btf-proto.ts";
import { type BitRange, bitField, element, isStruct, plain, sizeOf, unit } from "./btf-size.ts";

/** A struct or union, or what lies of one inside another. */
export interface KernelLayout {
  readonly kind: "struct" | "union";
  /** Its tag; empty where it has none. */
  readonly name: string;
  /** In bytes, from the start of the outermost struct: of an array's structs, the first one's. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  readonly members: readonly KernelMember[];
}

/** A member, as the kernel was compiled. */
export interface KernelMember {
  /** Empty for an anonymous struct or union. */
  readonly name: string;
  /** In bytes, from the start of the outermost struct; of a bit field, where its storage unit begins. */
  readonly offset: number;
  /** In bytes; of a bit field, of its storage unit. */
  readonly size: number;
  /** C text: "struct sk_buff *", "__be16", "char[14]". */
  readonly type: string;
  /** The same for comparing, see `declaration`. */
  readonly bare: string;
  /** The same with its name: "struct sk_buff *next", "__u8 cloned:1", "int (*fn)(struct sock *)". */
  readonly declared: string;
  /** Of a bit field: its bits, from the start of the outermost struct. */
  readonly bits: BitRange | null;
  /** The struct or union that lies here, or in each element of the array that does. */
  readonly inside: KernelLayout | null;
  /** That struct has no name of its own: it is declared where it lies. */
  readonly inline: boolean;
}

/** How deep structs may lie in structs. */
const deepest = 32;

/** The layout of a struct or union. Throws BtfError, also when members are looked at. */
export function layoutOf(file: BtfFile, type: BtfType, offset = 0, depth = 0): KernelLayout {
  if (depth > deepest) throw new BtfError("a struct of this BTF contains itself");
  const { name, size } = type;
  let members: readonly KernelMember[] | undefined;
  return {
    kind: type.kind === Kind.UNION ? "union" : "struct", name, offset, size,
    get members() {
      members ??= Array.from({ length: type.vlen }, (_, i) => member(file, type, i, offset, depth));
      return members;
    },
  };
}

/** Member `i` of a struct that begins at byte `base` of the outermost one. */
function member(file: BtfFile, struct: BtfType, i: number, base: number, depth: number): KernelMember {
  const at = struct.at + i * 12;
  const name = file.name(file.u32(at));
  const id = file.u32(at + 4);
  const word = file.u32(at + 8);
  const first = struct.flag ? word & 0xff_ffff : word;
  const size = sizeOf(file, id);
  if (size === null) throw new BtfError(`member ${name} of struct ${struct.name} of this BTF has no size`);
  const field = bitField(file, plain(file, id), first, struct.flag ? word >>> 24 : 0);
  const offset = base + (field === null ? Math.floor(first / 8) : unit(field, size));
  const of = element(file, id);
  let inside: KernelLayout | null | undefined;
  return {
    name, offset, size, type: declaration(file, id),
    bits: field && { offset: base * 8 + field.offset, size: field.size },
    get declared() {
      return declaration(file, id, name) + (field === null ? "" : `:${field.size}`);
    },
    get bare() {
      return declaration(file, id, "", 0, true);
    },
    get inside() {
      inside ??= isStruct(of) ? layoutOf(file, of, offset, depth + 1) : null;
      return inside;
    },
    get inline() {
      return isStruct(of) && declaration(file, id).includes("{...}");
    },
  };
}
