/** What netlab on this machine makes of the events of a run in a guest. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ran } from "./programs.js";

/** Exit codes of a netlab that came to its end. */
const ENDED = [0, 1, 2, 70, 77];
/** What a finding is listed as, with what is said of it. */
const LISTED = {
  refuted: ({ evidence }) => evidence,
  unknown: ({ why }) => [why],
};

/**
 * Judges a run as guestIn tells it, with the netlab of a folder; `file` is where its events are written
 * → {proven, refuted, unknown, broken: how many, items: [{verdict, of, says, because: lines}]}.
 */
export async function judged(run, netlab, file) {
  writeFileSync(file, run.events ?? "");
  if (run.events === null) return broken("its events did not arrive whole", said(run));
  if (run.events === "") return broken(`netlab ended with ${run.code}, and told no events`, said(run));
  const words = [join(netlab, "bin/netlab.cjs"), "judge", file, "--json", "--accept-unknown"];
  const { out, err, code } = await ran(process.execPath, words);
  if (!ENDED.includes(code)) return broken("netlab judge cannot read its events", [err.trim()]);
  const verdicts = verdictsIn(out);
  if (ENDED.includes(run.code)) return verdicts;
  const item = { verdict: "broken", of: "netlab", says: `it ended with ${run.code}`, because: said(run) };
  return { ...verdicts, broken: verdicts.broken + 1, items: [...verdicts.items, item] };
}

/** The verdicts of an event stream. What cannot run here counts as one unknown. */
export function verdictsIn(stream) {
  const events = stream.split("\n").filter((it) => it.startsWith("{")).map((it) => JSON.parse(it));
  const findings = events.filter(({ type }) => type === "finding");
  const failed = events.filter(({ type, broke }) => type === "end" && broke !== null);
  const items = [
    ...findings.filter(({ verdict }) => verdict in LISTED).map((it) =>
      ({ verdict: it.verdict, of: it.experiment, says: it.claim, because: LISTED[it.verdict](it) })),
    ...failed.map(({ experiment, broke: { how, message } }) => (how === "cannot"
      ? { verdict: "unknown", of: experiment, says: "it cannot run there", because: [message] }
      : { verdict: "broken", of: experiment, says: how, because: [message] })),
  ];
  const count = (verdict) => items.filter((it) => it.verdict === verdict).length;
  const proven = findings.filter(({ verdict }) => verdict === "proven").length;
  return { proven, refuted: count("refuted"), unknown: count("unknown"), broken: count("broken"), items };
}

/** Of what gave no events at all. */
export function broken(says, because) {
  const item = { verdict: "broken", of: "netlab", says, because };
  return { proven: 0, refuted: 0, unknown: 0, broken: 1, items: [item] };
}

const said = (run) => (run.said ?? "").split("\n").filter((it) => it !== "");
