/** Which ways through the kernel are declared, group by group. */
import type { PathThen } from "../kernel/path-at.ts";
import type { Way } from "../kernel/path-names.ts";
import { many } from "./counted.ts";
import { BLANK, indented, inset, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/** What can be asked next. */
const NEXT = [
  "one of them: netlab path udp sendto", "a group: netlab path udp", "as it is seen: --live",
  "as another release has it: --kernel 6.1",
];

interface Listed {
  readonly way: Way;
  readonly path: PathThen;
}

/** Each with where it leads. */
export function listLines(list: readonly Listed[], pen: Pen): readonly Line[] {
  const { text, width } = pen;
  const wide = Math.max(...list.map(({ way }) => way.call.length));
  const count = Math.max(...list.map(({ path }) => many(path.steps.length, "step").length));
  const groups = [...new Set(list.map(({ way }) => way.group))];
  const lines = groups.flatMap((group) => [
    [piece(`  ${group}`, "strong")],
    ...list.filter(({ way }) => way.group === group).flatMap(({ way, path }) => {
      const steps = many(path.steps.length, "step").padStart(count);
      return words(text(`to ${path.to}`), width - wide - count - 8).map((it, i) => indented(4, [
        piece((i === 0 ? way.call : "").padEnd(wide + 2)),
        piece((i === 0 ? steps : "").padEnd(count + 2), "dim"), piece(it),
      ]));
    }),
  ]);
  return [...lines, BLANK, ...inset(2, items(NEXT.map(text), text(" · "), width - 2), "dim")];
}
