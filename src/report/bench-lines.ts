/** `netlab bench` as a person reads it: a bar for everybody who makes a loop, and how they compare. */
import type { BenchComparison, BenchLine, BenchLoop, BenchResult, Remark } from "../bench/result.ts";
import { median } from "../bench/statistic.ts";
import { counted, many } from "./counted.ts";
import { BLANK, columnsOf, flushRight, indented, inset, type Line, type Piece, piece } from "./line.ts";
import { type Pen, pen } from "./pen.ts";
import type { Style } from "./style.ts";
import { items, words } from "./words.ts";

/** Columns of who makes a loop, and of how fast. */
const WHO = 24;
const RATE = 12;
/** A longer bar says no more, and a shorter one says nothing. */
const BAR = { most: 60, least: 16 } as const;
/** So wide is the widest comparison: where it has no room beside the bar it stands below. */
const VERDICT = 70;
const MARGIN = 2;

/** The whole result. */
export function benchText(result: BenchResult, style: Style): string {
  const paper = pen(style);
  return paper.print([
    ...heading(result, paper),
    ...result.loops.flatMap((it) => [BLANK, ...loopLines(it, paper)]),
    BLANK, ...explanation(result, paper),
    ...result.remarks.flatMap((it) => remarkLines(it, paper)),
    BLANK, ...summary(result, paper),
  ]);
}

function heading({ payload, machine: it, compiler }: BenchResult, { width, text }: Pen): readonly Line[] {
  const says = `Node through netlab against the same calls in C: ${payload} bytes a packet, on the loopback.`;
  const of = [
    `Linux ${it.kernel} ${it.arch}`, it.cpu, many(it.processors, "processor"), `Node ${it.node}`,
    `netlab ${it.netlab}`, ...(compiler === null ? [] : [compiler]),
  ];
  return [
    ...words(text(says), width).map((line): Line => [piece(line, "strong")]),
    ...items(of.map(text), text(" · "), width).map((line): Line => [piece(line, "dim")]),
  ];
}

function loopLines({ says, unit, lines, comparisons }: BenchLoop, paper: Pen): readonly Line[] {
  const { width, text } = paper;
  const most = Math.max(...lines.map(({ rate }) => rate?.median ?? 0));
  const title = words(text(says), width).map((it): Line => [piece(it, "strong")]);
  const beside = width - MARGIN - WHO - RATE - VERDICT - 2 >= BAR.least;
  const room = width - MARGIN - WHO - RATE - (beside ? VERDICT + 2 : 0);
  const bar = Math.min(BAR.most, room);
  return [
    ...flushRight(title, piece(`${unit} a second`, "dim"), Math.min(width, MARGIN + WHO + bar + RATE)),
    ...lines.flatMap((it) => {
      const drawn = barLine(it, most, bar, paper);
      const verdict = verdictOf(it, comparisons, paper);
      if (verdict === null) return drawn;
      const [sign, text] = verdict;
      if (beside) return [[...drawn[0]!, piece("  "), sign, piece(` ${text}`)]];
      const margin = MARGIN + 2 + columnsOf([sign]) + 1;
      const [first = "", ...more] = words(text, width - margin);
      return [...drawn, indented(MARGIN + 2, [sign, piece(` ${first}`)]), ...inset(margin, more)];
    }),
    ...clockLines(lines, paper),
  ];
}

/** Who, a bar in proportion to the fastest, and how many a second; or why not. */
function barLine({ says, why, rate }: BenchLine, most: number, room: number, { width, text }: Pen): Line[] {
  const who = says.padEnd(WHO);
  if (rate === null) {
    const lines = words(text(`not measured: ${why ?? "no sample was taken"}`), width - MARGIN - WHO);
    return lines.map((it, i) => indented(MARGIN, [piece(i === 0 ? who : " ".repeat(WHO)), piece(it, "dim")]));
  }
  const long = Math.max(1, Math.round((rate.median / most) * room));
  return [indented(MARGIN, [
    piece(who), piece(text("█".repeat(long)) + " ".repeat(room - long)),
    piece(counted(Math.round(rate.median)).padStart(RATE)),
  ])];
}

/** Of netlab against C at netlab's own line; against a library at the library's. */
function verdictOf(
  { name }: BenchLine, comparisons: readonly BenchComparison[], { text, mark }: Pen,
): readonly [sign: Piece, text: string] | null {
  const found = comparisons.find(({ of, against }) => (against === "c" ? of === name : against === name));
  if (found === undefined || found.ratio === null) return null;
  const { against, ratio: { median: middle, quartiles: [low, high] }, target, reached } = found;
  const spread = `(${two(low)}…${two(high)})`;
  const c = comparisons.find((it) => it.of === "c" && it.against === name)?.ratio ?? null;
  const best = c === null ? "" : `, C ${two(c.median)}×`;
  const who = against === "c" ? `${two(middle)}× C ${spread}`
    : `netlab ${two(middle)}× this ${spread}${best}`;
  if (target === null) return [piece(" ".repeat(columnsOf([mark("proven")]))), text(who)];
  const held = `at least ${target}×: ${reached ? "reached" : "not reached"}`;
  return [mark(reached ? "proven" : "refuted"), text(`${who}, ${held}`)];
}
const two = (it: number): string => it.toFixed(2);

const insideOf = ({ inside }: BenchLine["samples"][number]) => (inside === undefined ? [] : [inside]);
/** How long a call itself takes, by the clock that the gate reads before and after it. */
function clockLines(lines: readonly BenchLine[], { width, text }: Pen): readonly Line[] {
  const inside = lines.flatMap(({ samples }) => samples.flatMap(insideOf));
  const [first] = inside;
  if (first === undefined) return [];
  const each = Object.keys(first).map((call) =>
    `${call} ${counted(Math.round(median(inside.map((it) => it[call] ?? 0))))} ns`);
  const says = `from the clock before a prepared call to the clock after it: ${each.join(", ")}`;
  return inset(MARGIN, words(text(says), width - MARGIN), "dim");
}

/** What the words mean. */
function explanation({ loops }: BenchResult, { width, text }: Pen): readonly Line[] {
  const turns = Math.max(...loops.flatMap((it) => it.lines.map(({ samples }) => samples.length)));
  const says = [
    "netlab: each call a crossing of its own through koffi, without the record of it that a run keeps.",
    "netlab, prepared: arguments laid out once, many calls a crossing.",
    "node:dgram, node:net: both ends on one event loop, as many packets under way as in the loop itself.",
    `Medians of ${turns} samples in turns; in brackets the middle half of the ratios.`,
  ].join(" ");
  return inset(0, words(text(says), Math.min(width, READABLE)), "dim");
}
/** Longer lines of prose are hard to read. */
const READABLE = 100;

function remarkLines({ says, remedy }: Remark, { width, mark, text }: Pen): readonly Line[] {
  const sign = mark("unknown");
  const margin = columnsOf([sign]) + 1;
  const [first = "", ...more] = words(text(says), width - margin);
  const arrow = text("→ ");
  const [todo = "", ...rest] = words(text(remedy), width - margin - arrow.length);
  return [
    [sign, piece(` ${first}`)], ...inset(margin, more),
    ...inset(margin, [`${arrow}${todo}`]), ...inset(margin + arrow.length, rest),
  ];
}

function summary({ loops, seconds }: BenchResult, { width, mark }: Pen): readonly Line[] {
  const wanted = loops.flatMap((it) => it.comparisons).filter(({ target }) => target !== null);
  const count = (it: boolean | null): number => wanted.filter(({ reached }) => reached === it).length;
  const [good, bad, open] = [count(true), count(false), count(null)];
  const says = `${good} of ${many(wanted.length, "target")} reached`
    + `${bad === 0 ? "" : `, ${bad} not`}${open === 0 ? "" : `, ${open} not measured`}`;
  const sign = mark(bad > 0 ? "refuted" : open > 0 ? "unknown" : "proven");
  return flushRight([[sign, piece(` ${says}`, "strong")]], piece(`${seconds.toFixed(0)} s`, "dim"), width);
}
