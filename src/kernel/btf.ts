/**
 * The kernel's own account of its structs and functions. BTF is compiled into the kernel for BPF's sake, and
 * anyone may read it, in /sys/kernel/btf/vmlinux: the second witness of every layout that is declared by
 * hand, and the only source of prototypes.
 */
import { readFileSync } from "node:fs";
import { enumerators } from "./btf-enum.ts";
import { among, BtfFile, Kind } from "./btf-file.ts";
import { type KernelLayout, layoutOf } from "./btf-layout.ts";
import { declaration } from "./btf-proto.ts";
import { isStruct, plain, sizeOf } from "./btf-size.ts";
import { type NamedType, namedTypes, typeNames } from "./named-type.ts";

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
  /**
   * Whether a member of a struct may point to a function of this name: their types, not their parameters'
   * names, are the same. Null where BTF has no such struct, no such member, or no such function.
   */
  pointsTo(struct: string, member: string, fn: string): boolean | null;
  hasFunction(name: string): boolean;
  /**
   * sizeof, in bytes: "size_t", "unsigned int", "sk_buff", "struct sk_buff"; null where unknown or without
   * size.
   */
  size(name: string): number | null;
  /** The values of an enum and their names, by its tag: "skb_drop_reason"; null where it is unknown. */
  enumeration(name: string): ReadonlyMap<number, string> | null;
  /**
   * Every struct, union, enum, typedef or integer of this name, as it is declared: files of the kernel may
   * each have a struct of one name. None where it is unknown.
   */
  types(name: string): readonly NamedType[];
  /** Every name that `types` knows. */
  typeNames(): readonly string[];
}

const structs   = among(Kind.STRUCT, Kind.UNION);
const tagged    = among(Kind.STRUCT, Kind.UNION, Kind.ENUM, Kind.ENUM64);
const ordinary  = among(Kind.TYPEDEF, Kind.INT, Kind.FLOAT);
const functions = among(Kind.FUNC);
const enums     = among(Kind.ENUM, Kind.ENUM64);

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
    pointsTo(struct, member, fn) {
      const found = layout(file.begin(), struct)?.members.find((it) => it.name === member);
      const types = file.all(fn, functions)
        .map((id) => declaration(file, file.type(id).target, "(*)", 0, true));
      return found === undefined || types.length === 0 ? null : types.includes(found.bare);
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
    types: (name) => namedTypes(file.begin(), name),
    typeNames: () => typeNames(file.begin()),
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

function layout(file: BtfFile, name: string): KernelLayout | null {
  const type = plain(file, file.find(name, structs) || file.find(name, ordinary));
  return isStruct(type) ? layoutOf(file, type) : null;
}

function struct(file: BtfFile, name: string): BtfStruct | null {
  const found = layout(file, name);
  return found && { name, kind: found.kind, size: found.size, members: flat(found) };
}

/** The members of a struct, those of anonymous structs and unions in their place. */
const flat = ({ members }: KernelLayout): readonly BtfMember[] =>
  members.flatMap(({ name, offset, size, type, bits, inside }) =>
    (name === "" && inside !== null ? flat(inside) : [{ name, offset, size, type, bits }]));
