/**
 * Counters that are not of one namespace: /proc/net/softnet_stat, what the receive softirq of each CPU did,
 * machine-wide; and /proc/net/protocols, which counts sockets by namespace, but memory machine-wide.
 * Pure; net/core/net-procfs.c, net/core/sock.c.
 */
import type { Counters } from "./counters.ts";

/**
 * The columns of softnet_stat, in hexadecimal; null: nothing, or nothing any more. Linux 5.10 added the 12th
 * and 13th, 6.10 those behind them. The queues are levels, all else only grows.
 */
const COLUMNS = [
  "processed", "dropped", "time_squeeze", null, null, null, null, null, "cpu_collision",
  "received_rps", "flow_limit_count", "backlog_len", "cpu", "input_qlen", "process_qlen",
] as const;

/** What one CPU did. */
export interface SoftnetRow {
  readonly cpu: number;
  /** `processed`: packets · `time_squeeze`: how often its time was up before its work was done. */
  readonly values: Counters;
}

/** By CPU, those that are online. Before Linux 5.10 a row did not say whose it is: it is its place then. */
export function softnetRows(text: string): readonly SoftnetRow[] {
  return text.split("\n").filter((it) => it !== "").map((line, place) => {
    const words = line.trim().split(/\s+/).map((it) => Number.parseInt(it, 16));
    const told = words.flatMap((value, i) => (COLUMNS[i] ? [[COLUMNS[i], value] as const] : []));
    const { cpu = place, ...values } = Object.fromEntries(told);
    return { cpu, values };
  });
}

/** All CPUs together: `softnet.processed`. */
export function parseSoftnet(text: string): Counters {
  const out: Record<string, number> = {};
  for (const { values } of softnetRows(text)) {
    for (const [key, value] of Object.entries(values)) {
      const name = `softnet.${key}`;
      out[name] = (out[name] ?? 0) + value;
    }
  }
  return out;
}

/**
 * `protocols.TCP.size` (bytes of one socket's struct), `.sockets` (in this namespace), `.memory` (pages, on
 * the machine), `.pressure` (1: memory is short). What a protocol keeps no account of is left out.
 */
export function parseProtocols(text: string): Counters {
  const out: Record<string, number> = {};
  for (const line of text.split("\n").slice(1)) {
    const [name = "", size, sockets, memory, pressure] = line.trim().split(/\s+/);
    if (name === "") continue;
    out[`protocols.${name}.size`] = Number(size);
    out[`protocols.${name}.sockets`] = Number(sockets);
    if (memory !== "-1") out[`protocols.${name}.memory`] = Number(memory);
    if (pressure !== "NI") out[`protocols.${name}.pressure`] = Number(pressure === "yes");
  }
  return out;
}
