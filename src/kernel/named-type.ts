/** What BTF has under a name, of whatever kind: for those who ask for a type by C's name for it. */
import { enumValues } from "./btf-enum.ts";
import { among, type BtfFile, type BtfType, Kind } from "./btf-file.ts";
import { type KernelLayout, layoutOf } from "./btf-layout.ts";
import { declaration } from "./btf-proto.ts";
import { isStruct, plain, sizeOf } from "./btf-size.ts";

/** An enum, its values as they are declared. */
export interface KernelEnum {
  readonly kind: "enum";
  /** Its tag; empty where it has none. */
  readonly name: string;
  readonly size: number;
  readonly values: readonly (readonly [name: string, value: bigint])[];
}
/** Another name of a type, or an integer, which is its own. */
export interface KernelScalar {
  readonly kind: "typedef" | "type";
  readonly name: string;
  /** In bytes; null for what has no size, as a function's type. */
  readonly size: number | null;
  /** "typedef int (*initcall_t)(void)", "unsigned int" */
  readonly declared: string;
}
/** A type that has a name. Of a typedef of a struct or enum, that one, with its own tag or none. */
export type NamedType = KernelLayout | KernelEnum | KernelScalar;

const enums = among(Kind.ENUM, Kind.ENUM64);
/** Asked for in this order: a tag before another name. */
const ORDER = [
  among(Kind.STRUCT, Kind.UNION), enums, among(Kind.TYPEDEF), among(Kind.INT, Kind.FLOAT),
];

/** Those of the first kind that the name is of. */
export function namedTypes(file: BtfFile, name: string): readonly NamedType[] {
  for (const kinds of ORDER) {
    const ids = file.all(name, kinds);
    if (ids.length > 0) return ids.map((id) => named(file, id));
  }
  return [];
}

/** Every name, each once. */
export function typeNames(file: BtfFile): readonly string[] {
  const names = ORDER.flatMap((kinds) => [...file.ids(kinds)].map((id) => file.begin().type(id).name));
  return [...new Set(names)].filter((it) => it !== "").sort();
}

function named(file: BtfFile, id: number): NamedType {
  const behind = plain(file, id);
  if (isStruct(behind)) return layoutOf(file, behind);
  if ((enums & (1 << behind.kind)) === 0) return scalar(file, id, file.type(id));
  return { kind: "enum", name: behind.name, size: behind.size, values: enumValues(file, behind) };
}

function scalar(file: BtfFile, id: number, { kind, name, target }: BtfType): KernelScalar {
  const size = sizeOf(file, id);
  if (kind !== Kind.TYPEDEF) return { kind: "type", name, size, declared: name };
  return { kind: "typedef", name, size, declared: `typedef ${declaration(file, target, name)}` };
}
