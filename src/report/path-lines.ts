/** The way of a call through the kernel: the declared steps, and which of them were seen on a stack. */
import { follow, type Hidden, type KernelPath, type Step } from "../kernel/path.ts";
import { columns } from "./columns.ts";
import { fold } from "./fold.ts";
import { BLANK, flushRight, inset, type Line, piece } from "./line.ts";
import type { Mark, Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/** What is known of a call's path in one run. */
export interface Walk {
  readonly call: string;
  readonly path: KernelPath;
  /** Function names, outermost first, of the stacks seen inside such calls; null where nobody watched. */
  readonly stacks: readonly (readonly string[])[] | null;
  /** A function's declaration as the running kernel has it; answers null where it is not to be shown. */
  readonly prototypes: (fn: string) => string | null;
}

/** Why a step is on no stack. */
const WHY: Readonly<Record<Hidden, string>> = {
  "tail call": "a tail call: never on a stack",
  "inlined":   "inlined: without a frame of its own",
  "unwatched": "nobody watches inside it",
};
/** Below so many columns what a step does stands under it, not beside it. */
const BESIDE = 36;
/** The columns before a step's name, and before what stands under it. */
const MARGIN = 4;
const BELOW = 6;

export function pathLines(walk: Walk, pen: Pen): readonly Line[] {
  const { call, path, stacks } = walk;
  const seen = stacks === null ? null : follow(path, stacks);
  const visible = path.steps.filter((it) => it.hidden === null);
  const count = `${visible.filter((it) => seen?.has(it)).length} of ${visible.length} steps seen`;
  const how = seen === null ? "declared, not watched" : `${count}, at ${path.at.join(", ")}`;
  const title = words(pen.text(`The way of ${call} through the kernel, to ${path.to}`), pen.width - 2);
  const heading = flushRight(inset(2, title, "strong"), piece(pen.text(how), "dim"), pen.width);
  return [...heading, ...path.steps.flatMap((it) => stepLines(it, markOf(it, seen), walk, pen))];
}

const markOf = (step: Step, seen: ReadonlyMap<Step, number> | null): Mark =>
  seen?.has(step) === true ? "seen" : step.hidden !== null ? "hidden" : "declared";

function stepLines(step: Step, mark: Mark, { path, prototypes }: Walk, pen: Pen): readonly Line[] {
  const fn = Math.max(...path.steps.map((it) => columns(it.fn)));
  const file = Math.max(...path.steps.map((it) => columns(it.file)));
  const beside = MARGIN + fn + 2 + file + 2;
  const name = piece(` ${step.fn.padEnd(fn)}  `);
  const head: Line = [piece("  "), pen.mark(mark), name, piece(step.file.padEnd(file), "dim")];
  const room = pen.width - beside >= BESIDE ? pen.width - beside : null;
  const does = prose(step, mark, room ?? pen.width - BELOW, pen);
  const said = room === null ? [head, ...inset(BELOW, does)] : besideHead(head, does, beside);
  return [...said, ...prototypeLines(prototypes(step.fn), pen)];
}

/** What the notes call it, and why it cannot be seen, unless it was: where another tracepoint is watched. */
const asides = ({ hidden, inNote }: Step, mark: Mark): readonly string[] => [
  ...(inNote === null ? [] : [`(in the notes: ${inNote})`]),
  ...(hidden === null || mark === "seen" ? [] : [`(${WHY[hidden]})`]),
];

/** What a step does in lines. An aside stands whole: behind the last line, or on one of its own. */
const prose = (step: Step, mark: Mark, width: number, { text }: Pen): readonly string[] =>
  asides(step, mark).reduce(
    (lines, it) => [...lines.slice(0, -1), ...items([lines.at(-1) ?? "", text(it)], " ", width)],
    words(text(step.does), width),
  );

const besideHead = (head: Line, [first = "", ...more]: readonly string[], beside: number): readonly Line[] =>
  [[...head, piece(`  ${first}`)], ...inset(beside, more)];

const prototypeLines = (prototype: string | null, { width, text }: Pen): readonly Line[] =>
  prototype === null ? [] : inset(BELOW, fold(text(prototype), width - BELOW), "dim");

/** Several paths, with a blank line between two. */
export const pathsLines = (walks: readonly Walk[], pen: Pen): readonly Line[] =>
  walks.flatMap((walk, i) => [...(i === 0 ? [] : [BLANK]), ...pathLines(walk, pen)]);
