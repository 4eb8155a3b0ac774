/**
 * What a tracepoint tells: its `format` file says which fields a record has and where. Every kernel has its
 * own, so they are read, not known. Documentation/trace/events.rst.
 */
import { AF_INET, AF_INET6 } from "../abi/constants/socket.ts";
import { ipv4, ipv6, mac } from "../memory/address.ts";
import { bytesOf } from "../memory/memory.ts";
import type { Type } from "../memory/type.ts";

/** A field of a tracepoint's record. */
export interface TracepointField {
  readonly name: string;
  /** In C, of an array that of one element: `const void *`, `char`. */
  readonly type: string;
  readonly isArray: boolean;
  /** In bytes, from the start of the record. */
  readonly offset: number;
  /** In bytes, of all elements. */
  readonly size: number;
  readonly signed: boolean;
  /**
   * Where the value lies: in its place; or elsewhere in the record, and the place holds a u32, the offset in
   * its lower half and the length in its upper: from the record's start (`__data_loc`) or from behind the
   * u32 (`__rel_loc`).
   */
  readonly loc: "here" | "data" | "rel";
}

const LINE = /^\s*field:(.+?);\s*offset:(\d+);\s*size:(\d+);\s*signed:(\d+);/gm;
/** Older kernels leave lengths as they were written: `saddr[sizeof(struct sockaddr_in6)]`. */
const DECLARATION = /^(?:__(data|rel)_loc )?(.*?) ?(\[\])? ?\b(\w+)(\[[^\]]*\])?$/;

/** The fields of a format's text, without those of every tracepoint (`common_type` and its kin). */
export function parseFormat(text: string): readonly TracepointField[] {
  const fields: TracepointField[] = [];
  for (const [, declaration = "", offset, size, signed] of text.matchAll(LINE)) {
    const parts = DECLARATION.exec(declaration);
    if (parts === null) continue;
    const [, loc = "here", type = "", isList, name = "", brackets] = parts;
    if (name.startsWith("common_")) continue;
    fields.push({
      name, type, isArray: (isList ?? brackets) !== undefined, loc: loc as TracepointField["loc"],
      offset: Number(offset), size: Number(size), signed: signed === "1",
    });
  }
  return fields;
}

/**
 * The values of a record's fields, by their names. Numbers, where they are exact; pointers, and what is
 * larger than 2^53, as `0x…`; char[] as text up to its NUL; bytes as the address they are by their length,
 * `127.0.0.1`, `::1`, `02:00:00:00:00:01`, `127.0.0.1:80`, else in hexadecimal; lists with commas. A field
 * that the record is too short for is left out.
 */
export function fieldsOf(
  fields: readonly TracepointField[], record: Buffer,
): Readonly<Record<string, number | string>> {
  const values: Record<string, number | string> = {};
  for (const field of fields) {
    const bytes = bytesIn(field, record);
    if (bytes !== null) values[field.name] = field.isArray ? arrayOf(field, bytes) : scalar(field, bytes);
  }
  return values;
}

function bytesIn({ loc, offset, size }: TracepointField, record: Buffer): Buffer | null {
  if (offset + size > record.length) return null;
  if (loc === "here") return record.subarray(offset, offset + size);
  const word = record.readUInt32LE(offset);
  const from = (word & 0xffff) + (loc === "rel" ? offset + size : 0);
  const to = from + (word >>> 16);
  return to > record.length ? null : record.subarray(from, to);
}

function scalar({ name, type, signed }: TracepointField, bytes: Buffer): number | string {
  const isAddress = type.endsWith("*") || /(?:addr|address|ptr)$/.test(name);
  if (bytes.length === 8) return wide(bytes, signed, isAddress);
  if (![1, 2, 4].includes(bytes.length)) return bytes.toString("hex");
  return signed ? bytes.readIntLE(0, bytes.length) : bytes.readUIntLE(0, bytes.length);
}

function wide(bytes: Buffer, signed: boolean, isAddress: boolean): number | string {
  const value = signed ? bytes.readBigInt64LE() : bytes.readBigUInt64LE();
  const number = Number(value);
  if (!isAddress && Number.isSafeInteger(number)) return number;
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

/** Types of which lists are, in bytes; one that is not here is shown as its bytes. */
const WIDTH: Readonly<Record<string, number>> = {
  short: 2, u16: 2, __u16: 2, uint16_t: 2, "unsigned short": 2,
  int:   4, u32: 4, __u32: 4, uint32_t: 4, "unsigned int":   4, unsigned: 4,
  long:  8, u64: 8, __u64: 8, uint64_t: 8, "unsigned long":  8,
};

function arrayOf(field: TracepointField, bytes: Buffer): string {
  const type = field.type.replace(/^const /, "");
  if (type === "char") return bytes.toString("latin1").split("\0", 1)[0]!;
  const width = WIDTH[type];
  if (width === undefined) return addressOrHex(field.name, bytes);
  const element = { ...field, isArray: false };
  return Array.from({ length: Math.floor(bytes.length / width) }, (_, i) =>
    scalar(element, bytes.subarray(i * width, (i + 1) * width))).join(",");
}

/** What bytes of a length are, in the tracepoints of the network. */
const ADDRESSES: Readonly<Record<number, (bytes: Buffer) => string | null>> = {
  4:  (it) => shown(ipv4, it),
  6:  (it) => shown(mac, it),
  16: (it) => shown(ipv6, it),
  28: socketAddress,
};

/** An id of as many bytes as an address (`fsid`, `uuid`) is none. */
const addressOrHex = (name: string, bytes: Buffer): string =>
  (/id$/.test(name) ? null : ADDRESSES[bytes.length]?.(bytes)) ?? bytes.toString("hex");

const shown = (type: Type<string>, bytes: Buffer): string => type.read(bytesOf(bytes), 0);

/** A sockaddr_in or sockaddr_in6, as printk's %pISpc writes it. */
function socketAddress(bytes: Buffer): string | null {
  const family = bytes.readUInt16LE(0);
  const port = bytes.readUInt16BE(2);
  if (family === AF_INET) return `${shown(ipv4, bytes.subarray(4, 8))}:${port}`;
  return family === AF_INET6 ? `[${shown(ipv6, bytes.subarray(8, 24))}]:${port}` : null;
}
