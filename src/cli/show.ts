/** `netlab show`: all there is to know of an experiment before it runs. Nothing is run. */
import { readFileSync } from "node:fs";
import { kernelBtf } from "../kernel/btf.ts";
import type { KernelPath } from "../kernel/path.ts";
import { pathAt } from "../kernel/path-at.ts";
import { nameOf } from "../kernel/path-names.ts";
import type { Claim } from "../lab/claim.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { callOf, wayOf } from "../lab/path-seen.ts";
import type { Parameters } from "../lab/setting.ts";
import { counted } from "../report/counted.ts";
import { BLANK, flushRight, indented, type Line, piece } from "../report/line.ts";
import type { Walk } from "../report/path-lines.ts";
import { pathsLines } from "../report/paths-lines.ts";
import { type Pen, pen } from "../report/pen.ts";
import { reaches } from "../report/style.ts";
import { items, words } from "../report/words.ts";
import { library, sourceOfRun } from "./library.ts";
import { notesOf } from "./list.ts";
import { manualPages } from "./manual.ts";
import { hasIn, kernelAsked } from "./path-kernel.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { type Target, target } from "./targets.ts";

export interface ShowOptions extends LookOptions {
  readonly json?: boolean;
}
/** Longer lines of prose are hard to read. */
const READABLE = 92;

export async function show(shell: Shell, name: string, { json, ...look }: ShowOptions): Promise<number> {
  const it = await target(name);
  if (json) {
    shell.out.write(`${JSON.stringify(plain(it))}\n`);
    return 0;
  }
  const style = styleOf(look);
  const paper = pen(style);
  const { paths = {}, story } = it.experiment;
  const prototypes: Walk["prototypes"] = (fn) =>
    (reaches(style, "expert") ? kernelBtf()?.prototype(fn) ?? null : null);
  const kernel = kernelAsked(undefined);
  const walks = Object.entries(paths as Readonly<Record<string, KernelPath>>).map(([key, path]): Walk => ({
    way: wayOf(key), inside: callOf(key), name: nameOf(path),
    path: pathAt(path, kernel.release, hasIn(kernel)), seen: null, prototypes,
  }));
  const parts: readonly (readonly Line[])[] = [
    heading(it, paper),
    prose(story, paper),
    [title("What it does"), ...source(it).split("\n").map((line) => indented(4, [piece(paper.text(line))]))],
    [title("What it claims"), ...it.experiment.claims.flatMap((claim) => claimLines(claim, paper))],
    pathsLines(walks, reaches(style, "expert"), paper),
    listed("Manual pages", manualPages(textOf(it)), paper),
    listed("It needs", it.experiment.needs ?? [], paper),
    parameterLines(it.experiment, paper),
    it.experiment.next === undefined ? []
      : [title("What to try next"), ...prose(it.experiment.next, paper, 4)],
    neighbours(it, paper),
  ];
  shell.out.write(paper.print(parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => [...(i > 0 ? [BLANK] : []), ...lines])));
  return 0;
}

/** `run(…)` as it is written; where no source can be read, as the engine has it. */
const source = ({ source: file, experiment }: Target): string =>
  sourceOfRun(file) ?? experiment.run.toString();

/** The whole file, actors and all. */
function textOf(it: Target): string {
  try {
    return readFileSync(it.source, "utf8");
  } catch {
    return source(it);
  }
}

function plain(it: Target): object {
  const { name, asks, story, claims, needs = [], parameters = {}, next = null } = it.experiment;
  const entry = library.find((one) => it.own === null && one.name === name);
  return {
    name, topic: entry?.topic ?? null, number: entry?.number ?? null, asks,
    story: words(story, Infinity).join(" "), source: source(it),
    claims: claims.map(({ says, cites, since }) => ({ says, cites, since })),
    paths: it.experiment.paths ?? {},
    manual: manualPages(textOf(it)), needs, parameters, next,
  };
}

const title = (text: string): Line => [piece(`  ${text}`, "strong")];

const prose = (text: string, { width, text: safe }: Pen, by = 2): readonly Line[] =>
  words(safe(text), Math.min(READABLE, width) - by).map((it) => indented(by, [piece(it)]));

function heading({ experiment }: Target, { width, text }: Pen): readonly Line[] {
  const [first = "", ...more] = words(text(`${experiment.name} · ${experiment.asks}`), width - 2);
  const { name } = experiment;
  const lines: readonly Line[] = [
    [piece(name, "strong"), piece(first.slice(name.length))],
    ...more.map((it) => indented(2, [piece(it)])),
  ];
  const notes = notesOf(experiment);
  const cited = notes.length === 0 ? "" : `note${notes.length === 1 ? "" : "s"} ${notes.join(", ")}`;
  return flushRight(lines, piece(cited, "dim"), width);
}

const DOES = { supports: "confirms", corrects: "corrects", contradicts: "contradicts" } as const;

function claimLines({ says, cites, since }: Claim, { width, text }: Pen): readonly Line[] {
  const sentence = since === null ? says : `${says} (from Linux ${since} on)`;
  const lines = words(text(sentence), width - 6)
    .map((it, i) => indented(4, [piece(`${i === 0 ? text("· ") : "  "}${it}`)]));
  const groups = (["supports", "corrects", "contradicts"] as const)
    .map((how) => [DOES[how], cites.filter((it) => it.how === how).map((it) => it.id)] as const);
  const settles = groups
    .filter(([, ids]) => ids.length > 0)
    .map(([does, ids]) => `${does} ${ids.join(", ")}`)
    .join(text(" · "));
  return flushRight(lines, piece(settles, "dim"), width);
}

const listed = (what: string, list: readonly string[], { width, text }: Pen): readonly Line[] =>
  list.length === 0 ? []
    : [title(what), ...items(list, text(" · "), width - 4).map((it) => indented(4, [piece(it)]))];

function parameterLines({ parameters = {} }: AnyExperiment, { width, text }: Pen): readonly Line[] {
  const all = Object.entries(parameters as Parameters).map(([name, it]) => {
    const range = "among" in it ? it.among.join(", ") : `${counted(it.from)} … ${counted(it.to)}`;
    return [`--set ${name}=${it.default}`, `${it.is} (${range})`] as const;
  });
  const wide = Math.max(...all.map(([set]) => set.length));
  if (all.length === 0) return [];
  return [title("What you can change"), ...all.flatMap(([set, is]) => words(text(is), width - wide - 6)
    .map((line, i) =>
      indented(4, [piece(i === 0 ? set.padEnd(wide) : " ".repeat(wide)), piece(`  ${line}`)])))];
}

/** What comes before and after it in the order of study. */
function neighbours({ experiment, own }: Target, { text, width }: Pen): readonly Line[] {
  const at = own === null ? library.findIndex((it) => it.name === experiment.name) : -1;
  if (at < 0) return [];
  const [before, after] = [library[at - 1], library[at + 1]];
  const parts = [
    ...(before ? [`before it: ${before.name}`] : []),
    ...(after ? [`after it: ${after.name}`] : []),
    `run it: netlab run ${experiment.name}`,
  ];
  return items(parts, text(" · "), width - 2).map((it) => indented(2, [piece(it, "dim")]));
}
