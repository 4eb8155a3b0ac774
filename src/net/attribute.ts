/** Netlink attributes as messages carry them: laid out behind a header, and found again by their types. */
import { NLA_F } from "../abi/constants/netlink.ts";
import { type Attribute, attributes } from "../abi/structs/netlink.ts";
import { u32 } from "../memory/integer.ts";
import { bytesOf, cstring, type Memory } from "../memory/memory.ts";
import { cell } from "../memory/type.ts";

/** A message's payload: its header (ifinfomsg, rtmsg, …), then its attributes. */
export const payloadOf = (header: { readonly $: Memory }, list: readonly Attribute[]): Memory =>
  bytesOf(Buffer.concat([header.$.bytes, attributes.make(list).bytes]));

/** An attribute that is a number of 4 bytes, a text with its NUL, a row of further attributes. */
export const numeric = (type: number, value: number): Attribute => [type, cell(u32, value)];
export const textual = (type: number, value: string): Attribute => [type, cstring(value)];
export const nested = (type: number, list: readonly Attribute[]): Attribute => [type, attributes.make(list)];

/** What attributes say, by their types. Where a type comes twice the later one counts. */
export class AttributeMap {
  readonly #found: ReadonlyMap<number, Memory>;

  /** Reads a row that begins `from` bytes into the payload. */
  constructor(payload: Memory, from = 0) {
    const row = attributes.read(payload.slice(Math.min(from, payload.length)));
    this.#found = new Map(row.map(({ head, payload: value }) => [head & TYPE, value]));
  }

  /** The bytes of an attribute, or null. */
  bytes(type: number): Memory | null {
    return this.#found.get(type) ?? null;
  }

  /** Of 4 bytes; null where it is missing or shorter. */
  number(type: number): number | null {
    const value = this.bytes(type);
    return value === null || value.length < u32.size ? null : u32.read(value, 0);
  }

  /** Up to its NUL. */
  text(type: number): string | null {
    return this.bytes(type)?.text().split("\0")[0] ?? null;
  }

  /** The attributes inside an attribute; none where it is missing. */
  inside(type: number): AttributeMap {
    return new AttributeMap(this.bytes(type) ?? bytesOf([]));
  }

  /** Types that are there, in the order of the message. */
  get types(): readonly number[] {
    return [...this.#found.keys()];
  }
}

/** nla_type without its flags. */
const TYPE = 0xffff & ~(NLA_F.NLA_F_NESTED | NLA_F.NLA_F_NET_BYTEORDER);
