/** Whether a segment that was heard is the one that was expected. */
import type { TcpOption } from "../abi/headers/tcp-options.ts";
import type { Flag, Segment } from "./segment.ts";
import { optionText, payloadText } from "./segment-text.ts";

/**
 * In what the heard segment differs from the wanted one: a phrase for each field that is named; none: it is
 * that one. SYN, FIN, RST are always compared; ACK of all but a RST, which may have it or not; PSH never, for
 * where the kernel sets it is its own business. What names no length has no payload.
 */
export function differences(wanted: Segment, heard: Segment): readonly string[] {
  return [
    ...flagsThatDiffer(wanted.flags, heard.flags),
    ...NUMBERS.filter((name) => wanted[name] !== undefined && !isSame(wanted[name], heard[name]))
      .map((name) => `${name} is ${heard[name] ?? "none"}, not ${wanted[name]}`),
    ...payloadThatDiffers(wanted, heard),
    ...(wanted.options ?? []).flatMap((it) => optionThatDiffers(it, heard.options ?? [])),
  ];
}

const DECISIVE = ["SYN", "FIN", "RST"] as const;
const NUMBERS = ["seq", "ack", "window", "urgent"] as const;
/** Numbers of bytes count modulo 2^32. */
const isSame = (a: number | undefined, b: number | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a >>> 0 === b >>> 0);

function flagsThatDiffer(wanted: readonly Flag[], heard: readonly Flag[]): readonly string[] {
  const compared: readonly Flag[] = wanted.includes("RST") ? DECISIVE : [...DECISIVE, "ACK"];
  const missing = wanted.filter((it) => it !== "PSH" && !heard.includes(it));
  const added = compared.filter((it) => heard.includes(it) && !wanted.includes(it));
  return [...missing.map((it) => `it has no ${it}`), ...added.map((it) => `it has ${it}`)];
}

function payloadThatDiffers(wanted: Segment, heard: Segment): readonly string[] {
  const { payload, length = payload?.length ?? 0 } = wanted;
  if (heard.length !== length) return [`length is ${heard.length}, not ${length}`];
  if (payload === undefined || payload === heard.payload) return [];
  return [`payload is ${payloadText(heard.payload ?? "")}, not ${payloadText(payload)}`];
}

function optionThatDiffers(wanted: TcpOption, heard: readonly TcpOption[]): readonly string[] {
  const [kind, { bytes }] = wanted;
  const found = heard.find((it) => it[0] === kind);
  if (found === undefined) return [`it has no ${optionText(wanted)}`];
  return found[1].bytes.equals(bytes) ? [] : [`it has ${optionText(found)}, not ${optionText(wanted)}`];
}
