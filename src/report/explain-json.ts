/**
 * A log of strace's as data: an object for each of its lines, whatever stands on it, and one for all of them.
 * Unlike the report it says of every line all that is known. schema/explain-1.json describes it.
 */
import { type Explained, type Explainer, experimentsFor } from "../lab/explain/explainer.ts";
import { namesOf } from "../lab/explain/names.ts";
import type { Socket } from "../lab/explain/sockets.ts";
import { type StructSeen, structsOf } from "../lab/explain/structs.ts";
import { POISON } from "../memory/memory.ts";
import { spans } from "../memory/spans.ts";
import type { StraceCall } from "../witness/strace-entry.ts";
import { escapeControl } from "./ndjson.ts";

/** The version of what is written. */
export const EXPLAIN_SCHEMA = 1;

/** One line of a log; `arch` as Node names the machine that made the calls. */
export function explainedJson(it: Explained, arch: string): string {
  const { entry, about, call, socket, among, advice, way, topic } = it;
  const isDone = call !== null && entry.kind !== "begun" && entry.kind !== "end";
  const isOurs = isDone && about !== null;
  return line({
    type: "line", line: entry.line, kind: entry.kind, text: entry.raw, about,
    pid: "dress" in entry ? entry.dress.pid : null,
    call: call === null ? null : calledJson(call),
    socket: socket === null ? null : socketJson(socket),
    among: among.map(({ id }) => id),
    structs: isOurs ? structsOf(call, arch).map(structJson) : [],
    names: isOurs ? namesOf(call) : [],
    advice, path: way?.name ?? null,
    experiments: topic === null ? [] : experimentsFor(topic),
  });
}

/** The last object: all lines in sum. */
export const summaryJson = ({ tally, sockets }: Explainer): string => line({
  type: "sum", schema: EXPLAIN_SCHEMA,
  lines: tally.lines, calls: tally.calls, strange: tally.strange, slow: tally.slow,
  processes: tally.processes, moreProcesses: tally.more,
  sockets: sockets.kept.map(socketJson), moreSockets: sockets.count - sockets.kept.length,
  errors: tally.errors.map(([what, count]) => {
    const [call, errno] = what.split(" ");
    return { call, errno, count };
  }),
});

const line = (it: object): string => `${escapeControl(JSON.stringify(it))}\n`;

const calledJson = ({ name, result, spent, lines, missing }: StraceCall): object => ({
  name, result: result?.source ?? null, errno: result?.errno ?? null, seconds: spent?.seconds ?? null,
  lines, missing,
});

const socketJson = (it: Socket): object => ({
  id: it.id, line: it.line, origin: it.origin, pid: it.pid, protocol: it.kind.protocol, kind: it.kind.text,
  state: it.state, local: it.local, peer: it.peer, sent: it.sent, received: it.received,
  accepted: it.accepted, eof: it.eof, trouble: it.trouble, ended: it.ended,
});

/** `bytes` in hexadecimal, `..` for each that the log does not say. */
const structJson = ({ path, layout, memory }: StructSeen): object => ({
  path, struct: layout.name, size: memory.length,
  bytes: [...memory.bytes].map((it) => (it === POISON ? ".." : it.toString(16).padStart(2, "0"))).join(""),
  members: spans(memory, layout).filter(({ kind }) => kind !== "hole")
    .map(({ offset, length, kind, label, shown }) =>
      ({ name: label, offset, length, value: kind === "field" ? shown : null })),
});
