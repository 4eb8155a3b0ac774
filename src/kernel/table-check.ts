/**
 * The tables against the running kernel, by three witnesses: that it has the functions (its symbols, its
 * types), that a function is what the slot's pointer points to (BTF's prototypes), and what lies in the slot
 * (its memory, which root alone may read).
 */
import type { Btf, BtfMember } from "./btf.ts";
import type { KernelMemory } from "./kcore.ts";
import { sourceName } from "./source-name.ts";
import type { Symbols } from "./symbols.ts";
import { type FunctionTable, functionIn, type Slot } from "./tables.ts";

/** What is known of a kernel; each is null where it cannot be had. */
export interface Witnesses {
  /** "6.12.43-cloud-amd64" */
  readonly release: string;
  readonly btf: Btf | null;
  readonly symbols: Symbols | null;
  readonly memory: KernelMemory | null;
}

/** What a kernel has in a slot. */
export interface SlotSeen {
  readonly slot: string;
  /** The function that is declared for this kernel; null: none, or nobody knows. */
  readonly fn: string | null;
  readonly by: readonly string[];
  /** Whether the kernel has such a function; null where it cannot be asked: BTF has not all of them. */
  readonly there: boolean | null;
  /** Whether the function's prototype is that of the pointer; null where the kernel has no BTF of one. */
  readonly fits: boolean | null;
  /** The function that the slot points to, read from memory; "" for none; null where it cannot be read. */
  readonly holds: string | null;
  /** The pointer's type, C text; null where the struct has no such member, or there is no BTF. */
  readonly type: string | null;
}

/** A table, with what was seen of each slot: those that are declared, and all others that hold a function. */
export interface TableSeen {
  readonly table: FunctionTable;
  /** Whether its contents could be read. */
  readonly read: boolean;
  readonly slots: readonly SlotSeen[];
}

/** Null where nothing contradicts it, else what does, as a sentence. */
export function contradiction({ slot, fn, there, fits, holds, type }: SlotSeen): string | null {
  if (fn === null) return null;
  if (holds === "") return `${slot} is empty, not ${fn}`;
  if (holds !== null && holds !== fn) return `${slot} points to ${holds}, not to ${fn}`;
  if (there === false) return `${slot}: this kernel has no function ${fn}`;
  return fits === false ? `${slot} is ${type ?? "no pointer"}, and ${fn} is something else` : null;
}

/** Asks every witness that there is. */
export function seenIn(table: FunctionTable, kernel: Witnesses): TableSeen {
  const { btf, release } = kernel;
  const members = btf?.struct(table.struct)?.members.filter((it) => isFunctionPointer(it.type)) ?? [];
  const contents = contentsOf(table, kernel);
  const look = (it: Pick<Slot, "slot" | "by">, fn: string | null, member?: BtfMember): SlotSeen =>
    seen(it, fn, member, { struct: table.struct, contents, ...kernel });
  const declared = table.slots.flatMap((it): readonly SlotSeen[] => {
    const member = members.find(({ name }) => name === it.slot);
    const fn = functionIn(it, release);
    return fn === null && member === undefined ? [] : [look(it, fn, member)];
  });
  const others = members.filter(({ name }) => !table.slots.some((it) => it.slot === name))
    .map((member) => look({ slot: member.name, by: [] }, null, member))
    .filter(({ holds }) => holds !== null && holds !== "");
  return { table, read: contents !== null, slots: [...declared, ...others] };
}

const isFunctionPointer = (type: string): boolean => type.includes("(*)(");

/** A kernel, of which one table is asked. */
interface Asked extends Witnesses {
  readonly struct: string;
  readonly contents: Buffer | null;
}

function seen(
  { slot, by }: Pick<Slot, "slot" | "by">, fn: string | null, member: BtfMember | undefined,
  { struct, contents, btf, symbols }: Asked,
): SlotSeen {
  const holds = contents === null || member === undefined || symbols === null
    ? null : pointedTo(contents.readBigUInt64LE(member.offset), fn, symbols);
  const name = fn ?? (holds === "" ? null : holds);
  const there = name === null ? null : symbols?.has(name) ?? (btf?.hasFunction(name) || null);
  const fits = name === null ? null : btf?.pointsTo(struct, slot, name) ?? null;
  const callers = by.map((it) => {
    const names = it.split("|");
    return names.find((one) => symbols?.has(one)) ?? names[0]!;
  });
  return { slot, fn, by: callers, there, fits, holds, type: member?.type ?? null };
}

/** By the symbol that the declared function has, where it is that one: several may share an address. */
function pointedTo(address: bigint, fn: string | null, symbols: Symbols): string {
  if (address === 0n) return "";
  if (fn !== null && symbols.address(fn) === address) return fn;
  const place = symbols.at(address);
  return place === null || place.offset !== 0 ? `0x${address.toString(16)}` : sourceName(place.name);
}

/** The table's bytes; null where nobody may read them, or where it is cannot be told. */
function contentsOf(table: FunctionTable, { btf, symbols, memory }: Witnesses): Buffer | null {
  const size = btf?.size(`struct ${table.struct}`) ?? null;
  if (size === null || btf === null || symbols === null || memory === null) return null;
  const address = within(table.within, btf, symbols) ?? symbols.address(table.name);
  return address === null ? null : memory.read(address, size);
}

/** Where a member of a symbol of the same name as its struct is: "net_hotdata.tcp_protocol". */
function within(path: string | null, btf: Btf, symbols: Symbols): bigint | null {
  const [name, field] = path?.split(".") ?? [];
  if (name === undefined) return null;
  const member = btf.struct(name)?.members.find((it) => it.name === field);
  const address = symbols.address(name);
  return member === undefined || address === null ? null : address + BigInt(member.offset);
}
