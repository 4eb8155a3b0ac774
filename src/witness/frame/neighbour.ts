/** Neighbour discovery, the messages of ICMPv6 that find routers and neighbours: RFC 4861. */
import { ND } from "../../abi/constants/icmp.ts";
import { ipv6, mac } from "../../memory/address.ts";
import { be32 } from "../../memory/integer.ts";
import type { AnyType } from "../../memory/type.ts";
import { byteAt, type Layer, type Part } from "./layer.ts";
import { type Item, readRow } from "./row.ts";

/** By type: how many bytes the message has before its options. */
const SIZES: Readonly<Record<number, number>> = {
  [ND.ND_ROUTER_SOLICIT]:    8,
  [ND.ND_ROUTER_ADVERT]:    16,
  [ND.ND_NEIGHBOR_SOLICIT]: 24,
  [ND.ND_NEIGHBOR_ADVERT]:  24,
  [ND.ND_REDIRECT]:         40,
};
/** Those that are about an address; it stands behind four bytes of flags. */
const [TARGET, WITH_TARGET] = [8, 24];
/** The flags of an answer. */
const [ROUTER, SOLICITED, OVERRIDE] = [0x80, 0x40, 0x20];
/** Options have lengths in units of so many bytes. */
const UNIT = 8;
/** Options by number; netinet/icmp6.h has them as ND_OPT_…. */
const NAMES: Readonly<Record<number, string>> = {
  1: "source_lladdr", 2: "target_lladdr", 3: "prefix", 4: "redirected", 5: "mtu", 14: "nonce", 25: "rdnss",
};
/** What stands in an option, and where behind kind and length. */
const VALUES: Readonly<Record<string, readonly [at: number, type: AnyType]>> = {
  source_lladdr: [0, mac], target_lladdr: [0, mac], mtu: [2, be32],
};

interface Neighbour {
  readonly size: number;
  readonly fields: Readonly<Record<string, Layer["fields"][string] | undefined>>;
}

/** The fields of such a message, and its size: to its end. Null for messages of other types. */
export function neighbour(type: number, part: Part): Neighbour | null {
  const head = SIZES[type];
  if (head === undefined) return null;
  const { bytes, length } = part;
  const row = bytes.slice(Math.min(head, bytes.length));
  const { items, end } = readRow(row, (_, units) => units * UNIT);
  const names = items.map(nameOf);
  if (end < row.length) names.push(bytes.length < length ? "cut off" : "malformed");
  return {
    size: Math.max(head, length),
    fields: {
      target: head >= WITH_TARGET && bytes.length >= WITH_TARGET ? ipv6.read(bytes, TARGET) : undefined,
      ...(type === ND.ND_NEIGHBOR_ADVERT ? flags(byteAt(part, 4)) : {}),
      nd_options: names.length === 0 ? undefined : names.join(", "),
      ...Object.assign({}, ...items.map(saidBy)) as Layer["fields"],
    },
  };
}

const flags = (it: number | undefined): Readonly<Record<string, boolean>> => (it === undefined ? {} : {
  router: (it & ROUTER) !== 0, solicited: (it & SOLICITED) !== 0, override: (it & OVERRIDE) !== 0,
});

const nameOf = ({ kind }: Item): string => NAMES[kind] ?? `option${kind}`;
function saidBy(item: Item): Layer["fields"] {
  const [at, type] = VALUES[nameOf(item)] ?? [0, null];
  const isThere = type !== null && at + type.size <= item.body.length;
  return isThere ? { [nameOf(item)]: type.read(item.body, at) } : {};
}
