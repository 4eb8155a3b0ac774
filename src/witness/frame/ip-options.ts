/** Options of an IPv4 header: RFC 791; 2113 (router alert). <linux/ip.h> has their numbers as IPOPT_…. */
import { ipv4 } from "../../memory/address.ts";
import type { Memory } from "../../memory/memory.ts";
import type { Layer } from "./layer.ts";
import { type Item, readRow } from "./row.ts";

const [END, NOP, RR, LSRR, SSRR] = [0, 1, 7, 131, 137];
/** The kernel's names. */
const NAMES: Readonly<Record<number, string>> = {
  [NOP]: "noop", [RR]: "rr",   68: "timestamp", 130: "sec", [LSRR]: "lsrr", 134: "cipso", 136: "sid",
  [SSRR]: "ssrr", 148: "ra",
};
/** They hold addresses: where the packet was, or where it is to go yet. */
const ROUTES: readonly number[] = [RR, LSRR, SSRR];

interface IpOptions {
  readonly fields: Layer["fields"];
  readonly isRouted: boolean;
}

/**
 * `ip_options`: their names, in order; `route`: the addresses of the last that has some. `isRouted`: from
 * daddr the packet is to go on to another address. `isWhole` false: the row was cut off.
 */
export function readIpOptions(row: Memory, isWhole: boolean): IpOptions {
  const { items, end } = readRow(row, lengthOf);
  const names = items.map(({ kind }) => NAMES[kind] ?? `option${kind}`);
  if (end < row.length && row.bytes[end] === END) names.push("end");
  else if (end < row.length) names.push(isWhole ? "malformed" : "cut off");
  const route = items.findLast(({ kind }) => ROUTES.includes(kind));
  const said = route === undefined ? {} : { route: addresses(route) };
  return { fields: { ip_options: names.join(", "), ...said }, isRouted: items.some(goesOn) };
}

function lengthOf(kind: number, length: number): number {
  if (kind === NOP) return 1;
  return kind === END || length < 2 ? 0 : length;
}

/** Whether addresses are left to go to: the pointer says where the next is, from the option's first byte. */
const goesOn = ({ kind, body }: Item): boolean =>
  (kind === LSRR || kind === SSRR) && (body.bytes[0] ?? 0) <= body.length + 2;

/** They follow the pointer. */
function addresses({ body }: Item): string {
  const count = Math.floor(Math.max(0, body.length - 1) / ipv4.size);
  return Array.from({ length: count }, (_, i) => ipv4.read(body, 1 + i * ipv4.size)).join(" ");
}
