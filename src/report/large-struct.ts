/**
 * A struct of many members in few lines: their values instead of their bytes, at first sight those that are
 * not zero, later those that changed. The bytes are the expert's.
 */
import { bytesOf } from "../memory/memory.ts";
import { spans } from "../memory/spans.ts";
import type { AnyStruct } from "../memory/struct.ts";
import { many } from "./counted.ts";
import { items } from "./words.ts";

/** Structs of more bytes than this are large: tcp_info, io_uring_params, stat. */
const LARGE = 100;

export const isLarge = ({ size }: AnyStruct): boolean => size > LARGE;

/** A member's value, in strace's words. */
interface Member {
  readonly name: string;
  readonly value: string;
  readonly isZero: boolean;
}

/** The members of it that hold a value, in order. */
export const membersOf = (layout: AnyStruct, bytes: Uint8Array): readonly Member[] =>
  spans(bytesOf(bytes), layout)
    .filter(({ kind, shown }) => kind === "field" && shown !== "")
    .map(({ label, shown, offset, length }) => ({
      name: label, value: shown, isZero: bytes.subarray(offset, offset + length).every((it) => it === 0),
    }));

/** What is new in it, as lines of this width; `before` null: it is seen for the first time. */
export function newMembers(
  now: readonly Member[], before: readonly Member[] | null, separator: string, width: number,
): readonly string[] {
  if (before !== null) {
    const was = new Map(before.map((it) => [it.name, it.value]));
    const changed = now.filter(({ name, value }) => was.get(name) !== value)
      .map(({ name, value }) => `${name} ${was.get(name) ?? "?"} => ${value}`);
    return items(changed, separator, width);
  }
  const told = now.filter((it) => !it.isZero);
  const rest = now.length - told.length;
  const zeros = rest === 0 ? [] : [`${many(rest, "other member")} 0`];
  return items([...told.map(({ name, value }) => `${name} ${value}`), ...zeros], separator, width);
}
