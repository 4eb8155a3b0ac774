/** A way through the kernel: the tree of its steps, and which of them were seen on a stack. */
import { syscalls } from "../abi/syscalls.ts";
import type { PathThen, StepThen } from "../kernel/path-at.ts";
import type { PathSeen } from "../lab/path-seen.ts";
import { columns } from "./columns.ts";
import { fold } from "./fold.ts";
import { flushRight, indented, inset, type Line, piece } from "./line.ts";
import { isVisible } from "./path-asides.ts";
import { gutterOf } from "./path-looks.ts";
import { stepProse } from "./path-prose.ts";
import { type Branch, branches } from "./path-tree.ts";
import type { Mark, Pen } from "./pen.ts";
import { words } from "./words.ts";

/** What is known of a path, in one run or in none. */
export interface Walk {
  /** What takes it: a call, "sendto", or its own name, "receive". */
  readonly way: string;
  /** Inside which calls it was looked for: "connect". */
  readonly inside?: string;
  /** What `netlab path` calls it: "udp sendto"; null where it does not know it. */
  readonly name: string | null;
  readonly path: PathThen;
  /** Null where nobody watched. */
  readonly seen: PathSeen | null;
  /** A function's declaration as the running kernel has it; answers null where it is not to be shown. */
  readonly prototypes: (fn: string) => string | null;
  /** Why a step was not seen that can be; null where that cannot be told. */
  readonly missing?: (step: StepThen) => string | null;
  /** What the reader has to know of it before. */
  readonly remarks?: readonly string[];
  /** Whether it is said how long after the call's beginning each step was seen. */
  readonly timed?: boolean;
}

/** The call that a function is the entry of. */
const ENTRY = /^__(?:x64|arm64)_sys_(\w+)$/;
/** Below so many columns what a step does stands under it, not beside it. */
const BESIDE = 36;
/** And where it stands under it, below so many columns the steps stand less far apart. */
const UNDER = 28;
/** What stands around the name of a pointer, where that has a line of its own. */
const BY = 6;
/** The columns before a step's mark, and its mark with a space. */
const MARGIN = 2;
const MARK = 2;

export function pathLines(walk: Walk, pen: Pen): readonly Line[] {
  return [...headingLines(walk, pen), ...stepsLines(walk, pen)];
}

/** Its tree alone. */
export function stepsLines(walk: Walk, pen: Pen): readonly Line[] {
  const { steps } = walk.path;
  const times = walk.timed === true ? gutterOf(walk, pen) : steps.map(() => "");
  const layout = layoutOf(walk, MARGIN + columns(times[0] ?? "") + MARK, pen);
  return steps.flatMap((step, i) => stepLines(step, times[i]!, layout.tree[i]!, layout, walk, pen));
}

/** What it is and what of it was seen. */
export function headingLines({ way, inside, path, seen, remarks = [] }: Walk, pen: Pen): readonly Line[] {
  const { text, width } = pen;
  const call = Object.hasOwn(syscalls, way) ? way : ENTRY.exec(path.steps[0]!.fn)?.[1];
  const where = inside === undefined || call !== undefined ? "" : `, in ${inside}`;
  const through = call === undefined
    ? `The way “${way}” through the kernel${where}, from ${path.steps[0]!.fn} to ${path.to}`
    : `The way of ${call} through the kernel, to ${path.to}`;
  const title = inset(MARGIN, words(text(through), width - MARGIN), "strong");
  const how = seen === null ? "declared, not watched" : `${countText(path, seen)}, at ${path.at.join(", ")}`;
  return [
    ...flushRight(title, piece(text(how), "dim"), width),
    ...remarks.flatMap((it) => inset(MARGIN, words(text(it), width - MARGIN), "dim")),
  ];
}

/** `13 of 13 that can be seen, 3 hidden`: of the hidden ones too, if some were seen after all. */
export function countText({ steps }: PathThen, { steps: seen }: PathSeen): string {
  const visible = steps.filter(isVisible);
  const hidden = steps.filter((it) => !isVisible(it));
  const against = hidden.filter((it) => seen.has(it)).length;
  const rest = hidden.length === 0 ? "" : `, ${hidden.length} hidden`;
  const count = `${visible.filter((it) => seen.has(it)).length} of ${visible.length} that can be seen${rest}`;
  return against === 0 ? count : `${count} (${against} seen)`;
}

/** What its mark says. */
export const markOf = (step: StepThen, seen: PathSeen | null): Mark =>
  (seen?.steps.has(step) === true ? "seen" : isVisible(step) ? "declared" : "hidden");

/** Where everything stands. `does`: the column of what a step does, beside it; null: it stands under it. */
interface Layout {
  readonly tree: readonly Branch[];
  readonly margin: number;
  readonly names: number;
  readonly files: number;
  readonly does: number | null;
}

/** Beside each step where there is room, with steps as far apart as there is room for. */
function layoutOf({ path: { steps } }: Walk, margin: number, pen: Pen): Layout {
  const files = Math.max(...steps.map((it) => columns(it.file)));
  const layouts = ([2, 1] as const).map((by) => {
    const tree = branches(steps.map((it) => it.depth), by, pen);
    const names = Math.max(...steps.map((it, i) => columns(tree[i]!.before) + columns(it.fn)));
    const fits = steps.every((it, i) =>
      pen.width - margin - columns(tree[i]!.below) - 1 >= Math.max(UNDER, columns(it.by ?? "") + BY));
    return { tree, margin, names, files, does: margin + names + 2 + files + 2, fits };
  });
  const beside = layouts.find(({ does }) => pen.width - does >= BESIDE);
  if (beside !== undefined) return beside;
  const below = layouts.find(({ fits }) => fits) ?? layouts[1]!;
  return { ...below, names: Math.min(below.names, pen.width - margin - files - 2), does: null };
}

function stepLines(
  step: StepThen, time: string, { before, below }: Branch, layout: Layout, walk: Walk, pen: Pen,
): readonly Line[] {
  const { margin, names, files, does } = layout;
  const name = piece(step.fn.padEnd(Math.max(0, names - columns(before))));
  const isLong = columns(before) + columns(step.fn) > names;
  const file = piece(isLong ? "" : `  ${step.file.padEnd(files)}`, "dim");
  const head: Line = [piece(" ".repeat(MARGIN)), piece(time, "dim"), pen.mark(markOf(step, walk.seen)),
    piece(" "), piece(before, "dim"), name, file];
  const under = margin + columns(below) + 1;
  /** A line below the step, with the tree's lines on its left. */
  const rail = (line: Line, at = under): Line =>
    [...indented(margin, [piece(below, "dim")]), piece(" ".repeat(at - under + 1)), ...line];
  const prose = stepProse(step, walk, { width: pen.width - (does ?? under), file: isLong }, pen);
  const said = does === null
    ? [head, ...prose.map((it) => rail(it))]
    : prose.map((it, i) => (i === 0 ? [...head, piece("  "), ...it] : rail(it, does)));
  const declared = prototypeLines(walk.prototypes(step.fn), pen.width - under, pen);
  return [...said, ...declared.map((it) => (typeof it === "string" ? rail([piece(it, "dim")]) : it))];
}

/**
 * Text beside the tree's lines; where a field is too long for that, lines that begin further left, and where
 * it is too long for the screen, broken at spaces.
 */
function prototypeLines(
  prototype: string | null, room: number, { text, width }: Pen,
): readonly (Line | string)[] {
  const folded = prototype === null ? [] : fold(text(prototype), room);
  if (folded.every((it) => columns(it) <= room)) return folded;
  const lines = folded.flatMap((it) => (columns(it) <= width ? [it] : words(it, width)));
  return inset(Math.max(0, width - Math.max(...lines.map(columns))), lines, "dim");
}
