/** Whether two values are the same, the first as netlab writes it, the second as some strace does. */

import type { ArrayValue, Member, StringValue, StructValue, Value } from "./strace-value.ts";
import { type Members, readValues } from "./strace-value-reader.ts";

/** `number`: what the value is, where it is at hand, however it is written. */
export type Same = (ours: Member, theirs: Member, number: bigint | null) => boolean;

/** Both without names, or both with the same. */
export const sameMember: Same = (ours, theirs, number) =>
  ours.name === theirs.name && sameValue(ours.value, theirs.value, number);

/** One by one, as far as both go where one of them was cut. */
export function sameMembers(ours: Members, theirs: Members): boolean {
  const [mine, others] = [ours.members, theirs.members];
  const isCut = (mine.length < others.length && ours.cut) || (mine.length > others.length && theirs.cut);
  if (!isCut && mine.length !== others.length) return false;
  const common = Math.min(mine.length, others.length);
  return mine.slice(0, common).every((it, i) => sameMember(it, others[i]!, null));
}

/** What strace says of a descriptor besides (`-y`) is not compared. */
export function sameValue(ours: Value, theirs: Value, number: bigint | null): boolean {
  if (theirs.kind === "descriptor") return sameValue(ours, theirs.of, number);
  if (ours.kind === "string") return theirs.kind === "string" ? sameText(ours, theirs) : isNetlink(theirs);
  if (ours.kind === "call" && theirs.kind === "string") return sameRemark(ours, theirs.remark);
  const [mine, other] = [wordOf(ours), wordOf(theirs)];
  if (other !== null) {
    return mine !== null ? mine.word === other.word || sameNumber(mine, other, number)
      : ours.kind === "struct" && sameData(ours, other);
  }
  if (ours.kind === "change" && theirs.kind === "change") {
    return sameValue(ours.before, theirs.before, null) && sameValue(ours.after, theirs.after, null);
  }
  return headOf(ours) === headOf(theirs) && sameInside(rowOf(ours), rowOf(theirs));
}

/** `-X verbose` writes the bytes of an address or a port, and in a comment behind them what they mean. */
function sameRemark(ours: Value, remark: string | null): boolean {
  const [meant] = readValues(remark ?? "").members;
  return meant !== undefined && sameValue(ours, meant.value, null);
}

/** `{…}`, `[…]` */
export const isList = (it: Value): it is StructValue | ArrayValue =>
  it.kind === "struct" || it.kind === "array";
const isNetlink = (it: Value): boolean => isList(it) && /\bnlmsg_/.test(it.source);

const headOf = (it: Value): string =>
  (it.kind === "call" ? it.name : it.kind === "array" ? `${it.inverted ? "~" : ""}[` : it.kind);

/** What stands between the brackets of a value; of one without them nothing. */
function rowOf(it: Value): Members {
  if (it.kind === "struct") return it;
  if (it.kind === "array") return { members: it.items, cut: it.cut };
  return { members: it.kind === "call" ? it.args : [], cut: false };
}

const sameInside = (ours: Members, theirs: Members): boolean =>
  (fieldIn(theirs.members[0], "cmsg_len") === null ? sameMembers(ours, theirs)
    : sameControl(ours.members, theirs.members));

/** Of a text that was cut only the beginning is known. */
function sameText(a: StringValue, b: StringValue): boolean {
  if (a.abstract !== b.abstract) return false;
  if (a.bytes.length === b.bytes.length) return a.bytes === b.bytes && a.cut === b.cut;
  const [short, long] = a.bytes.length < b.bytes.length ? [a, b] : [b, a];
  return short.cut && long.bytes.startsWith(short.bytes);
}

/** Flags, a number, a name: what has no brackets around it. */
interface Word {
  readonly word: string;
  readonly remark: string | null;
}
const WORDS: ReadonlySet<Value["kind"]> = new Set(["number", "pointer", "symbol", "flags", "terms", "text"]);

function wordOf(it: Value): Word | null {
  if (!WORDS.has(it.kind)) return null;
  if (it.kind !== "flags") return { word: named(it), remark: it.remark };
  return { word: it.parts.map(named).join("|"), remark: it.parts.at(-1)!.remark };
}

/** What it is without its comment; of a number with its name in a comment (`-X verbose`) the name. */
const named = ({ source, remark }: Value): string =>
  (/^[A-Z]\w+(?:\|\w+)*$/.test(remark ?? "") ? remark! : source.replace(/ ?\/\*.*?\*\/ ?/gs, ""));

/** epoll's data, all 64 bits of it. */
const sameData = (ours: StructValue, { word }: Word): boolean => {
  const all = ours.members.find(({ name }) => name === "u64");
  return all !== undefined && NUMBER.test(word) && NUMBER.test(all.value.source)
    && BigInt(all.value.source) === BigInt(word);
};

const NUMBER = /^-?(?:0x[0-9a-f]+|\d+)$/;
const NAMES = /^[A-Z][A-Z0-9_]*_\w+(?:\|[A-Z]\w+)*$/;
/** The number for which somebody had no name; a plain decimal is just a number. */
const numberIn = ({ word, remark }: Word): bigint | null =>
  (NUMBER.test(word) && (remark !== null || /^-?0x/.test(word)) ? toBigInt(word) : null);
const toBigInt = (word: string): bigint => (word.startsWith("-") ? -BigInt(word.slice(1)) : BigInt(word));
const low = (it: bigint): bigint => BigInt.asUintN(32, it);

/** One of them has no name for a number. Where the number is not at hand, that there is a name must do. */
function sameNumber(ours: Word, theirs: Word, value: bigint | null): boolean {
  const [mine, other] = [numberIn(ours), numberIn(theirs)];
  if (mine !== null && other !== null) return mine === other;
  if (value !== null && other !== null) return low(other) === low(value);
  if (mine === null && other === null) return sameFlags(ours.word, theirs.word);
  return NAMES.test((mine === null ? ours : theirs).word);
}

/** Flags that both can name must agree; bits without a name stand together at the end of one of them. */
function sameFlags(ours: string, theirs: string): boolean {
  const [mine, other] = [ours.split("|"), theirs.split("|")];
  const within = (some: readonly string[], all: readonly string[]): boolean =>
    some.length > 1 && NUMBER.test(some.at(-1)!)
    && some.slice(0, -1).every((it) => !NUMBER.test(it) && all.includes(it));
  return within(other, mine) || within(mine, other);
}

/** All names and numbers in a value, however it is nested; brackets are left out. */
export function wordsIn(it: Value): readonly string[] {
  if (it.kind === "change") return [...wordsIn(it.before), "=>", ...wordsIn(it.after)];
  const own = wordOf(it);
  return own !== null ? [own.word]
    : rowOf(it).members.flatMap(({ name, value }) => [...(name === null ? [] : [name]), ...wordsIn(value)]);
}

/** The words of a field; null where the struct, if it is one, has no such field. */
function fieldIn(it: Member | undefined, name: string): readonly string[] | null {
  if (it?.value.kind !== "struct") return null;
  const field = it.value.members.find((one) => one.name === name);
  return field === undefined ? null : wordsIn(field.value);
}

/** Of each control message length and level; type and content where both know the type. */
function sameControl(ours: readonly Member[], theirs: readonly Member[]): boolean {
  return ours.length === theirs.length && ours.every((mine, i) => {
    const other = theirs[i]!;
    const agree = (name: string): boolean => String(fieldIn(mine, name)) === String(fieldIn(other, name));
    const isKnown = (it: Member): boolean =>
      fieldIn(it, "cmsg_data") !== null && NAMES.test(fieldIn(it, "cmsg_type")![0]!);
    if (!agree("cmsg_len") || !agree("cmsg_level")) return false;
    return !isKnown(mine) || !isKnown(other) || sameMember(mine, other, null);
  });
}
