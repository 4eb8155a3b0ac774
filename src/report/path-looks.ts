/** When the steps of a path were seen: of the call that shows most, with tracing on. Told, never judged. */
import type { Step } from "../kernel/path.ts";
import type { Line } from "./line.ts";
import { inset } from "./line.ts";
import type { Walk } from "./path-lines.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/** Below so many columns there is no column of times. */
const ROOM = 80;

/** `12.4 µs`: a tenth of a microsecond is more than tracing leaves sure. */
const micros = (ns: number): string => `${(ns / 1000).toFixed(1)} µs`;

/** A column before the marks: a time stands where steps begin that were seen later than the one above. */
export function gutterOf({ path: { steps }, seen }: Walk, { width, text }: Pen): readonly string[] {
  const shown = seen?.shown ?? null;
  if (shown === null || width < ROOM) return steps.map(() => "");
  const when = new Map(shown.looks.flatMap((it) => it.steps.map((step) => [step as Step, micros(it.after)])));
  const cells = steps.map((it) => text(when.get(it) ?? ""));
  let above = "";
  const kept = cells.map((it) => {
    const told = it === above ? "" : it;
    if (it !== "") above = it;
    return told;
  });
  const wide = Math.max(...kept.map((it) => it.length));
  return kept.map((it) => `${it.padStart(wide)}  `);
}

/** A line for each stack that showed more: when, how long after the one before, at which tracepoint, what. */
export function looksLines({ seen, path }: Walk, experiment: string, pen: Pen): readonly Line[] {
  const { text, width } = pen;
  const shown = seen?.shown ?? null;
  if (shown === null) return inset(2, words(text(`none of it was seen in ${experiment}`), width - 2), "dim");
  const { id, name, enter, exit } = shown.call;
  const whole = exit === null ? "" : `, which took ${micros(exit - enter)}`;
  const says = `Seen in ${experiment}, in its call #${id}, ${name}${whole}. Times are since the call `
    + "entered, of this one run with tracing on: by then a step had begun.";
  const rows = shown.looks.map(({ at, after, steps }, i) => {
    const before = shown.looks[i - 1];
    const more = before === undefined ? "" : `+${micros(after - before.after)}`;
    return { cells: [micros(after), more, at], steps };
  });
  const wide = [0, 1, 2].map((i) => Math.max(...rows.map(({ cells }) => cells[i]!.length)));
  const here = new Set(shown.looks.flatMap((it) => it.steps));
  const others = [...(seen?.steps ?? [])].filter(([it]) => !here.has(it));
  const elsewhere = others.map(([it, { call, at }]) => `${it.fn} in #${call}, at ${at}`);
  return [
    ...inset(2, words(text(says), width - 2), "dim"),
    ...rows.flatMap(({ cells: [after, more, at], steps }) => {
      const start = `${after!.padStart(wide[0]!)}  ${more!.padStart(wide[1]!)}  ${at!.padEnd(wide[2]!)}  `;
      const told = stepsText(steps, path.steps);
      const fits = 4 + start.length + told.length <= width;
      return fits ? inset(4, [text(start + told)]) : [...inset(4, [text(start)]), ...inset(8, [told])];
    }),
    ...(elsewhere.length === 0
      ? [] : inset(4, items(["in other calls:", ...elsewhere], " ", width - 4), "dim")),
  ];
}

/** `8 steps, to __dev_queue_xmit` */
function stepsText(steps: readonly Step[], all: readonly Step[]): string {
  const last = all.findLast((it) => steps.includes(it))?.fn ?? "";
  return steps.length === 1 ? last : `${steps.length} steps, to ${last}`;
}
