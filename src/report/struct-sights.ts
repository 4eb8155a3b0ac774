/**
 * The bytes of a struct below the call that passed it: when it is seen first, and again when its bytes have
 * changed.
 */
import { sockaddrOf } from "../abi/structs/sockaddr.ts";
import { type DumpRow, dump } from "../memory/dump.ts";
import { layouts } from "../memory/layouts.ts";
import { bytesOf } from "../memory/memory.ts";
import { type AnyStruct, isStruct } from "../memory/struct.ts";
import type { Arg, Call } from "../sys/decode.ts";
import { unpack } from "../sys/packed-bytes.ts";
import { TEXT } from "./call-lines.ts";
import { columns } from "./columns.ts";
import { isLarge, membersOf, newMembers } from "./large-struct.ts";
import { indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";

/** The bytes stand further right than the call. */
const MARGIN = TEXT + 2;
/** Of an array of structs so many are drawn, and what these point at. */
const MOST = 4;
/** Of a struct drawn again in more rows than this, only the rows that changed. */
const FEW = 2;

export class StructSights {
  /** What was drawn last, row by row, of each struct by its layout and address. */
  readonly #drawn = new Map<string, readonly string[]>();
  /** The members of large ones as they were told last: by the descriptor that was asked about, and struct. */
  readonly #told = new Map<string, Map<string, ReturnType<typeof membersOf>>>();
  readonly #everyByte: boolean;

  /** `everyByte`: large structs are drawn byte by byte too. */
  constructor(everyByte: boolean) {
    this.#everyByte = everyByte;
  }

  /** The drawings that this call adds. */
  of(call: Call, pen: Pen): readonly Line[] {
    const failed = call.result === null || call.errno !== null;
    const fd = call.args.find(({ name }) => name === "fd")?.value ?? "";
    if (call.name === "close") this.#told.delete(String(fd));
    return call.args.flatMap((arg) => structsIn(arg, failed).flatMap((sight) => {
      const { layout, bytes, label, place } = sight;
      const rows = isLarge(layout) && !this.#everyByte ? this.#members(sight, String(fd), pen)
        : this.#fresh(place, dump(bytesOf(bytes), layout, room(pen)), pen);
      const title = label === null || rows.length === 0 ? [] : [indented(MARGIN, [piece(label, "dim")])];
      return [...title, ...rows];
    }));
  }

  #members({ layout, bytes }: Sight, of: string, { width, text }: Pen): readonly Line[] {
    const now = membersOf(layout, bytes);
    const told = this.#told.get(of) ?? new Map<string, typeof now>();
    const lines = newMembers(now, told.get(layout.name) ?? null, text(" · "), width - MARGIN);
    this.#told.set(of, told.set(layout.name, now));
    return lines.map((it) => indented(MARGIN, [piece(text(it), "dim")]));
  }

  #fresh(place: string, rows: readonly DumpRow[], pen: Pen): readonly Line[] {
    const before = this.#drawn.get(place);
    const drawn = rows.map((row) => rowLines(row, pen));
    const bytes = rows.map((row) => row.map((it) => it.above).join("|"));
    this.#drawn.set(place, bytes);
    if (before?.join() === bytes.join()) return [];
    if (before === undefined || rows.length <= FEW) return drawn.flat();
    return drawn.filter((_, i) => bytes[i] !== before[i]).flat();
  }
}

/** The rows of one struct, all of them. */
export const structLines = (layout: AnyStruct, bytes: Uint8Array, pen: Pen): readonly Line[] =>
  dump(bytesOf(bytes), layout, room(pen)).flatMap((row) => rowLines(row, pen));

/** In ASCII the mark for more bytes is two columns longer, once in a field of more than sixteen. */
const room = ({ width, text }: Pen): number =>
  width - MARGIN - (columns(text("…")) - 1) * Math.ceil(width / 50);

function rowLines(row: DumpRow, { text }: Pen): readonly Line[] {
  const cells = row.map(({ kind, above, below }) => {
    const [over, under] = [text(above), text(below)];
    const wide = Math.max(columns(over), columns(under)) + 2;
    const bytes = piece(over.padEnd(wide), kind === "field" ? "plain" : "dim");
    return { over: bytes, under: piece(under.padEnd(wide), "dim") };
  });
  return [indented(MARGIN, cells.map((it) => it.over)), indented(MARGIN, cells.map((it) => it.under))];
}

interface Sight {
  readonly layout: AnyStruct;
  readonly bytes: Uint8Array;
  /** Which struct it is, where the call's text alone does not say. */
  readonly label: string | null;
  readonly place: string;
}

/** An address from the kernel is as long as the kernel says, whatever room there was for it. */
const addressIn = (bytes: Buffer, { after, wrote }: Arg): Buffer =>
  (after === null || wrote === 0 ? bytes : bytes.subarray(0, wrote));

/**
 * The structs that an argument is: one, or the first of an array. What a failed call would have written is
 * not there.
 */
function structsIn(arg: Arg, failed: boolean): readonly Sight[] {
  const { name, flow, value, layout, before, after } = arg;
  const packed = failed ? (flow === "out" ? null : before) : after ?? before;
  if (layout === null || packed === null || isBeyond(name)) return [];
  const isAddress = layout.startsWith("sockaddr");
  const bytes = isAddress ? addressIn(unpack(packed), arg) : unpack(packed);
  const type = isAddress ? sockaddrOf(bytesOf(bytes)) : layouts.get(layout);
  if (type === undefined || type === null || !isStruct(type)) return [];
  const count = Math.min(Math.floor(bytes.length / type.size), isAddress ? 1 : Infinity);
  return Array.from({ length: Math.min(count, MOST) }, (_, n) => ({
    layout: type,
    bytes: bytes.subarray(n * type.size, (n + 1) * type.size),
    label: count > 1 ? `${name}[${n}]` : /^\w+$/.test(name) ? null : name,
    place: `${layout}@${value}+${n * type.size}`,
  }));
}

/** `mmsg[4].msg_hdr.msg_iov` belongs to an element that is not drawn. */
const isBeyond = (name: string): boolean => Number(/^\w+\[(\d+)\]/.exec(name)?.[1] ?? 0) >= MOST;
