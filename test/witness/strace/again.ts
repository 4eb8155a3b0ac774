/** Entries back into lines, from what was read of them; and whether values lie where they say. */
import type { Entry, StraceCall } from "../../../src/witness/strace-entry.ts";
import type { Member, Value } from "../../../src/witness/strace-value.ts";

/** The line once more, from its parts; `mark` is what strace writes behind a call that is broken off. */
export function lineAgain(entry: Entry): string {
  switch (entry.kind) {
    case "call": return entry.dress.source + entry.call.source;
    case "begun": return entry.dress.source + entry.call.source;
    case "resumed": return `${entry.dress.source}<... ${entry.call.name} resumed>${entry.call.source.slice(entry.call.seam ?? 0)}`;
    case "signal": return `${entry.dress.source}--- ${entry.stopped ? "stopped by " : ""}${entry.name} ${entry.info === null ? "" : `${entry.info.source} `}---`;
    case "end": return `${entry.dress.source}+++ ${endAgain(entry)} +++`;
    default: return entry.text;
  }
}
const endAgain = ({ status, signal, core, superseded }: Entry & { readonly kind: "end" }): string =>
  (status !== null ? `exited with ${status}`
    : signal !== null ? `killed by ${signal}${core ? " (core dumped)" : ""}`
    : `superseded by execve in pid ${superseded}`);

/** What stands between the values of one node: never anything that says something by itself. */
const BETWEEN = /^(?:[\s,{}[\]()|~=>]|\.\.\.|\/\*.*?\*\/|<<|&&|==|\*|\+| or | - |[A-Za-z_][\w.]*(?:\(\d+\))?=|\[[\w?]+\]=|[A-Za-z_]\w*\()*$/s;

/** Each piece that does not lie in the text, behind the one before it and inside of what it belongs to. */
export function misplaced(call: StraceCall): readonly string[] {
  const { args, result, source } = call;
  const out: string[] = [];
  inOrder(args.map(({ value }) => value), 0, source.length, source, out);
  for (const it of args) inMember(it, source, out);
  if (result !== null) {
    if (source.slice(result.at, result.at + result.source.length) !== result.source) out.push(`result ${result.source}`);
    inValue(result.value, source, out);
    for (const it of result.behind.flat()) inMember(it, source, out);
  }
  return out;
}

function inMember({ name, value, source, at }: Member, text: string, out: string[]): void {
  if (text.slice(at, at + source.length) !== source || !source.endsWith(value.source) || (name !== null && !source.startsWith(name))) out.push(source);
  inValue(value, text, out);
}

function inValue(it: Value, text: string, out: string[]): void {
  const { at, source } = it;
  if (text.slice(at, at + source.length) !== source) out.push(source);
  const inside = childrenOf(it);
  if (inside.length > 0) inOrder(inside, at, at + source.length, text, out);
  for (const child of inside) inValue(child, text, out);
}

function inOrder(values: readonly Value[], from: number, to: number, text: string, out: string[]): void {
  let at = from;
  for (const it of values) {
    const between = text.slice(at, it.at);
    if (it.at < at || it.at + it.source.length > to || (values.length > 1 && at > from && !BETWEEN.test(between))) out.push(`${between}…${it.source}`);
    at = it.at + it.source.length;
  }
}

/** The values inside of one, in order. */
export function childrenOf(it: Value): readonly Value[] {
  switch (it.kind) {
    case "flags": case "terms": return it.parts;
    case "struct": return it.members.map(({ value }) => value);
    case "array": return it.items.map(({ value }) => value);
    case "call": return it.args.map(({ value }) => value);
    case "change": return [it.before, it.after];
    case "descriptor": return [it.of];
    default: return [];
  }
}

/** Values that were not understood. */
export const textsIn = (values: readonly Value[]): readonly string[] =>
  values.flatMap((it) => (it.kind === "text" ? [it.source] : textsIn(childrenOf(it))));
