/** Several runs at a glance: a row each, of a mark, the experiment's name, and its verdicts. */
import Table from "cli-table3";
import type { EndEvent } from "../lab/events.ts";
import { EXIT } from "../lab/exit-code.ts";
import { columns } from "./columns.ts";
import { inset } from "./line.ts";
import { type Mark, pen } from "./pen.ts";
import type { Style } from "./style.ts";

/** The mark of a run by its exit code. */
const MARK: Readonly<Record<number, Mark>> = {
  [EXIT.proven]: "proven", [EXIT.unknown]: "unknown", [EXIT.cannot]: "unknown",
};
/** A table without a frame: its rows stand for themselves. */
const FRAMELESS = Object.fromEntries([
  "top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right",
  "left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle",
].map((it) => [it, ""]));

/** Rows of `ends`, as wide as the style says; what a broken run says is wrapped within its column. */
export function verdictTable(ends: readonly EndEvent[], style: Style): string {
  const { width, mark, text, print } = pen(style);
  const inked = (sign: ReturnType<typeof mark>): string => print([[sign]]).trimEnd();
  const signs = ends.map((it) => mark(MARK[it.exit] ?? "refuted"));
  const sign = Math.max(...signs.map((it) => columns(it.text))) + 1;
  const name = Math.max(...ends.map((it) => columns(text(it.experiment)))) + 2;
  const table = new Table({
    chars: FRAMELESS, wordWrap: true, colWidths: [sign, name, width - 2 - sign - name],
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
  });
  table.push(...ends.map((it, i) => [inked(signs[i]!), text(it.experiment), text(verdicts(it))]));
  return inset(2, table.toString().split("\n"))
    .map((line) => `${line.map(({ text: it }) => it).join("").trimEnd()}\n`)
    .join("");
}

/** `6 proven`, `5 proven, 1 refuted`, `broke: …` */
function verdicts({ broke, proven, refuted, unknown }: EndEvent): string {
  if (broke !== null) return `${broke.how === "cannot" ? "cannot run here" : "broke"}: ${broke.message}`;
  const counts = [[proven, "proven"], [refuted, "refuted"], [unknown, "unknown"]] as const;
  return counts.filter(([n], i) => n > 0 || i === 0).map(([n, what]) => `${n} ${what}`).join(", ");
}
