/**
 * The file format of BTF: a header, a section of type records, a section of names. Records have no index, and
 * each kind its own length, so one walk notes where each begins (and proves that all lie inside the file);
 * the rest is read when it is asked for. Format: include/uapi/linux/btf.h, Documentation/bpf/btf.rst.
 * Little-endian, 64-bit.
 */

/** The bytes are no BTF, are cut off, or contradict themselves; the message is a sentence that says where. */
export class BtfError extends Error {
  override readonly name = "BtfError";
}

/** The kinds of type records, BTF_KIND_… */
export const Kind = {
  INT: 1,       PTR: 2,       ARRAY: 3,       STRUCT: 4,   UNION: 5,
  ENUM: 6,      FWD: 7,       TYPEDEF: 8,     VOLATILE: 9, CONST: 10,
  RESTRICT: 11, FUNC: 12,     FUNC_PROTO: 13, VAR: 14,     DATASEC: 15,
  FLOAT: 16,    DECL_TAG: 17, TYPE_TAG: 18,   ENUM64: 19,
} as const;

/** Bytes that follow the 12 of `struct btf_type`, by kind: once, and for each of `vlen` entries. */
const following: readonly (readonly [once: number, each: number] | null)[] = [
  null,    [4, 0],  [0, 0], [12, 0], [0, 12], // -        INT      PTR      ARRAY      STRUCT
  [0, 12], [0, 8],  [0, 0], [0, 0],  [0, 0],  // UNION    ENUM     FWD      TYPEDEF    VOLATILE
  [0, 0],  [0, 0],  [0, 0], [0, 8],  [4, 0],  // CONST    RESTRICT FUNC     FUNC_PROTO VAR
  [0, 12], [0, 0],  [4, 0], [0, 0],  [0, 12], // DATASEC  FLOAT    DECL_TAG TYPE_TAG   ENUM64
];

/** One type record. */
export interface BtfType {
  readonly kind: number;
  readonly name: string;
  /** How many members, values or parameters follow. */
  readonly vlen: number;
  /** kind_flag: of a struct, that its members state their own width; of a forward, that it is a union. */
  readonly flag: boolean;
  /** In bytes. For the kinds that refer to another type, the same word is that type's id. */
  readonly size: number;
  readonly target: number;
  /** Where what follows the record begins, for `u32`. */
  readonly at: number;
}

/** Type 0, which has no record. */
const nothing: BtfType = { kind: 0, name: "void", vlen: 0, flag: false, size: 0, target: 0, at: 0 };

/** KSYM_NAME_LEN: no name of the kernel is longer. */
const longestName = 512;
/** How many records one question may look at: bpf_ctx_convert takes 17,500. Far more is a circle. */
const patience = 100_000;

/** A BTF file, walked once. Throws BtfError where the bytes are no BTF. */
export class BtfFile {
  readonly #view: DataView;
  readonly #names: Buffer;
  /** Where each type's record begins, by id. */
  readonly #starts: Uint32Array;
  readonly #indexes = new Map<number, ReadonlyMap<number, readonly number[]>>();
  #looked = 0;

  constructor(bytes: Buffer) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { types, names } = sections(this.#view);
    this.#names = bytes.subarray(names.from, names.to);
    if (this.#names[0] !== 0 || this.#names.at(-1) !== 0) {
      throw new BtfError("the names of this BTF do not begin and end with a zero: "
        + "it is cut off, or it is a module's, which only adds to vmlinux's");
    }
    this.#starts = walk(this.#view, types);
  }

  /** Begins a question: what is asked from here on may look at `patience` records. */
  begin(): this {
    this.#looked = 0;
    return this;
  }

  /** Type `id`. Throws where there is none, or where the question goes round in circles. */
  type(id: number): BtfType {
    if (++this.#looked > patience) throw new BtfError(`the types of this BTF go in circles, at type ${id}`);
    if (id === 0) return nothing;
    const start = this.#starts[id];
    if (start === undefined) throw new BtfError(`this BTF has ${this.#starts.length - 1} types, not ${id}`);
    const info = this.u32(start + 4);
    const size = this.u32(start + 8);
    const name = this.name(this.u32(start));
    const flag = info >>> 31 === 1;
    return { kind: kindOf(info), name, vlen: vlenOf(info), flag, size, target: size, at: start + 12 };
  }

  /** The word at a byte of the file. */
  u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  /** The name at `offset` of the names; empty for what has no name. */
  name(offset: number): string {
    if (offset === 0) return "";
    const end = offset < this.#names.length ? this.#names.indexOf(0, offset) : -1;
    const length = end - offset;
    if (end < 0) throw new BtfError(`this BTF has ${this.#names.length} bytes of names, none at ${offset}`);
    if (length > longestName) throw new BtfError(`the name at ${offset} of this BTF has ${length} bytes`);
    return this.#names.toString("utf8", offset, end);
  }

  /** The first type with this name of these kinds (a set, see `among`); 0 where there is none. */
  find(name: string, kinds: number): number {
    return this.all(name, kinds)[0] ?? 0;
  }

  /** Every type with this name of these kinds, in their order. */
  all(name: string, kinds: number): readonly number[] {
    if (name === "" || name.includes("\0")) return [];
    const index = this.#indexes.get(kinds) ?? this.#index(kinds);
    const wanted = Buffer.from(`${name}\0`);
    const found: number[] = [];
    for (let at = this.#names.indexOf(wanted); at >= 0; at = this.#names.indexOf(wanted, at + 1)) {
      found.push(...index.get(at) ?? []);
    }
    return found.sort((a, b) => a - b);
  }

  /** The ids of all types of these kinds, in their order; without enums that are only declared. */
  *ids(kinds: number): Generator<number> {
    for (let id = 1; id < this.#starts.length; id++) {
      const info = this.u32(this.#starts[id]! + 4);
      const kind = 1 << kindOf(info);
      if ((kinds & kind) !== 0 && ((kind & enums) === 0 || vlenOf(info) !== 0)) yield id;
    }
  }

  /** The ids for each name's offset. */
  #index(kinds: number): ReadonlyMap<number, readonly number[]> {
    const index = new Map<number, number[]>();
    for (const id of this.ids(kinds)) {
      const name = this.u32(this.#starts[id]!);
      const ids = name === 0 ? [] : index.get(name);
      if (ids === undefined) index.set(name, [id]);
      else ids.push(id);
    }
    this.#indexes.set(kinds, index);
    return index;
  }
}

/** A set of kinds, as `find` takes it: one bit each. */
export const among = (...kinds: readonly number[]): number =>
  kinds.reduce((all, kind) => all | (1 << kind), 0);
const enums = among(Kind.ENUM, Kind.ENUM64);

/** Seven bits of kind, 24 of vlen; kernels that knew fewer left the others zero. */
const kindOf = (info: number): number => (info >>> 24) & 0x7f;
const vlenOf = (info: number): number => info & 0xff_ffff;

/** Bytes of a file, `to` not among them. */
export interface Section {
  readonly from: number;
  readonly to: number;
}

/** Reads `struct btf_header`: where the types and the names lie. Throws BtfError. */
export function sections(view: DataView): { types: Section; names: Section } {
  const { byteLength } = view;
  if (byteLength < 24) throw new BtfError(`${byteLength} bytes are no BTF: its header alone has 24`);
  const magic = view.getUint16(0, true);
  const version = view.getUint8(2);
  if (magic === 0x9feb) throw new BtfError("this BTF is of a big-endian machine, which is not supported");
  if (magic !== 0xeb9f) throw new BtfError(`this is not BTF: it begins with 0x${magic.toString(16)}`);
  if (version !== 1) throw new BtfError(`this is BTF of version ${version}; known is version 1`);
  const header = view.getUint32(4, true);
  const section = (what: string, at: number): Section => {
    const from = header + view.getUint32(at, true);
    const to = from + view.getUint32(at + 4, true);
    if (header >= 24 && to <= byteLength) return { from, to };
    throw new BtfError(`this BTF is cut off: its ${what} are at ${from}…${to} of ${byteLength} bytes`);
  };
  return { types: section("types", 8), names: section("names", 16) };
}

/** Where each record begins, by type id (0 is void and begins nowhere). */
function walk(view: DataView, { from, to }: Section): Uint32Array {
  const starts = new Uint32Array(1 + Math.ceil((to - from) / 12));
  let count = 1;
  for (let at = from; at < to; count++) {
    if (at + 12 > to) throw new BtfError(`this BTF is cut off in type ${count}`);
    const info = view.getUint32(at + 4, true);
    const tail = following[kindOf(info)];
    if (!tail) {
      const known = `known are the kinds 1 to ${following.length - 1}`;
      throw new BtfError(`type ${count} of this BTF is of kind ${kindOf(info)}; ${known}`);
    }
    starts[count] = at;
    at += 12 + tail[0] + tail[1] * vlenOf(info);
    if (at > to) throw new BtfError(`this BTF is cut off in type ${count}`);
  }
  return starts.subarray(0, count);
}
