/** A socket of a log in words: what it is, where it came from, where it leads. */
import type { Origin, Socket } from "../lab/explain/sockets.ts";
import { counted } from "./counted.ts";

const CAME: Readonly<Record<Origin, string>> = {
  socket: "made", socketpair: "made as one of a pair", accept: "accepted", before: "first seen",
};

/** `a TCP socket, made at line 12, connected to 127.0.0.1:80`, as it is at this line. */
export function socketText(it: Socket, line: number): string {
  const from = it.line === line ? [] : [`${CAME[it.origin]} at line ${it.line}`];
  return [whatText(it), ...from, ...placeText(it)].join(", ");
}

/** `a TCP socket` */
const whatText = ({ kind: { text } }: Socket): string =>
  (text === null ? "a socket" : `${/^[AEIOaeio]/.test(text) ? "an" : "a"} ${text} socket`);

/** What it listens on, is connected to, or has for a name. */
function placeText({ state, origin, local, peer }: Socket): readonly string[] {
  if (state === "listening") return [local === null ? "listening" : `listening on ${local}`];
  if (origin === "accept") return peer === null ? [] : [`from ${peer}`];
  if (state === "connecting") return [`connecting to ${peer ?? "its peer"}`];
  if (peer !== null) return [`connected to ${peer}`];
  return local === null ? [] : [`bound to ${local}`];
}

/** Where a socket leads: `127.0.0.1:40000 → 127.0.0.1:80`. */
export function wayText({ state, local, peer }: Socket): string {
  if (state === "listening") return `listens on ${local ?? "an address that the log does not say"}`;
  if (peer === null) return local === null ? "" : `bound to ${local}`;
  return local === null ? `→ ${peer}` : `${local} → ${peer}`;
}

/** What passed through it: bytes, connections. */
export function trafficText({ sent, received, accepted, state }: Socket): readonly string[] {
  if (state === "listening") return [`accepted ${counted(accepted)}`];
  return sent + received === 0 ? [] : [`sent ${counted(sent)}`, `received ${counted(received)}`];
}

const END = {
  closed: (line: number) => `closed at line ${line}`,
  before: (line: number) => `closed before line ${line}`,
  exit:   (line: number) => `closed when its process ended, line ${line}`,
  exec:   (line: number) => `closed by execve, line ${line}`,
} as const;
const troubleText = ({ call, to, line, errno }: NonNullable<Socket["trouble"]>): string =>
  `${call} ${to === null ? "" : `to ${to} `}failed at line ${line}: ${errno}`;

/** How its life went on and ended. */
export const endText = ({ trouble, eof, ended }: Socket): readonly string[] => [
  ...(trouble === null ? [] : [troubleText(trouble)]),
  ...(eof === null ? [] : [`its peer was done at line ${eof}`]),
  ended === null ? "still open" : END[ended.how](ended.line),
];

/** `3 TCP, 1 unix stream` */
export const kindsText = (kinds: ReadonlyMap<string, number>): string =>
  [...kinds].filter(([, count]) => count > 0)
    .map(([kind, count]) => `${counted(count)} ${kind === "" ? "of unknown kind" : kind}`).join(", ");
