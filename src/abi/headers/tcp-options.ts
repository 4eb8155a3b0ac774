/**
 * TCP options: what follows the header of 20 bytes. RFC 9293 (EOL, NOP, MSS), RFC 7323 (window scale,
 * timestamps), RFC 2018 (SACK).
 */
import { array } from "../../memory/array.ts";
import { be16, be32, u8 } from "../../memory/integer.ts";
import { allocate, type Memory } from "../../memory/memory.ts";
import { type Sequence, sequence } from "../../memory/sequence.ts";
import { struct } from "../../memory/struct.ts";
import { type AnyType, cell } from "../../memory/type.ts";
import {
  TCPOPT_EOL, TCPOPT_MSS, TCPOPT_NOP, TCPOPT_SACK, TCPOPT_SACK_PERM, TCPOPT_TIMESTAMP, TCPOPT_WINDOW,
} from "../constants/tcp.ts";

/** When this segment was sent, and the sender's own stamp that it answers; 8 bytes. */
export const tcp_timestamps = struct("tcp_timestamps", 8, {
  tsval: [0, be32],
  tsecr: [4, be32],
});

/** Bytes that arrived beyond a gap: from start_seq up to, not including, end_seq. 8 bytes. */
export const tcp_sack_block_wire = struct("tcp_sack_block_wire", 8, {
  start_seq: [0, be32],
  end_seq:   [4, be32],
});

/** An option to be laid out: its kind, and what follows kind and length. */
export type TcpOption = readonly [kind: number, payload: Memory];

/** MSS: the most data in one segment that we can take, in bytes. */
export const mss = (bytes: number): TcpOption => [TCPOPT_MSS, cell(be16, bytes)];
/** SACK permitted: we understand SACK. */
export const sackOk: TcpOption = [TCPOPT_SACK_PERM, allocate(0, 0)];
/** Window scale: our windows are to be shifted left by so many bits. */
export const wscale = (shift: number): TcpOption => [TCPOPT_WINDOW, cell(u8, shift)];
/** Timestamps. */
export const timestamps = (tsval: number, tsecr: number): TcpOption =>
  [TCPOPT_TIMESTAMP, tcp_timestamps({ tsval, tsecr }).$];
/** SACK: blocks of bytes that arrived, [start, end). */
export const sack = (blocks: readonly (readonly [start: number, end: number])[]): TcpOption =>
  [TCPOPT_SACK, tcp_sack_block_wire.array(blocks.map(([start_seq, end_seq]) => ({ start_seq, end_seq })))];
/** Nothing, one byte: it moves what follows to a better place. */
export const nop: TcpOption = [TCPOPT_NOP, allocate(0, 0)];

const PAYLOADS: Readonly<Record<number, (length: number) => AnyType>> = {
  [TCPOPT_MSS]:       () => be16,
  [TCPOPT_WINDOW]:    () => u8,
  [TCPOPT_TIMESTAMP]: () => tcp_timestamps,
  [TCPOPT_SACK]:      (length) => array(tcp_sack_block_wire, Math.floor(length / tcp_sack_block_wire.size)),
};

/** Options in a row, by kind. EOL ends the row. */
export const tcpOptions: Sequence<number> = sequence({
  name: "tcp_options", header: 2, align: 1,
  alone: (kind) => kind === TCPOPT_NOP || kind === TCPOPT_EOL,
  read(memory, at) {
    const [kind = TCPOPT_EOL, length = 0] = memory.bytes.subarray(at, at + 2);
    if (kind === TCPOPT_NOP) return { head: kind, length: 1 };
    return kind === TCPOPT_EOL || length < 2 ? null : { head: kind, length };
  },
  write(memory, at, kind, length) {
    memory.bytes[at] = kind;
    if (length > 1) memory.bytes[at + 1] = length;
  },
  payload(kind, length) {
    const type = PAYLOADS[kind]?.(length) ?? null;
    return type !== null && type.size <= length ? type : null;
  },
});

/**
 * Options as a header carries them: filled up to a multiple of 4 bytes with zeros (EOL). More than 40 throw
 * RangeError.
 */
export function optionBytes(options: readonly TcpOption[]): Memory {
  const laid = tcpOptions.make(options);
  if (laid.length > 40) throw new RangeError(`${laid.length} bytes of options: a TCP header has room for 40`);
  const padded = allocate(Math.ceil(laid.length / 4) * 4, 0);
  padded.bytes.set(laid.bytes);
  return padded;
}
