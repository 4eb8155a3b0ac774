/** What doctor found: the list of abilities with their remedies, and one of them in depth. */
import type { Ability, Rule } from "../lab/doctor/ability.ts";
import type { Examination, Loss, Without } from "../lab/doctor/examine.ts";
import type { Unable } from "../lab/doctor/lacking.ts";
import type { Sum } from "../lab/doctor/standing.ts";
import { columns } from "./columns.ts";
import { counted, many } from "./counted.ts";
import { BLANK, indented, inset, type Line, piece } from "./line.ts";
import type { Mark, Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/** The kernel, the programs, and what kind of machine it is. */
export const machineLines = (
  parts: readonly string[], place: readonly string[], pen: Pen,
): readonly Line[] => [
  ...items(parts.map(pen.text), pen.text(" · "), pen.width).map((it): Line => [piece(it, "strong")]),
  ...items(place.map(pen.text), pen.text(" · "), pen.width).map((it): Line => [piece(it)]),
];

/** All abilities, then how many experiments run and how many claims can be judged. */
export function doctorLines({ abilities, here, unable, atOnce }: Examination, pen: Pen): readonly Line[] {
  const name = Math.max(...abilities.map((it) => it.name.length));
  return [
    ...abilities.flatMap((it) => {
      const loss = it.able === false ? lossOf(it.without) : null;
      return abilityLines({ ...it, remedy: briefly(it, abilities) }, loss, name, pen);
    }),
    ...(atOnce === null ? [] : words(pen.text(`All of it at once: ${atOnce}`), pen.width - 2)
      .map((it) => indented(2, [piece(it)]))),
    BLANK,
    ...words(pen.text(standing(here)), pen.width).map((it): Line => [piece(it)]),
    ...unableLines(unable, pen),
  ];
}

/** A remedy that is long, and was told with an ability above, is told by its name. */
function briefly(it: Ability, all: readonly Ability[]): string | null {
  const first = all.find(({ remedy }) => remedy === it.remedy)!;
  return first === it || it.remedy === null || it.remedy.length < LONG ? it.remedy : `as for ${first.name}`;
}
const LONG = 40;

const MARKS: Readonly<Record<string, Mark>> = { true: "proven", false: "refuted", null: "unknown" };

/** The mark, the name in so many columns, how it was found; below it the remedy, and what is lost. */
function abilityLines(it: Ability, loss: string | null, name: number, pen: Pen): readonly Line[] {
  const { width, mark, text } = pen;
  const sign = mark(MARKS[String(it.able)]!);
  const wide = Math.max(...Object.values(MARKS).map((one) => columns(mark(one).text)));
  const margin = 2 + wide + 1 + name + 2;
  const [first = "", ...more] = words(text(it.how), width - margin);
  return [
    [piece("  "), sign, piece(`${" ".repeat(wide - columns(sign.text))} ${it.name.padEnd(name)}  ${first}`)],
    ...inset(margin, more),
    ...remedyLines(it, pen, margin),
    ...(loss === null ? [] : inset(margin, words(text(`without it ${loss}`), width - margin), "dim")),
  ];
}

function remedyLines({ remedy }: Ability, { width, text }: Pen, margin: number): readonly Line[] {
  if (remedy === null) return [];
  const arrow = text("→ ");
  const longest = Math.max(...text(remedy).split(" ").map((it) => it.length));
  const left = margin + arrow.length + longest <= width ? margin : NEAR;
  return words(text(remedy), width - left - arrow.length)
    .map((line, i) => indented(left, [piece(i === 0 ? arrow : " ".repeat(arrow.length)), piece(line)]));
}
/** A word that is too long for its column is told nearer to the edge: a sysctl's name has to stay whole. */
const NEAR = 6;

/** `3 experiments do not run, 12 claims are unknown, 30 have one witness`; null where nothing is lost. */
function lossOf({ cannot, open, alone }: Loss): string | null {
  const parts = [
    cannot === 0 ? null : `${many(cannot, "experiment")} ${cannot === 1 ? "does" : "do"} not run`,
    open === 0 ? null : `${many(open, "claim")} ${open === 1 ? "is" : "are"} unknown`,
    alone === 0 ? null
      : `${open === 0 ? many(alone, "claim") : counted(alone)} ${alone === 1 ? "has" : "have"} one witness`,
  ].filter((it) => it !== null);
  return parts.length === 0 ? null : parts.join(", ");
}

function standing({ experiments, cannot, claims, judged, alone }: Sum): string {
  const one = alone === 0 ? "" : `, ${counted(alone)} of them by one witness`;
  return `${experiments - cannot} of ${experiments} experiments run here, `
    + `${counted(judged)} of ${counted(claims)} claims can be judged${one}.`;
}

/** Those that do not run, together where one reason holds for several. */
function unableLines(unable: readonly Unable[], { width, text }: Pen): readonly Line[] {
  return [...new Set(unable.map((it) => it.why))].flatMap((why) => {
    const those = unable.filter((it) => it.why === why).map((it) => it.experiment);
    return [
      ...inset(2, words(text(`${many(those.length, "experiment")}: ${why}`), width - 2)),
      ...inset(4, items(those, text(" · "), width - 4), "dim"),
    ];
  });
}

/** One ability in depth. */
export function abilityPage(it: Without, rule: Rule, pen: Pen): readonly Line[] {
  const { text, width } = pen;
  const label = (name: string, says: string): readonly Line[] => words(text(says), width - LABEL)
    .map((line, i) => indented(2, [piece((i === 0 ? name : "").padEnd(LABEL - 2), "dim"), piece(line)]));
  return [
    ...abilityLines(it, null, it.name.length, pen), BLANK,
    ...label("gives", rule.gives), ...label("tried", rule.tried), ...label("needs", rule.needs),
    ...label("without", lossOf(it.without) ?? "no claim of netlab's experiments is lost"),
    ...lossLines(it.losing, pen),
  ];
}
const LABEL = 11;

/** Which experiments lose by it, by how much they lose. */
function lossLines(losing: Without["losing"], { width, text }: Pen): readonly Line[] {
  const list = (title: string, those: readonly string[]): readonly Line[] => (those.length === 0 ? [] : [
    BLANK, indented(2, [piece(title, "dim")]),
    ...inset(4, items(those.map(text), text(" · "), width - 4)),
  ]);
  const runs = losing.filter((it) => it.cannot === 0);
  return [
    ...list("do not run", losing.filter((it) => it.cannot > 0).map((it) => it.experiment)),
    ...list("have claims that are unknown then, as many", runs.filter((it) => it.open > 0)
      .map((it) => `${it.experiment} ${it.open}`)),
    ...list("have claims with one witness then, as many", runs.filter((it) => it.alone > 0)
      .map((it) => `${it.experiment} ${it.alone}`)),
  ];
}
