/**
 * The kernel's own account of its structs and functions. BTF is compiled into the kernel for BPF's sake, and
 * anyone may read it, in /sys/kernel/btf/vmlinux: the second witness of every layout that is declared by
 * hand, and the only source of prototypes.
 */
import { readFileSync } from "node:fs";
import { enumerators } from "./btf-enum.ts";
import { among, BtfError, BtfFile, type BtfType, Kind } from "./btf-file.ts";
import { declaration } from "./btf-proto.ts";

/** A member of a struct or union, as the kernel was compiled. */
export interface BtfMember {
  readonly name: string;
  /** In bytes, from the start of the outermost struct; of a bit field, where its storage unit begins. */
  readonly offset: number;
  /** In bytes; of a bit field, of its storage unit. */
  readonly size: number;
  /** C text: "struct sk_buff *", "__be16", "char[14]". */
  readonly type: string;
  /** Of a bit field: its first bit, from the start of the outermost struct, and its width. */
  readonly bits: { readonly offset: number; readonly size: number } | null;
}

/** A struct or union. Members of anonymous structs and unions inside it stand in their place, as in C. */
export interface BtfStruct {
  readonly name: string;
  readonly kind: "struct" | "union";
  readonly size: number;
  readonly members: readonly BtfMember[];
}

/** What can be asked; of several definitions of one name the first is meant. Each may throw BtfError. */
export interface Btf {
  /**
   * By its tag, "sk_buff", or by a typedef, "wait_queue_head_t"; null where it is unknown or only declared.
   */
  struct(name: string): BtfStruct | null;
  /** C text, "int udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)"; null where it is unknown. */
  prototype(fn: string): string | null;
  hasFunction(name: string): boolean;
  /**
   * sizeof, in bytes: "size_t", "unsigned int", "sk_buff", "struct sk_buff"; null where unknown or without
   * size.
   */
  size(name: string): number | null;
  /** The values of an enum and their names, by its tag: "skb_drop_reason"; null where it is unknown. */
  enumeration(name: string): ReadonlyMap<number, string> | null;
}

const structs   = among(Kind.STRUCT, Kind.UNION);
const tagged    = among(Kind.STRUCT, Kind.UNION, Kind.ENUM, Kind.ENUM64);
const ordinary  = among(Kind.TYPEDEF, Kind.INT, Kind.FLOAT);
const functions = among(Kind.FUNC);
const enums     = among(Kind.ENUM, Kind.ENUM64);

/** BTF does not say how long pointers are: only 64-bit kernels are supported. */
const pointerSize = 8;
/** How deep anonymous structs may nest. */
const deepest = 32;

/** Reads BTF. Now, and when it is asked, it throws BtfError for what is cut off, big-endian or no BTF. */
export function readBtf(bytes: Buffer): Btf {
  const file = new BtfFile(bytes);
  const known = new Map<string, BtfStruct | null>();
  return {
    struct(name) {
      const before = known.get(name);
      if (before !== undefined) return before;
      const found = struct(file.begin(), name);
      known.set(name, found);
      return found;
    },
    prototype(fn) {
      const id = file.begin().find(fn, functions);
      return id === 0 ? null : declaration(file, file.type(id).target, fn);
    },
    hasFunction: (name) => file.find(name, functions) !== 0,
    size(name) {
      const tag = /^(?:struct|union|enum) (.*)$/.exec(name)?.[1];
      const id = (tag === undefined && file.find(name, ordinary)) || file.find(tag ?? name, tagged);
      return id === 0 ? null : sizeOf(file.begin(), id);
    },
    enumeration(name) {
      const id = file.find(name, enums);
      return id === 0 ? null : enumerators(file, file.begin().type(id));
    },
  };
}

let kernel: Btf | null | undefined;
/**
 * The running kernel's BTF, read once; null where it has none (CONFIG_DEBUG_INFO_BTF) or lets nobody read it.
 * Throws BtfError for BTF of a kind this reader does not know.
 */
export function kernelBtf(): Btf | null {
  if (kernel !== undefined) return kernel;
  const bytes = vmlinux();
  kernel = bytes && readBtf(bytes);
  return kernel;
}

function vmlinux(): Buffer | null {
  try {
    return readFileSync("/sys/kernel/btf/vmlinux");
  } catch {
    return null;
  }
}

function struct(file: BtfFile, name: string): BtfStruct | null {
  const type = plain(file, file.find(name, structs) || file.find(name, ordinary));
  if (!isStruct(type)) return null;
  const kind = type.kind === Kind.UNION ? "union" : "struct";
  return { name, kind, size: type.size, members: membersOf(file, type, 0, 0) };
}

/** The members of a struct that begins at byte `base` of the outermost one. */
function membersOf(file: BtfFile, struct: BtfType, base: number, depth: number): BtfMember[] {
  if (depth > deepest) throw new BtfError("a struct of this BTF contains itself");
  return Array.from({ length: struct.vlen }, (_, i) => struct.at + i * 12).flatMap((at): BtfMember[] => {
    const name = file.name(file.u32(at));
    const id = file.u32(at + 4);
    const word = file.u32(at + 8);
    const type = plain(file, id);
    const first = struct.flag ? word & 0xff_ffff : word;
    if (name === "" && isStruct(type)) return membersOf(file, type, base + Math.floor(first / 8), depth + 1);
    const size = sizeOf(file, id);
    if (size === null) throw new BtfError(`member ${name} of struct ${struct.name} of this BTF has no size`);
    const field = bitField(file, type, first, struct.flag ? word >>> 24 : 0);
    const offset = base + (field === null ? Math.floor(first / 8) : unit(field, size));
    const bits = field && { offset: base * 8 + field.offset, size: field.size };
    return [{ name, offset, size, type: declaration(file, id), bits }];
  });
}

/**
 * A bit field's place in its struct; null for a whole member. Its width stands with the member (`stated`),
 * or, in a struct without kind_flag, with its integer type, which then also may shift it.
 */
function bitField(file: BtfFile, type: BtfType, first: number, stated: number): BtfMember["bits"] {
  if (stated !== 0) return { offset: first, size: stated };
  if (type.kind !== Kind.INT) return null;
  const encoding = file.u32(type.at);
  const offset = first + ((encoding >>> 16) & 0xff);
  const size = encoding & 0xff;
  return offset % 8 === 0 && size === type.size * 8 ? null : { offset, size };
}

/**
 * The byte at which a bit field's unit begins: a multiple of its size, unless the field lies across two of
 * them.
 */
function unit({ offset, size }: { offset: number; size: number }, bytes: number): number {
  const aligned = Math.floor(offset / (bytes * 8)) * bytes;
  return offset + size <= (aligned + bytes) * 8 ? aligned : Math.floor(offset / 8);
}

const isStruct = ({ kind }: BtfType): boolean => kind === Kind.STRUCT || kind === Kind.UNION;

/** What gives a type another name or a qualifier, and leaves its bytes alone. */
const wrappers = among(Kind.TYPEDEF, Kind.VOLATILE, Kind.CONST, Kind.RESTRICT, Kind.TYPE_TAG);

/** The type without typedefs and qualifiers. */
function plain(file: BtfFile, id: number): BtfType {
  let type = file.type(id);
  while ((wrappers & (1 << type.kind)) !== 0) type = file.type(type.target);
  return type;
}

const sized = among(Kind.INT, Kind.FLOAT, Kind.STRUCT, Kind.UNION, Kind.ENUM, Kind.ENUM64);

/** sizeof, in bytes; null for what has none: void, a function, a struct that is only declared. */
function sizeOf(file: BtfFile, id: number): number | null {
  let elements = 1;
  let type = plain(file, id);
  for (; type.kind === Kind.ARRAY; type = plain(file, file.u32(type.at))) elements *= file.u32(type.at + 8);
  const each = type.kind === Kind.PTR ? pointerSize : (sized & (1 << type.kind)) !== 0 ? type.size : null;
  const size = each && elements * each;
  if (size === null || Number.isSafeInteger(size)) return size;
  throw new BtfError(`type ${id} of this BTF is larger than memory can be`);
}
