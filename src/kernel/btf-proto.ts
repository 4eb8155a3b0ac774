/**
 * BTF as C text. C writes a declaration from the name outwards, `int (*fn[4])(struct sk_buff *skb)`, while
 * BTF chains types from the outside in; so the text in the middle grows while the chain is followed to the
 * type it ends in.
 */
import { BtfError, type BtfFile, type BtfType, Kind } from "./btf-file.ts";

/** How deep function types may be parameters of function types. */
const deepest = 16;
/** Of how many pointers, arrays and qualifiers one type is made: far more than any. */
const thickest = 200;

const qualifiers: Readonly<Record<number, string>> = {
  [Kind.CONST]:    "const",
  [Kind.VOLATILE]: "volatile",
  [Kind.RESTRICT]: "restrict",
};
/** The order in which they are written; compilers chain them in any. */
const order: readonly string[] = ["const", "volatile", "restrict"];
const tags: Readonly<Record<number, string>> = {
  [Kind.STRUCT]: "struct",
  [Kind.UNION]:  "union",
  [Kind.ENUM]:   "enum",
  [Kind.ENUM64]: "enum",
};

/**
 * The declaration of `name` as type `id`; with an empty name the type alone: `struct sk_buff *`, `char[14]`,
 * `int (*)(struct sk_buff *)`. A `bare` one is for comparing: its parameters have no names, and a type with
 * two of them goes by its tag. Type tags (__user and the like) are left out: only some compilers record them.
 */
export function declaration(file: BtfFile, id: number, name = "", depth = 0, bare = false): string {
  if (depth > deepest) throw new BtfError("functions of this BTF take functions as parameters without end");
  let middle = name;
  let qualified: readonly string[] = [];
  for (let type = file.type(id), layers = 0; ; type = file.type(next(file, type)), layers++) {
    if (layers > thickest) throw new BtfError(`the types of this BTF go in circles, at type ${id}`);
    const qualifier = qualifiers[type.kind];
    if (qualifier !== undefined) {
      qualified = order.filter((it) => it === qualifier || qualified.includes(it));
    } else if (type.kind === Kind.PTR) {
      middle = `*${spaced(qualified.join(" "), middle)}`;
      qualified = [];
    } else if (type.kind === Kind.ARRAY) {
      middle = `${grouped(middle)}[${file.u32(type.at + 8)}]`;
    } else if (type.kind === Kind.FUNC_PROTO) {
      middle = `${grouped(middle)}(${parameters(file, type, depth, bare)})`;
      qualified = [];
    } else if (!isPassedOver(file, type, bare)) {
      return spaced([...qualified, leaf(type)].join(" "), middle);
    }
  }
}

/** A tag; and, in a bare declaration, a typedef of what has a name of its own. */
const isPassedOver = (file: BtfFile, { kind, target }: BtfType, bare: boolean): boolean =>
  kind === Kind.TYPE_TAG || (bare && kind === Kind.TYPEDEF && file.type(target).name !== "");

/** The id that a pointer, qualifier, tag, array or function type is made from. */
const next = (file: BtfFile, type: BtfType): number =>
  type.kind === Kind.ARRAY ? file.u32(type.at) : type.target;

/** A pointer's star binds weaker than what follows it: `(*fn)(void)`. */
const grouped = (middle: string): string => (middle.startsWith("*") ? `(${middle})` : middle);

/** A type and what it declares: `char buf[14]`, `char *`, but `char[14]`. */
const spaced = (left: string, right: string): string =>
  left === "" || right === "" || right.startsWith("[") ? left + right : `${left} ${right}`;

/** The type that a chain ends in. */
function leaf(type: BtfType): string {
  const { kind, name, flag } = type;
  if (kind === Kind.FWD) return `${flag ? "union" : "struct"} ${name}`;
  const tag = tags[kind];
  if (tag !== undefined) return `${tag} ${name === "" ? "{...}" : name}`;
  if (kind === 0 || kind === Kind.INT || kind === Kind.FLOAT || kind === Kind.TYPEDEF) return name;
  throw new BtfError(`a type of this BTF is made from "${name}" of kind ${kind}, which is no type`);
}

/** The parameters of a function type; a last one without type is `...`. */
function parameters(file: BtfFile, proto: BtfType, depth: number, bare: boolean): string {
  const each = Array.from({ length: proto.vlen }, (_, i) => {
    const at = proto.at + i * 8;
    const id = file.u32(at + 4);
    return id === 0 ? "..." : declaration(file, id, bare ? "" : file.name(file.u32(at)), depth + 1, bare);
  });
  return each.length === 0 ? "void" : each.join(", ");
}
