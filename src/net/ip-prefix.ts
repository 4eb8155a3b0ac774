/** IP addresses with a prefix length, "192.0.2.1/24", and which of them a run may use. */
import { AF_INET, AF_INET6 } from "../abi/constants/socket.ts";
import { ipv4, ipv6 } from "../memory/address.ts";
import { bytesOf, type Memory } from "../memory/memory.ts";
import { cell } from "../memory/type.ts";

export interface IpPrefix {
  readonly family: typeof AF_INET | typeof AF_INET6;
  /** 4 or 16 bytes, in network order; what lies beyond the prefix is kept. */
  readonly address: Memory;
  /** In bits. */
  readonly length: number;
}

/** Reads "192.0.2.1/24", "2001:db8::/32"; without a length it is a single address. Throws RangeError. */
export function ipPrefix(text: string): IpPrefix {
  const [, address = "", digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const isIpv6 = address.includes(":");
  const memory = isIpv6 ? cell(ipv6, address) : cell(ipv4, address);
  const length = digits === undefined ? memory.length * 8 : Number(digits);
  const most = memory.length * 8;
  if (length > most) throw new RangeError(`"${text}": a prefix has at most ${most} bits`);
  return { family: isIpv6 ? AF_INET6 : AF_INET, address: bytesOf(memory.bytes), length };
}

/** An address as text, by how long it is; null where it is of neither family. */
export function ipText(address: Memory): string | null {
  const type = [ipv4, ipv6].find(({ size }) => size === address.length);
  return type?.read(address, 0) ?? null;
}

/**
 * Loopback, link-local and documentation: RFC 1122, 4291, 5737 and 3849. Should a run ever be mistaken about
 * where it is, nobody has these.
 */
const RUN_ONLY = [
  "127.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "::1/128", "2001:db8::/32", "fe80::/10",
] as const;
const RANGES = RUN_ONLY.map(ipPrefix);

/** The same, for addresses and routes that a run makes. Throws RangeError for all that others may have. */
export function runOnly(text: string): IpPrefix {
  const it = ipPrefix(text);
  if (RANGES.some((range) => lies(it, range))) return it;
  throw new RangeError(`${text} may be someone's: a run's addresses are of ${RUN_ONLY.join(", ")}`);
}

/** Whether one prefix is the other or part of it. */
function lies(it: IpPrefix, range: IpPrefix): boolean {
  if (it.family !== range.family || it.length < range.length) return false;
  for (let bit = 0; bit < range.length; bit++) if (bitOf(it, bit) !== bitOf(range, bit)) return false;
  return true;
}
const bitOf = ({ address }: IpPrefix, bit: number): number =>
  (address.bytes[bit >> 3]! >> (7 - (bit & 7))) & 1;
