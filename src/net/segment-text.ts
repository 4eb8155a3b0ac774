/** Segments in the words that experiments write them in. */
import {
  TCPOPT_MSS, TCPOPT_SACK, TCPOPT_SACK_PERM, TCPOPT_TIMESTAMP, TCPOPT_WINDOW,
} from "../abi/constants/tcp.ts";
import type { TcpOption } from "../abi/headers/tcp-options.ts";
import type { Segment } from "./segment.ts";

/** Longer payload is told by its length. */
const SHORT = 32;

/** What is named of a segment: `data(1460, { seq: 2920 })`. */
export function segmentText(it: Segment): string {
  const word = wordOf(it);
  const [first, said] = FIRST[word]?.(it) ?? [undefined, ""];
  const numbers = (["seq", "ack", "window", "urgent", "length", "port"] as const)
    .filter((name) => it[name] !== undefined && name !== said && !(name === "length" && it.length === 0))
    .map((name) => `${name}: ${it[name]}`);
  const options = it.options?.length ? [`options: [${it.options.map(optionText).join(", ")}]`] : [];
  const rest = [...numbers, ...options, ...(it.badChecksum ? ["badChecksum: true"] : [])];
  const parts = [first, rest.length > 0 ? `{ ${rest.join(", ")} }` : undefined];
  return `${word}(${parts.filter((part) => part !== undefined).join(", ")})`;
}

/** A payload, or its beginning: `"Hello"`. */
export const payloadText = (it: string): string =>
  it.length > SHORT ? `${JSON.stringify(it.slice(0, SHORT))}…` : JSON.stringify(it);

/** `mss(1460)`; an option that has no word by its kind. */
export const optionText = ([kind, { bytes }]: TcpOption): string =>
  OPTIONS[kind]?.(bytes) ?? `option ${kind} of ${bytes.length} bytes`;

type Word = "syn" | "synAck" | "fin" | "rst" | "data" | "ack";
function wordOf({ flags, length = 0 }: Segment): Word {
  if (flags.includes("SYN")) return flags.includes("ACK") ? "synAck" : "syn";
  if (flags.includes("RST")) return "rst";
  if (flags.includes("FIN")) return "fin";
  return length > 0 ? "data" : "ack";
}

type First = readonly [text: string | undefined, of: string];
/** What a word is given before the rest. */
const FIRST: { readonly [W in Word]?: (it: Segment) => First } = {
  ack:  ({ ack }) => [ack === undefined ? undefined : String(ack), "ack"],
  data: ({ payload, length = 0 }) =>
    [payload !== undefined && length <= SHORT ? payloadText(payload) : String(length), "length"],
};

const OPTIONS: Readonly<Record<number, (bytes: Buffer) => string>> = {
  [TCPOPT_MSS]:       (it) => `mss(${it.readUInt16BE()})`,
  [TCPOPT_WINDOW]:    (it) => `wscale(${it.readUInt8()})`,
  [TCPOPT_SACK_PERM]: () => "sackOk",
  [TCPOPT_TIMESTAMP]: (it) => `timestamps(${it.readUInt32BE(0)}, ${it.readUInt32BE(4)})`,
  [TCPOPT_SACK]:      (it) => `sack([${blocks(it).map((block) => `[${block.join(", ")}]`).join(", ")}])`,
};
const blocks = (it: Buffer): readonly (readonly number[])[] =>
  Array.from({ length: it.length >> 3 }, (_, i) => [it.readInt32BE(i * 8), it.readInt32BE(i * 8 + 4)]);
