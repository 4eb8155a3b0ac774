/**
 * Structs and unions: one declaration, every picture. The pair is [offset, type]: the offset by hand, as a
 * person lays it out, the type by the kernel's own name. From it come constructor, live view, TypeScript
 * type, sizeof, dump and the comparison with BTF and the C compiler.
 */

import { array } from "./array.ts";
import { checkLayout } from "./check.ts";
import { layouts } from "./layouts.ts";
import { allocate, Memory, POISON } from "./memory.ts";
import { type AnyType, Cell, type Read, type Type, type Written } from "./type.ts";

export type Fields = Readonly<Record<string, readonly [offset: number, type: AnyType]>>;
/** What may be named when a struct is made; what is not named is zero, as in a C initialiser. */
export type Init<F extends Fields> = { readonly [K in keyof F]?: Written<F[K][1]> };
/**
 * A window on memory: reading a property reads the bytes, as `addr->sin_port` does in C; writing writes them.
 */
export type View<F extends Fields = Fields> =
  { -readonly [K in keyof F]: Read<F[K][1]> } & { readonly $: Memory };

/** A member as it was declared. */
export interface Field {
  readonly name: string;
  /** In bytes, from the start of the struct. */
  readonly offset: number;
  readonly type: AnyType;
}
export interface Options {
  /** The struct's tag in BTF, where the kernel's own differs from the header's. */
  readonly btf?: string;
  /** Field names that BTF spells differently: ours → the kernel's. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** `__attribute__((packed))`: no alignment, no holes. */
  readonly packed?: boolean;
  /**
   * Fields that lie over others: the members of an anonymous union, flattened.
   * The first of them is the one shown.
   */
  readonly over?: readonly string[];
  /** strace's text for the whole value, where it is not `{field=value, …}`. */
  readonly show?: (view: View) => string;
}
export interface Struct<F extends Fields = Fields> extends Type<View<F>, Init<F> | View<F>> {
  readonly kind: "struct" | "union";
  readonly fields: readonly Field[];
  readonly options: Options;
  /** `sockaddr_in({ … })` zeroes what is not named; `sockaddr_in()` is unwritten. */
  (init?: Init<F>): View<F>;
  /** The struct at `offset` of some memory: a cast. */
  at(memory: Memory | { readonly $: Memory }, offset?: number): View<F>;
  /** `struct iovec iov[2]`: of a length (unwritten), or of these. */
  array(
    init: number | readonly (Init<F> | View<F>)[],
  ): Cell<readonly View<F>[], readonly (Init<F> | View<F>)[]>;
}
/** Any struct, where its fields do not matter to the type. */
// biome-ignore lint/suspicious/noExplicitAny: memory's generics: a struct of any fields
export type AnyStruct = Struct<any>;

/** Declares a struct of `size` bytes; checked here: order, alignment, overlap, size. Throws LayoutError. */
export const struct = <const F extends Fields>(
  tag: string, size: number, fields: F, options: Options = {},
): Struct<F> =>
  known(declare("struct", tag, size, fields, options));

/**
 * A second layout of a tag, not found by it: an address of unusual length, what an older kernel fills.
 * Throws LayoutError.
 */
export const variant = <const F extends Fields>(
  tag: string, size: number, fields: F, options: Options = {},
): Struct<F> =>
  declare("struct", tag, size, fields, options);

/** Declares a union: all members lie at offset 0, the first is the one shown. */
export function union<const M extends Members>(
  tag: string, size: number, members: M, options: Options = {},
): Struct<AllAtStart<M>> {
  const entries = Object.entries(members).map(([name, type]) => [name, [0, type]]);
  const fields = Object.fromEntries(entries) as AllAtStart<M>;
  const over = Object.keys(members).slice(1);
  return known(declare("union", tag, size, fields, { ...options, over }));
}
type Members = Readonly<Record<string, AnyType>>;
type AllAtStart<M extends Members> = { readonly [K in keyof M]: readonly [0, M[K]] };

function known<F extends Fields>(layout: Struct<F>): Struct<F> {
  layouts.set(layout.name, layout);
  return layout;
}

function declare<F extends Fields>(
  kind: "struct" | "union", tag: string, size: number, fields: F, options: Options,
): Struct<F> {
  const list: readonly Field[] =
    Object.entries(fields).map(([name, [offset, type]]) => ({ name, offset, type }));
  const align = options.packed ? 1 : Math.max(...list.map((it) => it.type.align));
  checkLayout({ tag, size, align, fields: list, over: options.over ?? [] });

  // Made when the first view is: most structs of a process are never looked at.
  let View: ReturnType<typeof viewClass> | null = null;
  const at = (memory: Memory | { readonly $: Memory }, offset = 0): View<F> => {
    const whole = memory instanceof Memory ? memory : memory.$;
    View ??= viewClass(list);
    return new View(new Memory(whole.home, whole.offset + offset, size, layout)) as View<F>;
  };
  const make = (init?: Init<F>): View<F> => {
    const view = at(allocate(size, init ? 0 : POISON));
    return init ? Object.assign(view, init) : view;
  };
  const layout = Object.assign(make, {
    kind, size, align, fields: list, options, at,
    read: (memory: Memory, offset: number) => at(memory, offset),
    write: (memory: Memory, offset: number, value: Init<F> | View<F>) =>
      fill(at(memory, offset), value, list),
    show: (view: View<F>) =>
      options.show ? options.show(view as never) : shown(view as never, layout as never),
    array(init: number | readonly (Init<F> | View<F>)[]) {
      const type = array(layout as never as AnyType, typeof init === "number" ? init : init.length);
      const place = new Cell(allocate(type.size, typeof init === "number" ? POISON : 0), type);
      if (typeof init !== "number") type.write(place, 0, init);
      return place;
    },
  });
  Object.defineProperty(layout, "name", { value: tag });
  return layout as never;
}

/** Accessors live on one prototype a struct, so that making a view costs one small object. */
function viewClass(fields: readonly Field[]): new (memory: Memory) => object {
  class View {
    declare readonly $: Memory;
    constructor(memory: Memory) {
      Object.defineProperty(this, "$", { value: memory });
    }
  }
  for (const { name, offset, type } of fields) {
    Object.defineProperty(View.prototype, name, {
      enumerable: true,
      get(this: View) { return type.read(this.$, offset); },
      set(this: View, value: unknown) { type.write(this.$, offset, value); },
    });
  }
  return View;
}

/**
 * Assigns a whole struct: from another of its kind byte by byte (pointers keep their targets),
 * else field by field.
 */
function fill(view: object & { readonly $: Memory }, value: object, fields: readonly Field[]): void {
  if ("$" in value) {
    copy(value.$ as Memory, view.$);
    return;
  }
  view.$.bytes.fill(0);
  const from = value as Readonly<Record<string, unknown>>;
  for (const { name } of fields) if (name in value) (view as Record<string, unknown>)[name] = from[name];
}

/**
 * The bytes of one struct over another, with what the pointers among them point at,
 * however deep they are nested.
 */
function copy(from: Memory, to: Memory): void {
  to.bytes.set(from.bytes);
  for (const [at, target] of [...from.home.targets]) {
    const within = at - from.offset;
    if (within >= 0 && within < from.length) to.home.targets.set(to.offset + within, target);
  }
}

/** `{sin_family=AF_INET, …}`; members that lie over others are left out. */
function shown(view: Readonly<Record<string, unknown>>, { fields, options }: AnyStruct): string {
  const visible = fields.filter((it) => !options.over?.includes(it.name));
  return `{${visible.map(({ name, type }) => `${name}=${type.show(view[name])}`).join(", ")}}`;
}

/** `sizeof(addr)` or `sizeof(sockaddr_in)`, in bytes. */
export const sizeof = (it: AnyType | Memory | { readonly $: Memory }): number =>
  "$" in it ? it.$.length : it instanceof Memory ? it.length : it.size;

/** Where a member of a struct lies, in bytes, for readers that make no views. There must be such a member. */
export const offsetOf = (layout: AnyStruct, member: string): number =>
  layout.fields.find(({ name }) => name === member)!.offset;

/** Whether a type is a struct or a union: something with fields. */
export const isStruct = (type: unknown): type is AnyStruct => typeof type === "function" && "fields" in type;
