/** `netlab compare` without names: what can be compared. */
import { columns } from "../report/columns.ts";
import { BLANK, indented, inset, type Line, piece } from "../report/line.ts";
import { type Pen, pen } from "../report/pen.ts";
import { items, words } from "../report/words.ts";
import { candidates, jobNamed } from "./contenders.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";

interface Row {
  readonly job: string;
  readonly asks: string;
  /** Name → the experiment that bears it. */
  readonly names: Readonly<Record<string, string>>;
}

/** A job a row, with those that do it. */
export async function list(
  shell: Shell, { json, ...look }: LookOptions & { json?: boolean },
): Promise<number> {
  const known = await candidates();
  const rows = [...new Set(known.map((it) => it.job.name))].map((job): Row => {
    const own = known.filter((it) => it.job.name === job);
    const names = Object.fromEntries(own.map((it) => [it.job.as, it.experiment.name]));
    return { job, asks: jobNamed(job).asks, names };
  });
  const paper = pen(styleOf(look));
  shell.out.write(json ? rows.map((it) => `${JSON.stringify(it)}\n`).join("") : paper.print([
    [piece("each does one job in several ways", "strong")], BLANK,
    ...rows.flatMap((it) => rowLines(it, paper)), BLANK,
    ...hint(paper),
  ]));
  return 0;
}

function rowLines({ asks, names }: Row, { width, text }: Pen): readonly Line[] {
  const wide = Math.max(...Object.keys(names).map(columns)) + 2;
  return [
    ...inset(2, words(text(asks), width - 2)),
    ...Object.entries(names).map(([as, experiment]): Line =>
      indented(4, [piece(text(as).padEnd(wide), "strong"), piece(experiment, "dim")])),
  ];
}

const hint = ({ width, text }: Pen): readonly Line[] =>
  items(["netlab compare tcp udp", "netlab compare a.ndjson b.ndjson: two saved runs of one experiment"],
    text(" · "), width - 2).map((it) => indented(2, [piece(it, "dim")]));
