/** A log of strace's in sum: what there was of processes, sockets and errors, and what to look at next. */
import { type Explainer, experimentsFor } from "../lab/explain/explainer.ts";
import type { Socket } from "../lab/explain/sockets.ts";
import type { Tally } from "../lab/explain/tally.ts";
import { counted, many } from "./counted.ts";
import { BLANK, indented, inset, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { endText, kindsText, trafficText, wayText } from "./socket-text.ts";
import { items, words } from "./words.ts";

/** What was said below the calls, and how often it was met. */
interface Said {
  readonly ways: ReadonlyMap<string, number>;
  readonly topics: ReadonlyMap<string, number>;
  readonly layouts: readonly string[];
}

const MARGIN = 4;
/** At most so many kinds of errors are told. */
const ERRORS = 8;

/** Nothing, where there was no call. */
export function summaryLines({ tally, sockets }: Explainer, said: Said, pen: Pen): readonly Line[] {
  if (tally.calls === 0) return [];
  const more = sockets.count - sockets.kept.length;
  return [
    BLANK, ...inset(2, items(counts(tally), pen.text(" · "), pen.width - 2)),
    ...section("processes and threads", processLines(tally, pen)),
    ...section("sockets", [
      ...sockets.kept.flatMap((it) => socketLines(it, pen)),
      ...(more === 0 ? [] : told(`and ${counted(more)} more; in all ${kindsText(sockets.kinds)}`, pen)),
    ]),
    ...section("errors", errorLines(tally, pen)),
    ...section("look at next", nextLines(said, pen)),
  ];
}

const section = (title: string, lines: readonly Line[]): readonly Line[] =>
  (lines.length === 0 ? [] : [...inset(2, [title], "strong"), ...lines]);

function counts({ lines, calls, strange, slow, slowLines, ring }: Tally): readonly string[] {
  const where = slowLines.join(", ") + (slow > slowLines.length ? " …" : "");
  return [
    `${many(lines, "line")}, ${many(calls, "call")}`,
    ...(strange === 0 ? [] : [`${many(strange, "line")} not strace's, passed as they are`]),
    ...(slow === 0 ? [] : [`${counted(slow)} took a second or longer: line ${where}`]),
    ...(ring ? ["io_uring is used: what passes through it, strace does not see"] : []),
  ];
}

function processLines(tally: Tally, pen: Pen): readonly Line[] {
  const rows = tally.processes.flatMap(({ pid, program, calls, end }) =>
    parted([pid === null ? "" : String(pid), program ?? "", many(calls, "call"), end ?? ""], pen));
  return tally.more === 0 ? rows : [...rows, ...told(`and ${counted(tally.more)} more`, pen)];
}

function socketLines(it: Socket, pen: Pen): readonly Line[] {
  const what = [`line ${it.line}`, it.kind.text ?? "of unknown kind", wayText(it)];
  return parted([...what, ...trafficText(it), ...endText(it)], pen);
}

/** What is not empty, on as many lines as it takes; the further ones stand further in. */
function parted(parts: readonly string[], { width, text }: Pen): readonly Line[] {
  const there = parts.filter((it) => it !== "").map(text);
  const [first = "", ...more] = items(there, text(" · "), width - MARGIN - 4);
  return [indented(MARGIN, [piece(first)]), ...inset(MARGIN + 4, more)];
}

function errorLines({ errors }: Tally, pen: Pen): readonly Line[] {
  const shown = errors.slice(0, ERRORS).map(([what, count]) => `${counted(count)} ${pen.text("×")} ${what}`);
  const rest = errors.length > ERRORS ? [`${counted(errors.length - ERRORS)} other kinds`] : [];
  return inset(MARGIN, items([...shown, ...rest], pen.text(" · "), pen.width - MARGIN));
}

type Page = readonly [command: string, why: string];

function nextLines(said: Said, pen: Pen): readonly Line[] {
  const pages = pagesFor(said);
  const wide = Math.max(0, ...pages.map(([command]) => command.length)) + 2;
  return pages.flatMap(([command, why]) => {
    const [first = "", ...more] = words(pen.text(why), pen.width - MARGIN - wide);
    const line = indented(MARGIN, [piece(command.padEnd(wide)), piece(first, "dim")]);
    return [line, ...inset(MARGIN + wide, more, "dim")];
  });
}

/** Experiments for what was met most often, errors before others; a way; a struct. */
function pagesFor({ ways, topics, layouts }: Said): readonly Page[] {
  const often = (it: ReadonlyMap<string, number>): readonly string[] =>
    [...it].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  const met = often(topics).filter((it) => !ORDINARY.test(it))
    .toSorted((a, b) => Number(isError(b)) - Number(isError(a)));
  const shown = new Map(met.flatMap((topic): readonly Page[] =>
    experimentsFor(topic).slice(0, 1).map((it) => [it, topic])).toReversed());
  return [
    ...[...shown].toReversed().slice(0, EXPERIMENTS)
      .map(([name, topic]): Page => [`netlab run ${name}`, `shows ${topic.replace(/^any /, "")}`]),
    ...often(ways).toSorted((a, b) => Number(SIMPLE.test(a)) - Number(SIMPLE.test(b))).slice(0, 1)
      .map((it): Page => [`netlab path ${it}`, "its way through the kernel, step by step"]),
    ...layouts.slice(-1).map((it): Page => [`netlab struct ${it}`, "the struct, member by member"]),
  ];
}
/** What nobody has a question about. */
const ORDINARY = / (?:fcntl|ioctl|close|dup[23]?|get\w+)$/;
/** Ways that are worth a look only where there is no other. */
const SIMPLE = / (?:socket|socketpair|close)$/;
const isError = (topic: string): boolean => /\bE[A-Z]+$/.test(topic);
/** So many are named. */
const EXPERIMENTS = 3;

const told = (text: string, pen: Pen): readonly Line[] =>
  inset(MARGIN, words(pen.text(text), pen.width - MARGIN));
