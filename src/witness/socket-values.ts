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

/**
 * Of a listener `queued` (connections to accept) and `backlog`. Of a connection `recv_q` (unread bytes) and
 * `send_q` (bytes not acknowledged), then what struct tcp_info says. Of UDP the same two, which are memory
 * there, and `drops`, in datagrams. In TIME_WAIT nothing.
 */
export function valuesOf(it: Diag): Readonly<Record<string, number>> {
  if (it.timer === "timewait") return {};
  if (it.state === "LISTEN") return { queued: it.rqueue, backlog: it.wqueue };
  const out: Record<string, number> = { recv_q: it.rqueue, send_q: it.wqueue };
  if (it.protocol === IPPROTO_UDP && it.memory?.drops !== undefined) out.drops = it.memory.drops;
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
