/** What the values of strace's logs are worth: numbers, addresses, text. */
import { constantValue } from "../../abi/constant-value.ts";
import { SO } from "../../abi/constants/socket.ts";
import type { Wide } from "../../memory/integer.ts";
import type { Member, Value } from "../../witness/strace-value.ts";

/**
 * The number that a value is: `3`, `0x2`, `SOCK_STREAM|SOCK_CLOEXEC`, `5<TCP:[12]>`; of a change,
 * `128 => 16`, what it became. Null for what is no number, and for names that netlab does not know.
 */
export function numberIn(value: Value | undefined): Wide | null {
  switch (value?.kind) {
    case "number":
    case "pointer":    return value.value;
    case "symbol":     return constantValue(value.name);
    case "flags":      return together(value.parts.map(numberIn));
    case "descriptor": return numberIn(value.of);
    case "change":     return numberIn(value.after);
    case "call":       return swapped(value.name, value.args);
    case "array":      return value.items.length === 1 ? numberIn(value.items[0]!.value) : null;
    default:           return null;
  }
}

/** The same, where it is a safe integer. */
export function smallIn(value: Value | undefined): number | null {
  const number = numberIn(value);
  return typeof number === "number" ? number : null;
}

function together(parts: readonly (Wide | null)[]): Wide | null {
  if (parts.some((it) => it === null)) return null;
  return Number(parts.reduce<bigint>((sum, it) => sum | BigInt(it!), 0n));
}

/** A port or an ethertype, which a program swaps on its way into the struct: it is the number inside. */
const swapped = (name: string, args: readonly Member[]): Wide | null =>
  (name === "htons" || name === "htonl" ? numberIn(args[0]?.value) : null);

/** The text in quotes, where strace wrote all of it. */
export const wholeText = (value: Value | undefined): string | null =>
  (value?.kind === "string" && !value.cut ? value.bytes : null);

/** The IPv4 or IPv6 address that `inet_addr(…)` or `inet_pton(…)` makes; null for anything else. */
export function addressIn(value: Value | undefined): string | null {
  if (value?.kind !== "call") return null;
  if (value.name === "inet_addr") return wholeText(value.args[0]?.value);
  return value.name === "inet_pton" ? wholeText(value.args[1]?.value) : null;
}

/** The member of a struct by its name; undefined where there is none, or it is no struct. */
export const memberOf = (value: Value | undefined, name: string): Value | undefined =>
  (value?.kind === "struct" ? value.members.find((it) => it.name === name)?.value : undefined);

/** What a value became, where a call changed it; else itself. */
export const settled = (value: Value | undefined): Value | undefined =>
  (value?.kind === "change" ? value.after : value);

/** The error that getsockopt found pending, by the option and its value: `SO_ERROR, [ECONNREFUSED]`. */
export function pendingError(option: Value | undefined, given: Value | undefined): string | null {
  const list = settled(given);
  const only = list?.kind === "array" ? list.items[0]?.value : undefined;
  const isError = smallIn(option) === SO.SO_ERROR && only?.kind === "symbol" && /^E[A-Z]/.test(only.name);
  return isError ? only.name : null;
}
