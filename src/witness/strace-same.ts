/**
 * Whether netlab and strace say the same of a call. They look at the same bytes of the same run, so
 * addresses, ports and times must agree as well. What may differ is how much strace says, by its options and
 * its version (netlab's texts are those of 6.1; 6.8 and 7.2 were tried); all of that is here:
 *
 *     -s cuts texts and lists        as far as both go; of a plain text that netlab cut, the history has all
 *                                    bytes
 *     a name that one does not know  the number, where it is at hand; of flags those that both know
 *     a signal interrupted the call  strace: ? ERESTARTSYS, where the program saw EINTR; only what went in is
 *                                    compared
 *     the call never came back       as far as strace could write it
 *     strace reads on                netlink messages, file locks, the arguments of READ_DEEPER: not compared
 *     socket options                 each version knows more of them: bytes, a number, a name or only the
 *                                    place
 *     control messages               length and level; type and content where both know the type
 *     data of epoll, sendfile        data={u32=6, u64=6}, later data=0x6; [2] => [7], later [2 => 7]
 */
import { cString } from "../abi/parameter.ts";
import type { Arg, Call } from "../sys/decode.ts";
import { unpack } from "../sys/packed-bytes.ts";
import { resultText } from "../sys/result-text.ts";
import { type Group, type Item, type Part, readItems, type Text, type Word } from "./strace-items.ts";
import type { TracedCall } from "./strace-log.ts";

/** Arguments that strace reads further than netlab does, and each version further than the one before it. */
const READ_DEEPER: ReadonlySet<string> = new Set([
  "bpf.uattr", "io_uring_setup.params", "io_uring_register.arg", "io_uring_enter.argp",
  "perf_event_open.attr_uptr",
]);

/** Compares one call of ours with one of strace's. */
export function sameCall(ours: Call, theirs: TracedCall): boolean {
  if (ours.name !== theirs.name) return false;
  const interrupted = /^\? ERESTART/.test(theirs.result);
  return sameArguments(ours, theirs, interrupted) && sameResult(ours, theirs, interrupted);
}

/** How much two calls of one name have in common: so many arguments, and the result. */
export function likeness(ours: Call, theirs: TracedCall): number {
  const { items } = readItems(theirs.args);
  const isSame = (arg: Arg, i: number): boolean =>
    i < items.length && sameArgument(ours.name, arg, items[i]!, false);
  return said(ours).filter(isSame).length + (sameResult(ours, theirs, false) ? 1 : 0);
}

/** The arguments that are written out. */
const said = ({ args }: Call): readonly Arg[] => args.filter((it) => it.text !== "");

function sameArguments(ours: Call, { args: text, broken }: TracedCall, interrupted: boolean): boolean {
  const mine = said(ours);
  const items = readItems(text).items.filter((it) => !broken || it.length > 0);
  if (broken ? items.length > mine.length : items.length !== mine.length) return false;
  return items.every((item, i) => sameArgument(ours.name, mine[i]!, item, interrupted));
}

function sameArgument(call: string, arg: Arg, theirs: Item, interrupted: boolean): boolean {
  const which = `${call}.${arg.name}`;
  if (READ_DEEPER.has(which) || (interrupted && arg.flow !== "value" && arg.flow !== "in")) return true;
  const same = SAME_ARGUMENT[which] ?? sameItem;
  const number = arg.before === null ? BigInt(arg.value) : null;
  return isUnread(arg, theirs) || same(itemOf(arg, theirs), theirs, number);
}

/** strace looked into memory of which netlab knows only where it lies. */
const isUnread = ({ flow, room, before }: Arg, [it]: Item): boolean => flow !== "value" && room === 0
  && (it?.kind === "group" || (before === null && it?.kind === "text"));

/** Our text of an argument; a plain one that was cut, with all its bytes, its NUL too if strace cut it. */
function itemOf({ flow, text, layout, before, after, room, wrote }: Arg, [theirs]: Item): Item {
  const [item = []] = readItems(text).items;
  const [part] = item;
  if (item.length !== 1 || part?.kind !== "text" || !part.cut) return item;
  const packed = flow === "in" ? before : after;
  const length = flow === "in" ? room : wrote;
  const all = packed === null ? "" : unpack(packed).subarray(0, length).toString("latin1");
  const isWhole = layout === cString.name && theirs?.kind === "text" && !theirs.cut;
  const bytes = isWhole ? all.replace(/\0$/, "") : all;
  return bytes.startsWith(part.bytes) ? [{ kind: "text", bytes, cut: false }] : item;
}

function sameResult(ours: Call, { result, broken }: TracedCall, interrupted: boolean): boolean {
  if (ours.result === null) return broken || result.startsWith("?") || result === "";
  if (interrupted) return ours.errno === "EINTR";
  const plain = result.replace(/ \((?:INJECTED|DELAYED)[^)]*\)/, "");
  return sameItems(readItems(resultText({ ...ours, result: ours.result })).items, readItems(plain).items);
}

/** `value`: the number behind the item, where it is one. */
type Same = (ours: Item, theirs: Item, value: bigint | null) => boolean;

/** An option that one of them knows and the other does not: then they say different kinds of things. */
const sameOption: Same = (ours, theirs, value) => {
  const [mine, other] = [ours[0], theirs[0]];
  const isNamed = (it: Part | undefined): boolean => it?.kind === "group" && /^[A-Z]/.test(wordIn(it));
  if (kindOf(mine) !== kindOf(other)) return kindOf(mine) !== "{";
  return sameItem(ours, theirs, value) || (isNamed(other) && !isNamed(mine));
};
const kindOf = (it: Part | undefined): string => (it?.kind === "group" ? it.open : it?.kind ?? "");
/** `[2] => [7]` and `[2 => 7]` are the same. */
const sameOffset: Same = (ours, theirs) => JSON.stringify(wordsIn(ours)) === JSON.stringify(wordsIn(theirs));
const wordsIn = (item: Item): readonly string[] =>
  item.flatMap((it) =>
    (it.kind === "group" ? it.items.flatMap(wordsIn) : it.kind === "word" ? [it.word] : []));
const wordIn = (group: Group): string => wordsIn([group])[0] ?? "";

const SAME_ARGUMENT: Readonly<Record<string, Same>> = {
  "getsockopt.optval": sameOption,
  "setsockopt.optval": sameOption,
  "sendfile.offset":   sameOffset,
};

const isMore = (item: Item | undefined): boolean =>
  item?.length === 1 && item[0]?.kind === "word" && item[0].word === "...";

function sameItems(ours: readonly Item[], theirs: readonly Item[]): boolean {
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
    if (isMore(ours[i]) || isMore(theirs[i])) return true;
    if (!sameItem(ours[i] ?? [], theirs[i] ?? [], null)) return false;
  }
  return true;
}

function sameItem(ours: Item, theirs: Item, value: bigint | null): boolean {
  if (ours.length !== theirs.length) return false;
  return ours.every((it, i) => samePart(it, theirs[i]!, value));
}

function samePart(ours: Part, theirs: Part, value: bigint | null): boolean {
  if (ours.kind === "text" && theirs.kind === "text") return sameText(ours, theirs);
  if (ours.kind === "word" && theirs.kind === "word") {
    return ours.word === theirs.word || sameNumber(ours, theirs, value);
  }
  if (theirs.kind === "group" && ours.kind === "text") {
    return JSON.stringify(theirs).includes('"word":"nlmsg_');
  }
  if (ours.kind === "group" && theirs.kind === "word") return sameData(ours, theirs);
  if (ours.kind !== "group" || theirs.kind !== "group" || ours.open !== theirs.open) return false;
  return (fieldOf(theirs.items[0], "cmsg_len") === null ? sameItems : sameControl)(ours.items, theirs.items);
}

/** Of a text that was cut only the beginning is known. */
function sameText(a: Text, b: Text): boolean {
  if (a.bytes.length === b.bytes.length) return a.bytes === b.bytes && a.cut === b.cut;
  const [short, long] = a.bytes.length < b.bytes.length ? [a, b] : [b, a];
  return short.cut && long.bytes.startsWith(short.bytes);
}

/** epoll's data, all 64 bits of it. */
const sameData = (ours: Group, { word }: Word): boolean => {
  const all = fieldOf([ours], "u64");
  return all !== null && all.length === 1 && NUMBER.test(word) && NUMBER.test(all[0]!)
    && BigInt(all[0]!) === BigInt(word);
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

/** The words behind `name=` in a struct; null where it has no such field. */
function fieldOf(item: Item | undefined, name: string): readonly string[] | null {
  const group = item?.[0];
  if (group?.kind !== "group") return null;
  const field = group.items.find(([first]) => first?.kind === "word" && first.word === name);
  return field === undefined ? null : wordsIn(field.slice(2));
}

/** Of each control message length and level; type and content where both know the type. */
function sameControl(ours: readonly Item[], theirs: readonly Item[]): boolean {
  return ours.length === theirs.length && ours.every((mine, i) => {
    const other = theirs[i]!;
    const agree = (name: string): boolean => String(fieldOf(mine, name)) === String(fieldOf(other, name));
    const isKnown = (it: Item): boolean =>
      fieldOf(it, "cmsg_data") !== null && NAMES.test(fieldOf(it, "cmsg_type")![0]!);
    if (!agree("cmsg_len") || !agree("cmsg_level")) return false;
    return !isKnown(mine) || !isKnown(other) || sameItem(mine, other, null);
  });
}
