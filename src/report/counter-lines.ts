/** By how much the kernel's counters changed in a scene. */
import type { CounterEvent } from "../lab/events.ts";
import { counted } from "./counted.ts";
import { labelled } from "./labelled.ts";
import type { Line } from "./line.ts";
import type { Pen } from "./pen.ts";

/** Protocols before IP, which all of them use; "" stands for what is not named. */
const ORDER: readonly string[] = [
  "Tcp", "Udp", "UdpLite", "Icmp", "TcpExt", "MPTcpExt", "", "Ip", "IpExt", "sockstat",
];

function rank(counter: string): number {
  const at = ORDER.indexOf(counter.split(".")[0] ?? "");
  return at < 0 ? ORDER.indexOf("") : at;
}

/** Names of counters in the order in which they are told. */
export const ranked = (counters: readonly string[]): readonly string[] =>
  counters.toSorted((a, b) => rank(a) - rank(b));

/**
 * One line, of those that come first in the order; all of them where `whole`. What stood there when the run
 * began is not shown.
 */
export function counterLines({ scene, values }: CounterEvent, whole: boolean, pen: Pen): readonly Line[] {
  if (scene === null) return [];
  const changes = Object.entries(values)
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([name, by]) => `${name} ${by < 0 ? "" : "+"}${counted(by)}`);
  const lines = (shown: number): readonly Line[] => {
    const rest = changes.length - shown;
    const more = rest === 0 ? [] : [`${pen.text("…")} ${rest} more`];
    return labelled("counted", [...changes.slice(0, shown), ...more], pen);
  };
  if (whole) return lines(changes.length);
  const fitting = changes.findLastIndex((_, i) => lines(i + 1).length === 1) + 1;
  return changes.length === 0 ? [] : lines(fitting);
}
