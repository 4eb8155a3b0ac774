/** An address as people write it, from strace's sockaddr: `127.0.0.1:80`, `[::1]:80`, `/run/x`, `@name`. */
import { AF } from "../../abi/constants/socket.ts";
import type { Value } from "../../witness/strace-value.ts";
import { addressIn, memberOf, settled, smallIn } from "./worth.ts";

/** An address, and the number of its family. */
export interface Endpoint {
  readonly family: number;
  readonly text: string;
}

/** Null for what is no address, or one that the log does not tell. */
export function endpointIn(given: Value | undefined): Endpoint | null {
  const value = settled(given);
  const family = smallIn(memberOf(value, "sa_family"));
  const text = family === null ? null : WRITTEN[family]?.(value!) ?? null;
  return family === null || text === null ? null : { family, text };
}

type Written = (value: Value) => string | null;
const WRITTEN: Readonly<Record<number, Written>> = {
  [AF.AF_INET]: (it) => withPort(bytesOr(memberOf(it, "sin_addr"), 4), portIn(memberOf(it, "sin_port"))),
  [AF.AF_INET6](it) {
    const members = it.kind === "struct" ? it.members : [];
    const address = members.map(({ value }) => addressIn(value)).find(Boolean);
    return withPort(address ? `[${address}]` : null, portIn(memberOf(it, "sin6_port")));
  },
  [AF.AF_UNIX](it) {
    const path = memberOf(it, "sun_path");
    if (path?.kind !== "string") return null;
    return `${path.abstract ? "@" : ""}${path.bytes}${path.cut ? "..." : ""}`;
  },
  [AF.AF_NETLINK]: (it) => pidIn(memberOf(it, "nl_pid")),
};

const withPort = (address: string | null, port: number | null): string | null =>
  (address === null || port === null ? null : `${address}:${port}`);

/** netlink(7): of a peer port 0 is the kernel; who binds to it lets the kernel choose. */
function pidIn(value: Value | undefined): string | null {
  const pid = smallIn(value);
  return pid === null ? null : `port ${pid}`;
}

/** `inet_addr("127.0.0.1")`, or under `-X raw` the four bytes in quotes. */
function bytesOr(value: Value | undefined, size: number): string | null {
  if (value?.kind === "string" && value.bytes.length === size) {
    return [...value.bytes].map((it) => it.charCodeAt(0)).join(".");
  }
  return addressIn(value);
}

/** `htons(80)`, or under `-X raw` the two bytes in quotes. */
function portIn(value: Value | undefined): number | null {
  if (value?.kind === "string" && value.bytes.length === 2) {
    return value.bytes.charCodeAt(0) * 256 + value.bytes.charCodeAt(1);
  }
  return smallIn(value);
}
