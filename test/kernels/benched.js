/** What `netlab bench --json` in a guest could measure. How fast it was there says nothing. */
import { broken } from "./verdicts.js";

/**
 * → {proven: lines that were measured, refuted, unknown: those that were not, broken, items}, as verdicts.js has
 * it. There is no compiler in a guest, so nobody misses the C twin. Where a loop is made call by call but not
 * through the gate something broke.
 */
export function benched({ code, events, said }) {
  const told = (said ?? "").split("\n").filter((it) => it !== "");
  if (code !== 0 || !events) return broken(`netlab bench ended with ${code}`, told);
  const lines = JSON.parse(events).loops.flatMap(({ name, lines }) => lines.map((it) => ({ loop: name, ...it })));
  const missing = lines.filter(({ name, rate }) => name !== "c" && rate === null);
  const madeByCall = (loop) => !missing.some((it) => it.loop === loop && it.name === "call");
  const items = missing.map(({ loop, name, why }) => ({
    verdict: name === "prepared" && madeByCall(loop) ? "broken" : "unknown", of: loop, says: name, because: [why],
  }));
  const count = (verdict) => items.filter((it) => it.verdict === verdict).length;
  const proven = lines.filter(({ rate }) => rate !== null).length;
  return { proven, refuted: 0, unknown: count("unknown"), broken: count("broken"), items };
}
