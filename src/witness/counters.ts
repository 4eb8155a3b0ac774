/** Witness: the kernel's own counters of the run's namespace, read at scene borders. Sources: proc(5), RFC 4293, RFC 4022, RFC 4113. */

export type Counters = Readonly<Record<string, number>>;

/** `Udp.InDatagrams` → 2, from the texts of counter-text.ts. */
export function parseCounters(texts: readonly string[]): Counters {
  const [snmp = "", netstat = "", sockstat = ""] = texts;
  return { ...paired(snmp), ...paired(netstat), ...keyed(sockstat) };
}

/** By how much each counter changed; those that did not are left out. */
export const changed = (before: Counters, after: Counters): Counters =>
  Object.fromEntries(Object.entries(after).flatMap(([name, value]) => (value === (before[name] ?? 0) ? [] : [[name, value - (before[name] ?? 0)]])));

/** `Udp: InDatagrams …` above `Udp: 2 …`. */
function paired(text: string): Counters {
  const lines = text.trim().split("\n");
  const out: Record<string, number> = {};
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [head = "", ...names] = lines[i]!.split(" ");
    const [, ...values] = lines[i + 1]!.split(" ");
    names.forEach((name, j) => { out[`${head.replace(":", "")}.${name}`] = Number(values[j]); });
  }
  return out;
}

/** `TCP: inuse 5 orphan 0`. Under `sockstat.`: they are levels, not counts of what happened. */
function keyed(text: string): Counters {
  const out: Record<string, number> = {};
  for (const line of text.trim().split("\n")) {
    const [head = "", ...words] = line.split(/\s+/);
    for (let i = 0; i + 1 < words.length; i += 2) out[`sockstat.${head.replace(":", "")}.${words[i]}`] = Number(words[i + 1]);
  }
  return out;
}
