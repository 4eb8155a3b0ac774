/**
 * Witness: the kernel's own counters of the run's namespace, read at scene borders.
 * Sources: proc(5), RFC 4293, RFC 4022, RFC 4113.
 */

import { parseProtocols, parseSoftnet } from "./softnet.ts";

export type Counters = Readonly<Record<string, number>>;

/** `Udp.InDatagrams` → 2, from the texts of counter-text.ts. */
export function parseCounters(texts: readonly string[]): Counters {
  const out: Record<string, number> = {};
  for (const row of rowsOf(texts).values()) Object.assign(out, parsed(row));
  return Object.assign(out, machineWide(texts));
}

/** By how much each counter changed between two readings; those that did not are left out. */
export function changedCounters(before: readonly string[], after: readonly string[]): Counters {
  const old = rowsOf(before);
  const out: Record<string, number> = {};
  for (const [head, row] of rowsOf(after)) {
    if (row === old.get(head)) continue;
    addChanges(out, parsed(old.get(head) ?? ""), parsed(row));
  }
  addChanges(out, machineWide(before), machineWide(after));
  return out;
}

function addChanges(out: Record<string, number>, was: Counters, is: Counters): void {
  for (const [name, value] of Object.entries(is)) {
    const by = value - (was[name] ?? 0);
    if (by !== 0) out[name] = by;
  }
}

/** Of a run that was alone: `protocols.TCP.sockets`, `softnet.processed`. */
const machineWide = ([, , , protocols = "", softnet = ""]: readonly string[]): Counters =>
  ({ ...parseProtocols(protocols), ...parseSoftnet(softnet) });

/**
 * What one protocol counts, as the kernel wrote it, by its head: `Udp:` (two lines), `sockstat.TCP:` (one).
 */
function rowsOf([snmp = "", netstat = "", sockstat = ""]: readonly string[]): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  for (const text of [snmp, netstat]) {
    const lines = text.trim().split("\n");
    for (let i = 0; i + 1 < lines.length; i += 2) {
      rows.set(lines[i]!.slice(0, lines[i]!.indexOf(" ")), `${lines[i]}\n${lines[i + 1]}`);
    }
  }
  for (const line of sockstat.trim().split("\n")) {
    rows.set(`sockstat.${line.split(" ", 1)[0]}`, `sockstat.${line}`);
  }
  return rows;
}

/**
 * `Udp: InDatagrams …` above `Udp: 2 …`; or `sockstat.TCP: inuse 5 orphan 0`, which are levels, not counts of
 * what happened.
 */
function parsed(row: string): Counters {
  const [first = "", second] = row.split("\n");
  const [head = "", ...words] = first.trim().split(" ");
  const values = second?.split(" ").slice(1) ?? words.filter((_, i) => i % 2 === 1);
  const names = second === undefined ? words.filter((_, i) => i % 2 === 0) : words;
  const prefix = head.replace(":", ".");
  const out: Record<string, number> = {};
  for (let i = 0; i < values.length; i++) out[prefix + names[i]!] = Number(values[i]);
  return out;
}
