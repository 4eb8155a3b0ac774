/**
 * Tables of functions as data: structs of pointers by which the kernel calls what a family, a protocol or a
 * device has in place of it. The running kernel is asked for the rest: table-check.ts.
 */
import { against, type Between } from "./release.ts";

/** A pointer in a table. */
export interface Slot {
  /** The struct's member. */
  readonly slot: string;
  /** The function that it points to; where none is declared, what it points to is only told. */
  readonly fn: string;
  /** The functions that call through it, as the source names them, older names behind a bar. */
  readonly by: readonly string[];
  /** When the function came into this slot; null: it is there in every kernel that was looked at. */
  readonly since: Between | null;
  /** What the slot had before; null: it was empty, or there was no such slot. */
  readonly was: string | null;
  /** When the slot lost it. */
  readonly until: Between | null;
}

/** A table. */
export interface FunctionTable {
  /** As the source names it: "tcp_prot". */
  readonly name: string;
  /** The tag of its type: "proto". */
  readonly struct: string;
  /** Where in the kernel's source it is filled. */
  readonly file: string;
  /** How it is come by, where it is called through: "sk->sk_prot". */
  readonly through: string;
  readonly does: string;
  /** Of another kernel: the member of a symbol that it became, "net_hotdata.tcp_protocol". */
  readonly within: string | null;
  readonly slots: readonly Slot[];
}

/**
 * A slot; `by` are the functions that call through it. What was one function and became two, of which the
 * inner one calls, is written `inner|outer`: the first that a kernel has is meant.
 */
export const slot = (
  name: string, fn: string, by: string, more: Partial<Pick<Slot, "since" | "was" | "until">> = {},
): Slot => ({ slot: name, fn, by: by.split(" "), since: null, was: null, until: null, ...more });

/** A table; throws RangeError for a slot that is there twice. */
export function table(
  name: string, struct: string, file: string, through: string, does: string, slots: readonly Slot[],
  within: string | null = null,
): FunctionTable {
  const twice = slots.find((it, i) => slots.findIndex((other) => other.slot === it.slot) < i);
  if (twice !== undefined) throw new RangeError(`${name}.${twice.slot} is declared twice`);
  return { name, struct, file, through, does, within, slots };
}

/** What a slot has in a kernel of a release; null where nothing, or nobody knows: the change came between. */
export function functionIn({ fn, since, was, until }: Slot, release: string): string | null {
  const came = since === null ? "after" : against(release, since);
  if (came !== "after") return came === "before" ? was : null;
  return until === null || against(release, until) === "before" ? fn : null;
}
