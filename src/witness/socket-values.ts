/** What is kept of a socket besides its state: counts and sizes. Times are left out: each run has others. */
import { IPPROTO_TCP, IPPROTO_UDP } from "../abi/constants/in.ts";
import { tcpInfoOf } from "../abi/structs/tcp.ts";
import { bytesOf } from "../memory/memory.ts";
import type { Field } from "../memory/struct.ts";
import type { Diag } from "./diag-answer.ts";

/** Fields of struct tcp_info, without their tcpi_. Those that this kernel does not fill are left out. */
const TOLD = [
  "retransmits", "probes", "unacked", "sacked", "lost", "retrans", "total_retrans",
  "snd_cwnd", "snd_ssthresh", "snd_mss", "snd_wnd", "rcv_mss", "rcv_space", "rcv_wnd", "rcv_ooopack",
  "notsent_bytes", "bytes_sent", "bytes_acked", "bytes_received", "bytes_retrans", "segs_in", "segs_out",
] as const;

/** Of the socket's memory, in bytes: what arrived, what is to leave, and the limits of both. */
const HELD = ["rmem_alloc", "rcvbuf", "wmem_queued", "sndbuf"] as const;

/**
 * Of a listener `queued` (connections to accept), `backlog`, and `half_open`, which it is told. Of a
 * connection `recv_q` (unread bytes) and `send_q` (bytes not acknowledged), its memory, then what struct
 * tcp_info says. Of UDP the same two, which are memory there, and `drops`, in datagrams. In TIME_WAIT
 * nothing.
 */
export function valuesOf(it: Diag, halfOpen = 0): Readonly<Record<string, number>> {
  if (it.timer === "timewait") return {};
  if (it.state === "LISTEN") return { queued: it.rqueue, backlog: it.wqueue, half_open: halfOpen };
  const out: Record<string, number> = { recv_q: it.rqueue, send_q: it.wqueue };
  for (const name of it.protocol === IPPROTO_UDP ? (["drops"] as const) : HELD) {
    const value = it.memory?.[name];
    if (value !== undefined) out[name] = value;
  }
  if (it.protocol === IPPROTO_TCP) out.retransmits = it.retrans;
  if (it.info !== null) tell(it.info, out);
  return out;
}

function tell(info: Uint8Array, out: Record<string, number>): void {
  const memory = bytesOf(info);
  for (const { name, offset, type } of fieldsOf(info.length)) out[name] = Number(type.read(memory, offset));
}

/** Those of TOLD that lie within so many bytes. */
function fieldsOf(length: number): readonly Field[] {
  const found = known.get(length);
  if (found !== undefined) return found;
  const all = new Map(tcpInfoOf(length)?.fields.map((it) => [it.name, it]));
  const fields = TOLD.flatMap((name) => {
    const field = all.get(`tcpi_${name}`);
    return field === undefined ? [] : [{ ...field, name }];
  });
  known.set(length, fields);
  return fields;
}
const known = new Map<number, readonly Field[]>();
