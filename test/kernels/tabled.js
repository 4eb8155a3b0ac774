/** What `netlab path tables --json` in a guest found in the tables of functions. */
import { broken } from "./verdicts.js";

/**
 * → {proven: slots that were read and hold what is declared, refuted: slots that contradict it, unknown: those
 * that nobody could read, broken, items}, as verdicts.js has it. An ordinary user can read none: there what the
 * types and symbols say has to agree.
 */
export function tabled({ who, code, events, said }) {
  const told = (said ?? "").split("\n").filter((it) => it !== "");
  if (code !== 0 || !events) return broken(`netlab path tables ended with ${code}`, told);
  const tables = events.trim().split("\n").map((it) => JSON.parse(it));
  const slots = tables.flatMap(({ name, why, slots: all }) => all.map((it) => ({ of: name, why, ...it })));
  const declared = slots.filter(({ fn }) => fn !== null);
  const items = declared.flatMap(({ of, slot, fn, wrong, holds, fits, why }) => {
    if (wrong !== null) return [{ verdict: "refuted", of, says: `${slot} is ${fn}`, because: [wrong] }];
    if (holds === fn || (who !== "root" && fits === true)) return [];
    return [{ verdict: "unknown", of, says: `${slot} is ${fn}`, because: [why ?? "the kernel has no such slot"] }];
  });
  const count = (verdict) => items.filter((it) => it.verdict === verdict).length;
  const proven = declared.length - items.length;
  return { proven, refuted: count("refuted"), unknown: count("unknown"), broken: 0, items };
}
