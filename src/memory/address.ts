/**
 * Addresses as people write them: 127.0.0.1, 2001:db8::1, 02:00:00:00:00:01.
 * In memory they stand in network order.
 */
import type { Memory } from "./memory.ts";
import type { Type } from "./type.ts";

function address(
  name: string, size: number, align: number,
  parse: (it: string) => readonly number[], show: (b: Buffer) => string,
): Type<string> {
  return {
    name, size, align,
    read: (memory, at) => show(memory.bytes.subarray(at, at + size)),
    write: (memory: Memory, at, value) => memory.bytes.set(parse(value), at),
    show: (value) => value,
  };
}

/** `struct in_addr`: four bytes. Throws RangeError for what is not dotted decimal. */
export const ipv4: Type<string> = address("in_addr", 4, 4, parseIpv4, (b) => [...b].join("."));

function parseIpv4(it: string): readonly number[] {
  const parts = it.split(".").map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : -1));
  if (parts.length === 4 && parts.every((part) => part >= 0 && part <= 255)) return parts;
  throw new RangeError(`"${it}" is not an IPv4 address`);
}

/**
 * `struct in6_addr`: sixteen bytes, written as RFC 5952 asks (the longest run of zeros is `::`,
 * IPv4-mapped ones dotted).
 */
export const ipv6: Type<string> = address("in6_addr", 16, 4, parseIpv6, showIpv6);

function parseIpv6(it: string): readonly number[] {
  const wrong = (): never => { throw new RangeError(`"${it}" is not an IPv6 address`); };
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(it);
  const tail = dotted ? parseIpv4(dotted[2]!) : [];
  const halves = (dotted ? dotted[1]!.replace(/([^:]):$/, "$1") : it).split("::");
  const group = (g: string): number[] =>
    /^[0-9a-f]{1,4}$/i.test(g) ? [Number.parseInt(g, 16) >> 8, Number.parseInt(g, 16) & 255] : wrong();
  const groups = (half: string): number[] => (half === "" ? [] : half.split(":").flatMap(group));
  const front = groups(halves[0]!);
  const back = [...(halves.length > 1 ? groups(halves[1]!) : []), ...tail];
  const missing = 16 - front.length - back.length;
  const whole = halves.length === 1 ? missing === 0 : missing > 0;
  if (halves.length > 2 || !whole) return wrong();
  return [...front, ...Array<number>(missing).fill(0), ...back];
}

function showIpv6(b: Buffer): string {
  const mapped = b.subarray(0, 10).every((x) => x === 0) && b[10] === 255 && b[11] === 255;
  if (mapped) return `::ffff:${[...b.subarray(12)].join(".")}`;
  const groups = Array.from({ length: 8 }, (_, i) => b.readUInt16BE(i * 2));
  let best = { at: -1, run: 1 };
  groups.forEach((_, at) => {
    let run = 0;
    while (groups[at + run] === 0) run++;
    if (run > best.run) best = { at, run };
  });
  const hex = (some: readonly number[]): string => some.map((g) => g.toString(16)).join(":");
  if (best.at < 0) return hex(groups);
  return `${hex(groups.slice(0, best.at))}::${hex(groups.slice(best.at + best.run))}`;
}

/** A link-layer address: six bytes. */
export const mac: Type<string> = address("mac", 6, 1, parseMac, showMac);

function parseMac(it: string): readonly number[] {
  const right = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(it);
  if (!right) throw new RangeError(`"${it}" is not a link-layer address`);
  return it.split(":").map((part) => Number.parseInt(part, 16));
}

function showMac(b: Buffer): string {
  return [...b].map((x) => x.toString(16).padStart(2, "0")).join(":");
}

/** An address of IP and a port, as a URL has them: `127.0.0.1:80`, `[::1]:80`. */
export const withPort = (address: string, port: number | string): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port}`;
