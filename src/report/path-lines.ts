/** The way of a call through the kernel: the declared steps, and which of them were seen on a stack. */
import { follow, type Hidden, type KernelPath, type Step } from "../kernel/path.ts";
import { columns } from "./columns.ts";
import { fold } from "./fold.ts";
import { BLANK, flushRight, indented, type Line, piece } from "./line.ts";
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
  "tail call":            "a tail call: never on a stack",
  "inlined":              "inlined: without a frame of its own",
  "has returned by then": "has returned by then",
  "leaf":                 "a leaf: nobody watches inside it",
};
/** Below so many columns what a step does stands under it, not beside it. */
const BESIDE = 36;
const MARGIN = 4;

export function pathLines(walk: Walk, pen: Pen): readonly Line[] {
  const { call, path, stacks } = walk;
  const seen = stacks === null ? null : follow(path, stacks);
  const visible = path.steps.filter((it) => it.hidden === null).length;
  const how = seen === null ? "declared, not watched" : `${seen.size} of ${visible} steps seen, at ${path.at.join(", ")}`;
  const title = words(pen.text(`The way of ${call} through the kernel, to ${path.to}`), pen.width - 2).map((it) => indented(2, [piece(it, "strong")]));
  return [...flushRight(title, piece(pen.text(how), "dim"), pen.width), ...path.steps.flatMap((it) => stepLines(it, markOf(it, seen), walk, pen))];
}

const markOf = (step: Step, seen: ReadonlySet<Step> | null): Mark =>
  step.hidden !== null ? "hidden" : seen?.has(step) === true ? "seen" : "declared";

function stepLines(step: Step, mark: Mark, { path, prototypes }: Walk, pen: Pen): readonly Line[] {
  const fn = Math.max(...path.steps.map((it) => columns(it.fn)));
  const file = Math.max(...path.steps.map((it) => columns(it.file)));
  const beside = MARGIN + fn + 2 + file + 2;
  const does = (width: number): readonly string[] => items(said(step).map(pen.text), " ", width);
  const head: Line = [piece("  "), pen.mark(mark), piece(` ${step.fn.padEnd(fn)}  `), piece(step.file.padEnd(file), "dim")];
  return [...(pen.width - beside >= BESIDE ? besideHead(head, does(pen.width - beside), beside) : belowHead(head, does(pen.width - MARGIN - 2))), ...prototypeLines(prototypes(step.fn), pen)];
}

/** What a step does, what the notes call it, why it cannot be seen. */
const said = ({ does, hidden, inNote }: Step): readonly string[] =>
  [does, ...(inNote === null ? [] : [`(in the notes: ${inNote})`]), ...(hidden === null ? [] : [`(${WHY[hidden]})`])];

const besideHead = (head: Line, [first = "", ...more]: readonly string[], beside: number): readonly Line[] =>
  [[...head, piece(`  ${first}`)], ...more.map((it) => indented(beside, [piece(it)]))];

const belowHead = (head: Line, does: readonly string[]): readonly Line[] =>
  [head, ...does.map((it) => indented(MARGIN + 2, [piece(it)]))];

const prototypeLines = (prototype: string | null, { width, text }: Pen): readonly Line[] =>
  prototype === null ? [] : fold(text(prototype), width - MARGIN - 2).map((it) => indented(MARGIN + 2, [piece(it, "dim")]));

/** Several paths, with a blank line between two. */
export const pathsLines = (walks: readonly Walk[], pen: Pen): readonly Line[] =>
  walks.flatMap((walk, i) => [...(i === 0 ? [] : [BLANK]), ...pathLines(walk, pen)]);
