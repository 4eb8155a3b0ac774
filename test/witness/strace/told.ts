/** Values of strace's, short enough for a table: what is in them, without where it stands. */
import type { Member, Value } from "../../../src/witness/strace-value.ts";

/** Numbers as numbers, names as names, a string as `["bytes"]`; a remark stands behind: `[it, "remark"]` under `said`. */
export function told(it: Value): unknown {
  const plain = plainly(it);
  return it.remark === null ? plain : { said: it.remark, of: plain };
}

function plainly(it: Value): unknown {
  switch (it.kind) {
    case "number": return it.base === 8 ? { octal: it.value } : it.value;
    case "pointer": return { pointer: it.value };
    case "symbol": return it.name;
    case "string": return [it.bytes, ...(it.cut ? ["cut"] : []), ...(it.abstract ? ["abstract"] : [])];
    case "flags": return { flags: it.parts.map(told) };
    case "terms": return { terms: it.parts.flatMap((part, i) => (i === 0 ? [told(part)] : [it.operators[i - 1], told(part)])) };
    case "struct": return { struct: [...toldAll(it.members), ...(it.cut ? ["..."] : [])] };
    case "array": return { [it.inverted ? "allBut" : "array"]: [...toldAll(it.items), ...(it.cut ? ["..."] : [])] };
    case "call": return { [`${it.name}()`]: toldAll(it.args) };
    case "change": return { from: told(it.before), to: told(it.after) };
    case "descriptor": return { fd: told(it.of), is: it.decoration, ...(it.deleted ? { deleted: true } : {}) };
    case "text": return { text: it.source };
  }
}

/** Members without a name as values, the others as `{ name: value }`. */
export const toldAll = (members: readonly Member[]): readonly unknown[] =>
  members.map(({ name, value }) => (name === null ? told(value) : { [name]: told(value) }));
