/**
 * Memory cut along its layout. Every picture of memory — dump, table, comparison, docs — is drawn from this.
 */
import { type Memory, POISON } from "./memory.ts";
import { type AnyStruct, isStruct } from "./struct.ts";

/** A run of bytes that means one thing: a field, a hole the compiler left, or bytes never written. */
export interface Span {
  /** In bytes, from the start of the struct. */
  readonly offset: number;
  readonly length: number;
  readonly kind: "field" | "hole" | "unwritten";
  /** The field's path: `sin_port`, `msg_hdr.msg_iov`; empty for a hole. */
  readonly label: string;
  /** The field's value in strace's words; empty for what has no value. */
  readonly shown: string;
}

/**
 * The spans of one struct in memory, nested structs opened, in order, without gaps. Memory that ends before
 * the struct ends the spans, and leaves the field it cuts without a value.
 */
export function spans(memory: Memory, layout: AnyStruct): readonly Span[] {
  const out: Span[] = [];
  let end = 0;
  const hole = (to: number): void => {
    if (to > end) out.push({ offset: end, length: to - end, kind: "hole", label: "", shown: "" });
    end = Math.max(end, to);
  };
  for (const leaf of leaves(layout, "", 0)) {
    if (leaf.offset >= memory.length) break;
    hole(leaf.offset);
    const bytes = memory.bytes.subarray(leaf.offset, leaf.offset + leaf.size);
    const kind = bytes.length > 0 && bytes.every((it) => it === POISON) ? "unwritten" : "field";
    const shown = kind === "field" && bytes.length === leaf.size ? leaf.show(memory) : "";
    out.push({ offset: leaf.offset, length: bytes.length, kind, label: leaf.label, shown });
    end = Math.max(end, leaf.offset + bytes.length);
  }
  hole(Math.min(layout.size, memory.length));
  return out;
}

interface Leaf {
  readonly label: string;
  readonly offset: number;
  readonly size: number;
  show(memory: Memory): string;
}

/**
 * Fields that hold a value themselves. Members lying over others are left out;
 * bit fields of a unit are one leaf.
 */
function leaves({ fields, options }: AnyStruct, prefix: string, base: number): readonly Leaf[] {
  const visible = fields.filter((it) => !options.over?.includes(it.name));
  const out: Leaf[] = [];
  for (const { name, offset, type } of visible) {
    const label = prefix + name;
    const at = base + offset;
    const show = (memory: Memory): string => type.show(type.read(memory, at));
    const unit = out.at(-1);
    if (isStruct(type)) out.push(...leaves(type, `${label}.`, at));
    else if ("bit" in type && unit && unit.offset === at) out[out.length - 1] = joined(unit, label, show);
    else out.push({ label, offset: at, size: type.size, show });
  }
  return out;
}

const joined = (unit: Leaf, label: string, show: Leaf["show"]): Leaf => ({
  ...unit,
  label: `${unit.label}|${label}`,
  show: (memory) => `${unit.show(memory)}|${show(memory)}`,
});
