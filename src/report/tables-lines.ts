/** Tables of functions in lines: by call, as the notes have them, and one slot by slot. */
import { callsBySlot, type SocketKind } from "../kernel/known-tables.ts";
import { contradiction, type SlotSeen, type TableSeen } from "../kernel/table-check.ts";
import { many } from "./counted.ts";
import { fold } from "./fold.ts";
import { BLANK, columnsOf, flushRight, indented, type Line, type Piece, piece } from "./line.ts";
import type { Mark, Pen } from "./pen.ts";
import { prose } from "./prose.ts";
import { words } from "./words.ts";

/** How sure a slot is: read from memory, as its types and symbols say, contradicted, or only declared. */
const markOf = (it: SlotSeen, { mark }: Pen): Piece => {
  if (contradiction(it) !== null) return mark("refuted");
  if (it.holds !== null && it.holds !== "") return mark("proven");
  return mark(it.fn === null || it.there === null ? "unknown" : "declared");
};

/** Kinds of sockets, each with its calls: the family's function, and the protocol's that it calls. */
export function callLines(
  kinds: readonly SocketKind[], seen: readonly TableSeen[], why: string | null, pen: Pen,
): readonly Line[] {
  const blocks = kinds.flatMap((kind) => {
    const { name, ops, prot } = kind;
    const names = `${ops.name}${prot === null ? "" : `, ${prot.name}`}`;
    return [
      ...flushRight([[piece(name, "strong")]], piece(names, "dim"), pen.width),
      ...rowLines(rowsOf(kind, seen), pen), BLANK,
    ];
  });
  return [...blocks, ...legend(seen, why, pen), BLANK];
}

/** One call: through which pointer who calls whom, of every kind of socket. */
export function chainLines(
  call: string, kinds: readonly SocketKind[], seen: readonly TableSeen[], why: string | null, pen: Pen,
): readonly Line[] {
  const blocks = kinds.flatMap((kind): readonly Line[] => {
    const row = rowsOf(kind, seen).find((it) => it.call === call);
    if (row === undefined) return [];
    const first = row.call === "socket" ? kind.family : kind.ops;
    return [
      [piece(kind.name, "strong")], ...linkLines(row.first, first.through, pen),
      ...row.more.flatMap((it) => linkLines(it, kind.prot?.through ?? "", pen)), BLANK,
    ];
  });
  return [...blocks, ...legend(seen, why, pen)];
}

/** `__sys_connect_file → sock->ops->connect ● inet_stream_connect` */
function linkLines(it: SlotSeen, through: string, pen: Pen): readonly Line[] {
  const way = pen.text(`${it.by.join(", ")} → ${through}->${it.slot}`);
  const to: Line = [markOf(it, pen), piece(` ${nameOf(it)}`)];
  const line: Line = [piece(`  ${way} `, "dim"), ...to];
  if (columnsOf(line) <= pen.width) return [line];
  return [...words(way, pen.width - 2).map((one) => indented(2, [piece(one, "dim")])), indented(4, to)];
}

/** The calls that come to a function of the kind's; socket comes to the family's own table. */
function rowsOf({ family, ops, prot }: SocketKind, seen: readonly TableSeen[]): readonly Row[] {
  const of = (name: string | undefined): TableSeen | undefined => seen.find((it) => it.table.name === name);
  return callsBySlot.flatMap(([call, slot, further]): readonly Row[] => {
    const first = slotIn(of(call === "socket" ? family.name : ops.name), slot);
    if (first === undefined) return [];
    const more = isRefusal(first) ? [] : further.map((it) => slotIn(of(prot?.name), it));
    return [{ call, first, more: more.filter((it) => it !== undefined) }];
  });
}

interface Row {
  readonly call: string;
  readonly first: SlotSeen;
  readonly more: readonly SlotSeen[];
}
const slotIn = (table: TableSeen | undefined, name: string): SlotSeen | undefined =>
  table?.slots.find((it) => it.slot === name && (it.fn ?? it.holds) !== null);
/** sock_no_listen and the like refuse: no protocol is asked. */
const isRefusal = ({ fn }: SlotSeen): boolean => fn?.startsWith("sock_no_") ?? false;
const nameOf = ({ fn, holds }: SlotSeen): string => fn ?? holds ?? "";

function rowLines(rows: readonly Row[], pen: Pen): readonly Line[] {
  const call = Math.max(...rows.map((it) => it.call.length));
  const family = Math.max(...rows.map((it) => nameOf(it.first).length)) + 2;
  const margin = 2 + call + 2;
  const heads = `${"the family's".padEnd(family + 2)}the protocol's`;
  const head: Line = [piece(`${" ".repeat(margin)}${heads}`, "dim")];
  const hasProtocol = rows.some((it) => it.more.length > 0);
  return [...(hasProtocol ? [head] : []), ...rows.flatMap(({ call: name, first, more }): readonly Line[] => {
    const left: Line = [
      piece(`  ${name.padEnd(call)}  `), markOf(first, pen), piece(` ${nameOf(first).padEnd(family)}`),
    ];
    const cells = more.map((it): Line => [
      markOf(it, pen), piece(` ${nameOf(it)}`),
      piece(it.slot === first.slot ? "" : ` (${it.slot})`, "dim"),
    ]);
    const [one = [], ...others] = cells;
    const beside = columnsOf([...left, ...one]) <= pen.width;
    if (!beside) return [left, ...cells.map((it) => indented(margin + 2, it))];
    return [[...left, ...one], ...others.map((it) => indented(margin + family + 2, it))];
  })];
}

/** All tables, a line each. */
export function listLines(seen: readonly TableSeen[], pen: Pen): readonly Line[] {
  const { width, text } = pen;
  const name = Math.max(...seen.map((it) => it.table.name.length));
  const struct = Math.max(...seen.map((it) => it.table.struct.length));
  const margin = 2 + name + 2 + struct + 2;
  const title: Line = [piece("Every table", "strong")];
  return [...flushRight([title], piece("netlab path tables NAME", "dim"), width),
    ...seen.flatMap(({ table }): readonly Line[] => {
      const left: Line = [piece(`  ${table.name.padEnd(name)}  `), piece(table.struct.padEnd(struct), "dim")];
      if (width - margin < 24) return [left, ...prose(table.does, pen, "dim").map((it) => indented(2, it))];
      const does = words(text(table.does), width - margin);
      return does.map((it, i) =>
        (i > 0 ? indented(margin, [piece(it, "dim")]) : [...left, piece(`  ${it}`, "dim")]));
    })];
}

/** One table: its slots in their order, each with its function, who calls through it, and its type. */
export function tableLines(seen: TableSeen, why: string | null, pen: Pen): readonly Line[] {
  const { table, slots } = seen;
  const title: Line = [piece(`${table.struct} ${table.name}`, "strong")];
  const slot = Math.max(...slots.map((it) => it.slot.length));
  return [
    ...flushRight([title], piece(table.file, "dim"), pen.width),
    ...prose(`${table.does}; called through ${table.through}`, pen), BLANK,
    ...slots.flatMap((it) => slotLines(it, slot, pen)), BLANK,
    ...legend([seen], why, pen),
  ];
}

function slotLines(it: SlotSeen, wide: number, pen: Pen): readonly Line[] {
  const margin = 2 + wide + 2 + 2;
  const first: Line = [
    piece(`  ${it.slot.padEnd(wide)}  `, "dim"), markOf(it, pen), piece(` ${nameOf(it) || "(nobody knows)"}`),
  ];
  const by = it.by.length === 0 ? "" : pen.text(`← ${it.by.join(", ")}`);
  const beside = by !== "" && columnsOf([...first, piece(`  ${by}`)]) <= pen.width;
  const type = it.type === null ? [] : fold(pen.text(it.type), pen.width - margin);
  const wrong = contradiction(it);
  return [
    beside ? [...first, piece(`  ${by}`)] : first,
    ...(beside ? [] : words(by, pen.width - margin).map((one) => indented(margin, [piece(one)]))),
    ...type.map((one) => indented(margin, [piece(one, "dim")])),
    ...(wrong === null ? [] : words(pen.text(wrong), pen.width - margin)
      .map((one) => indented(margin, [piece(one, "bad")]))),
  ];
}

/** What the marks mean, as far as there are any, and why nothing better is known. */
function legend(seen: readonly TableSeen[], why: string | null, pen: Pen): readonly Line[] {
  const slots = seen.flatMap((it) => it.slots);
  const marks = new Map<string, number>();
  for (const it of slots) marks.set(markOf(it, pen).text, (marks.get(markOf(it, pen).text) ?? 0) + 1);
  const says = MEANS.flatMap(([mark, means]): readonly Line[] => {
    const { text } = pen.mark(mark);
    const n = marks.get(text) ?? 0;
    if (n === 0) return [];
    return words(pen.text(`${many(n, "slot")}: ${means}`), pen.width - 4)
      .map((one, i) => (i === 0 ? [piece("  "), pen.mark(mark), piece(` ${one}`, "dim")]
        : indented(4, [piece(one, "dim")])));
  });
  const reason = why === null ? [] : prose(`What the slots hold could not be read: ${why}.`, pen, "dim");
  return [...says, ...reason, ...prose(CALLERS, pen, "dim")];
}

const CALLERS = "Who calls through a pointer is not read, but as the kernel's source has it.";
const MEANS = [
  ["proven",   "read from the running kernel's memory"],
  ["declared", "the kernel has this function; its prototype, where it is known, is the pointer's"],
  ["refuted",  "the running kernel has it otherwise"],
  ["unknown",  "the running kernel could not be asked, or nobody knows"],
] as const satisfies readonly (readonly [Mark, string])[];
