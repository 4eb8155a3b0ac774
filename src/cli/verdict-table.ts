/** Several runs at a glance: a line each. */
import type { EndEvent } from "../lab/events.ts";
import { EXIT } from "../lab/exit-code.ts";
import { columns } from "../report/columns.ts";
import { type Line, piece } from "../report/line.ts";
import { type Mark, pen } from "../report/pen.ts";
import type { Style } from "../report/style.ts";
import { words } from "../report/words.ts";

/** The mark of a run by its exit code. */
const MARK: Readonly<Record<number, Mark>> = { [EXIT.proven]: "proven", [EXIT.unknown]: "unknown", [EXIT.cannot]: "unknown" };

export function verdictTable(ends: readonly EndEvent[], style: Style): string {
  const { width, mark, text, print } = pen(style);
  const name = Math.max(...ends.map((it) => columns(text(it.experiment))));
  return print(ends.flatMap((it): readonly Line[] => {
    const sign = mark(MARK[it.exit] ?? "refuted");
    const margin = 2 + columns(sign.text) + 1 + name + 2;
    const [first = "", ...more] = words(text(verdicts(it)), width - margin);
    const head: Line = [piece("  "), sign, piece(` ${text(it.experiment).padEnd(name)}  ${first}`)];
    return [head, ...more.map((line): Line => [piece(" ".repeat(margin) + line)])];
  }));
}

/** `6 proven`, `5 proven, 1 refuted`, `broke: …` */
function verdicts({ broke, proven, refuted, unknown }: EndEvent): string {
  if (broke !== null) return `${broke.how === "cannot" ? "cannot run here" : "broke"}: ${broke.message}`;
  const counts = [[proven, "proven"], [refuted, "refuted"], [unknown, "unknown"]] as const;
  return counts.filter(([n], i) => n > 0 || i === 0).map(([n, what]) => `${n} ${what}`).join(", ");
}
