/**
 * Whether netlab and strace say the same of a call. They look at the same bytes of the same run, so addresses, ports and
 * times must agree as well. What may differ is how much strace says, by its version and its options; all of that is here:
 *
 *     a text or a list that was cut (-s)         the same as far as both go
 *     a number for which one of them has no name   the number, where it is known; else the rest of the flags
 *     a call that a signal interrupted             strace: ? ERESTARTSYS; the program: EINTR, and nothing written
 *     a call that was never finished               the same as far as strace could write it
 *     messages of netlink, control messages,       strace reads them in depth, each version deeper; netlab writes the
 *     and the arguments of READ_DEEPER             bytes, or nothing: only lengths are compared
 */
import type { Arg, Call } from "../sys/decode.ts";
import { unpack } from "../sys/packed-bytes.ts";
import { resultText } from "../sys/result-text.ts";
import { type Item, type Part, readItems, type Text, type Word } from "./strace-items.ts";
import type { TracedCall } from "./strace-log.ts";

/** Arguments that strace reads further than netlab does. */
const READ_DEEPER: ReadonlySet<string> = new Set(["bpf.uattr", "io_uring_register.arg", "io_uring_enter.argp"]);

/** Compares one call of ours with one of strace's. */
export function sameCall(ours: Call, theirs: TracedCall): boolean {
  if (ours.name !== theirs.name) return false;
  const interrupted = /^\? ERESTART/.test(theirs.result);
  return sameArguments(ours, theirs, interrupted) && sameResult(ours, theirs, interrupted);
}

function sameArguments({ name, args }: Call, theirs: TracedCall, interrupted: boolean): boolean {
  const said = args.filter((it) => it.text !== "");
  const { items } = readItems(theirs.args);
  const known = theirs.broken ? items.filter((it) => it.length > 0) : items;
  if (theirs.broken ? known.length > said.length : known.length !== said.length) return false;
  return known.every((item, i) => {
    const it = said[i]!;
    if (READ_DEEPER.has(`${name}.${it.name}`) || (interrupted && it.flow !== "value" && it.flow !== "in")) return true;
    return isUnread(it, item) || sameItem(itemOf(it), item, it.before === null ? BigInt(it.value) : null);
  });
}

/** strace looked into memory of which netlab knows only where it lies. */
const isUnread = ({ flow, room }: Arg, theirs: Item): boolean => flow !== "value" && room === 0 && theirs[0]?.kind === "group";

/** Our text of an argument; a plain one that was cut, with all the bytes that the history has. */
function itemOf({ flow, text, before, after, room, wrote }: Arg): Item {
  const [item = []] = readItems(text).items;
  const [part] = item;
  if (item.length !== 1 || part?.kind !== "text" || !part.cut) return item;
  const packed = flow === "in" ? before : after;
  const bytes = packed === null ? "" : unpack(packed).subarray(0, flow === "in" ? room : wrote).toString("latin1");
  return bytes.startsWith(part.bytes) ? [{ kind: "text", bytes, cut: false }] : item;
}

function sameResult(ours: Call, { result, broken }: TracedCall, interrupted: boolean): boolean {
  if (ours.result === null) return broken || result.startsWith("?") || result === "";
  if (interrupted) return ours.errno === "EINTR";
  const plain = result.replace(/ \((?:INJECTED|DELAYED)[^)]*\)/, "");
  return sameItems(readItems(resultText({ ...ours, result: ours.result })).items, readItems(plain).items);
}

const isMore = (item: Item | undefined): boolean => item?.length === 1 && item[0]?.kind === "word" && item[0].word === "...";

function sameItems(ours: readonly Item[], theirs: readonly Item[]): boolean {
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
    if (isMore(ours[i]) || isMore(theirs[i])) return true;
    if (!sameItem(ours[i] ?? [], theirs[i] ?? [], null)) return false;
  }
  return true;
}

/** `value`: the number behind the item, where it is one. */
function sameItem(ours: Item, theirs: Item, value: bigint | null): boolean {
  if (readsDeeper(ours, theirs)) return true;
  if (ours.length !== theirs.length) return false;
  return ours.every((it, i) => samePart(it, theirs[i]!, value));
}

/** strace reads the messages of netlink that for netlab are bytes. */
function readsDeeper(ours: Item, theirs: Item): boolean {
  const [text, group] = [ours.at(-1), theirs.at(-1)];
  if (ours.length !== theirs.length || text?.kind !== "text" || group?.kind !== "group") return false;
  return JSON.stringify(group).includes('"word":"nlmsg_');
}

function samePart(ours: Part, theirs: Part, value: bigint | null): boolean {
  if (ours.kind === "text" && theirs.kind === "text") return sameText(ours, theirs);
  if (ours.kind === "group" && theirs.kind === "group") {
    return ours.open === theirs.open && (isControl(theirs.items) ? sameControl : sameItems)(ours.items, theirs.items);
  }
  if (ours.kind === "word" && theirs.kind === "word") return ours.word === theirs.word || sameNumber(ours, theirs, value);
  return false;
}

/** Of a text that was cut only the beginning is known. */
function sameText(a: Text, b: Text): boolean {
  if (a.bytes.length === b.bytes.length) return a.bytes === b.bytes && a.cut === b.cut;
  const [short, long] = a.bytes.length < b.bytes.length ? [a, b] : [b, a];
  return short.cut && long.bytes.startsWith(short.bytes);
}

const NUMBER = /^-?(?:0x[0-9a-f]+|\d+)$/;
/** The number for which somebody had no name; a plain decimal is just a number. */
const numberIn = ({ word, remark }: Word): bigint | null => (NUMBER.test(word) && (remark !== null || /^-?0x/.test(word)) ? toBigInt(word) : null);
const toBigInt = (word: string): bigint => (word.startsWith("-") ? -BigInt(word.slice(1)) : BigInt(word));
const low = (it: bigint): bigint => BigInt.asUintN(32, it);

/** One of them has no name for a number. Where the number is not known, the names that both have must agree. */
function sameNumber(ours: Word, theirs: Word, value: bigint | null): boolean {
  const [mine, other] = [numberIn(ours), numberIn(theirs)];
  if (mine !== null && other !== null) return mine === other;
  if (value !== null && other !== null) return low(other) === low(value);
  if (mine === null && other === null) return sameFlags(ours.word, theirs.word);
  return (ours.remark ?? theirs.remark)?.includes("???") ?? false;
}

/** Flags that both have names for must agree; bits without a name stand together at the end of one of them. */
function sameFlags(ours: string, theirs: string): boolean {
  const [mine, other] = [ours.split("|"), theirs.split("|")];
  const within = (some: readonly string[], all: readonly string[]): boolean =>
    some.length > 1 && NUMBER.test(some.at(-1)!) && some.slice(0, -1).every((it) => !NUMBER.test(it) && all.includes(it));
  return within(other, mine) || within(mine, other);
}

/** `[{cmsg_len=…, …}]` */
const isControl = (items: readonly Item[]): boolean => items.length > 0 && fieldOf(items[0]!, "cmsg_len") !== null;
const fieldOf = (item: Item, name: string): string | null => {
  const [group] = item;
  if (group?.kind !== "group") return null;
  const field = group.items.find(([first]) => first?.kind === "word" && first.word === name);
  return field === undefined ? null : JSON.stringify(field.slice(2));
};

/** Of each control message length and level; type and content where both know the type. */
const sameControl = (ours: readonly Item[], theirs: readonly Item[]): boolean => ours.length === theirs.length && ours.every((mine, i) => {
  const other = theirs[i]!;
  if (["cmsg_len", "cmsg_level"].some((name) => fieldOf(mine, name) !== fieldOf(other, name))) return false;
  const known = [mine, other].every((it) => fieldOf(it, "cmsg_data") !== null && fieldOf(it, "cmsg_type")?.includes("???") === false);
  return !known || JSON.stringify(mine) === JSON.stringify(other) || fieldOf(mine, "cmsg_type") !== fieldOf(other, "cmsg_type");
});
