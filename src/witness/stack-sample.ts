/** The records of stack-ring.ts, decoded: when which thread stood where. perf_event_open(2). */
import {
  PERF_CONTEXT_KERNEL, PERF_CONTEXT_MAX, PERF_RECORD_LOST, PERF_RECORD_SAMPLE,
} from "../abi/constants/perf_event.ts";
import { fieldsOf, parseFormat, type TracepointField } from "./tracepoint-format.ts";
import type { Tracepoint } from "./tracepoints.ts";

/** A thread passed a tracepoint. */
export interface StackSample {
  /** `sock:sk_data_ready`; `user:copy` where a watched buffer was touched. */
  readonly tracepoint: string;
  /** The thread that ran; 0 for one that is in no pid namespace of the reader's. */
  readonly tid: number;
  /** CLOCK_MONOTONIC, in ns. */
  readonly t: bigint;
  /** Where the kernel stood, innermost first: the tracepoint itself, then return addresses. */
  readonly addresses: readonly bigint[];
  /** What the tracepoint tells; of `user:copy` the watched `address`. */
  readonly fields: Readonly<Record<string, number | string>>;
}
/** So many samples did not fit into the ring. */
export interface LostSamples {
  readonly lost: number;
}

/** uapi linux/perf_event.h, PERF_RECORD_SAMPLE, of the sample type that stack-ring.ts asks for. */
const AT = { type: 0, tid: 20, time: 24, address: 32, depth: 40, chain: 48 } as const;
const AT_LOST = 16;

/**
 * Reads a record of a ring. `tracepoints` are those that were opened, by their ids. Null for a record of
 * another kind, and for a tracepoint that is not among them.
 */
export function decodeSample(
  bytes: Uint8Array, tracepoints: ReadonlyMap<number, Tracepoint>,
): StackSample | LostSamples | null {
  const record = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = record.readUInt32LE(AT.type);
  if (type === PERF_RECORD_LOST) return { lost: Number(record.readBigUInt64LE(AT_LOST)) };
  if (type !== PERF_RECORD_SAMPLE) return null;
  const rawAt = AT.chain + 8 * Number(record.readBigUInt64LE(AT.depth));
  const raw = record.subarray(rawAt + 4, rawAt + 4 + record.readUInt32LE(rawAt));
  const told = toldBy(raw, record.readBigUInt64LE(AT.address), tracepoints);
  return told && {
    ...told,
    tid: record.readUInt32LE(AT.tid),
    t: record.readBigUInt64LE(AT.time),
    addresses: kernelAddresses(record.subarray(AT.chain, rawAt)),
  };
}

/** A watched place has no record of its own: four zeros stand there, and no tracepoint has the id 0. */
function toldBy(
  raw: Buffer, address: bigint, tracepoints: ReadonlyMap<number, Tracepoint>,
): Pick<StackSample, "tracepoint" | "fields"> | null {
  const id = raw.readUInt16LE(0);
  if (id === 0) return { tracepoint: "user:copy", fields: { address: `0x${address.toString(16)}` } };
  const tracepoint = tracepoints.get(id);
  return tracepoint === undefined ? null
    : { tracepoint: tracepoint.name, fields: fieldsOf(formatOf(tracepoint), raw) };
}

const formats = new WeakMap<Tracepoint, readonly TracepointField[]>();
function formatOf(tracepoint: Tracepoint): readonly TracepointField[] {
  const fields = formats.get(tracepoint) ?? parseFormat(tracepoint.format);
  formats.set(tracepoint, fields);
  return fields;
}

/** Of a chain what stands behind the marks of the kernel; the marks are numbers that no address reaches. */
function kernelAddresses(chain: Buffer): readonly bigint[] {
  const addresses: bigint[] = [];
  let inKernel = false;
  for (let at = 0; at < chain.length; at += 8) {
    const it = chain.readBigInt64LE(at);
    if (it >= PERF_CONTEXT_MAX && it < 0) inKernel = it === KERNEL;
    else if (inKernel) addresses.push(BigInt.asUintN(64, it));
  }
  return addresses;
}
const KERNEL = BigInt(PERF_CONTEXT_KERNEL);
