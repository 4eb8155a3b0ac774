/**
 * A call with its long strings cut, for lines that do not hold them: strace's `"…"...`, or `"x"×65507` where
 * all bytes are equal.
 */
import { quoted } from "../memory/array.ts";
import type { Arg, Call } from "../sys/decode.ts";
import { endOfRun, type PackedBytes, unpack } from "../sys/packed-bytes.ts";

/** Strings up to so many characters stay whole; longer ones keep this many. */
const LONG = 24;
const KEPT = 16;

export const shortened = (call: Call): Call =>
  ({ ...call, args: call.args.map((it) => ({ ...it, text: shorter(it) })) });

function shorter(arg: Arg): string {
  const isLong = arg.layout === null && arg.text.startsWith('"') && arg.text.length > LONG;
  return (isLong ? uniform(shown(arg)) : null) ?? arg.text.replace(/"((?:[^"\\]|\\.)*)"(?:\.\.\.)?/g, cut);
}

/** The bytes that the argument's text is made from. */
function shown({ flow, before, after, room, wrote }: Arg): Uint8Array {
  const packed: PackedBytes = (flow === "in" ? before : after ?? before) ?? "";
  return unpack(packed).subarray(0, flow === "in" ? room : wrote);
}

function uniform(bytes: Uint8Array): string | null {
  const first = bytes[0];
  if (first === undefined || endOfRun(bytes, 0) < bytes.length) return null;
  return `${quoted(String.fromCharCode(first))}×${bytes.length}`;
}

/** Cut between characters, an escape being one. */
function cut(whole: string, inside: string): string {
  if (inside.length <= LONG) return whole;
  const kept: string[] = inside.match(/\\(?:[0-7]{1,3}|.)|[^\\]/g) ?? [];
  let length = kept.length;
  while (kept.slice(0, length).join("").length > KEPT) length--;
  return `"${kept.slice(0, length).join("")}"...`;
}
