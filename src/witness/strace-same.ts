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
import { readResult } from "./strace-call.ts";
import type { Result } from "./strace-entry.ts";
import type { TracedCall } from "./strace-log.ts";
import { isList, type Same, sameMember, sameMembers, sameValue, wordsIn } from "./strace-same-values.ts";
import type { Member, Value } from "./strace-value.ts";
import { type Members, readValues } from "./strace-value-reader.ts";

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
  const { args } = theirs.call;
  const isSame = (arg: Arg, i: number): boolean =>
    i < args.length && sameArgument(ours.name, arg, args[i]!, false);
  return said(ours).filter(isSame).length + (sameResult(ours, theirs, false) ? 1 : 0);
}

/** The arguments that are written out. */
const said = ({ args }: Call): readonly Arg[] => args.filter((it) => it.text !== "");

function sameArguments(ours: Call, { call: { args }, broken }: TracedCall, interrupted: boolean): boolean {
  const mine = said(ours);
  if (broken ? args.length > mine.length : args.length !== mine.length) return false;
  return args.every((it, i) => sameArgument(ours.name, mine[i]!, it, interrupted));
}

function sameArgument(call: string, arg: Arg, theirs: Member, interrupted: boolean): boolean {
  const which = `${call}.${arg.name}`;
  if (READ_DEEPER.has(which) || (interrupted && arg.flow !== "value" && arg.flow !== "in")) return true;
  const same = SAME_ARGUMENT[which] ?? sameMember;
  const number = arg.before === null ? BigInt(arg.value) : null;
  return isUnread(arg, theirs.value) || same(memberOf(arg, theirs.value), theirs, number);
}

/** strace looked into memory of which netlab knows only where it lies. */
const isUnread = ({ flow, room, before }: Arg, it: Value): boolean => flow !== "value" && room === 0
  && (isList(it) || (before === null && it.kind === "string"));

/** Our text of an argument; a plain one that was cut, with all its bytes, its NUL too if strace cut it. */
function memberOf({ flow, text, layout, before, after, room, wrote }: Arg, theirs: Value): Member {
  const member = readValues(text).members[0]!;
  const { value } = member;
  if (value.kind !== "string" || !value.cut) return member;
  const packed = flow === "in" ? before : after;
  const length = flow === "in" ? room : wrote;
  const all = packed === null ? "" : unpack(packed).subarray(0, length).toString("latin1");
  const isWhole = layout === cString.name && theirs.kind === "string" && !theirs.cut;
  const bytes = isWhole ? all.replace(/\0$/, "") : all;
  return bytes.startsWith(value.bytes) ? { ...member, value: { ...value, bytes, cut: false } } : member;
}

function sameResult(ours: Call, { result, broken, call }: TracedCall, interrupted: boolean): boolean {
  if (ours.result === null) return broken || result.startsWith("?") || result === "";
  if (interrupted) return ours.errno === "EINTR";
  const text = resultText({ ...ours, result: ours.result });
  return call.result !== null && sameAnswer(readResult(text, 0), call.result);
}

/** But for what strace did to the call itself. */
function sameAnswer(ours: Result, theirs: Result): boolean {
  const behind = theirs.behind.filter(([it]) => !/^(?:INJECTED|DELAYED)/.test(it?.source ?? ""));
  const all = (members: readonly Member[]): Members => ({ members, cut: false });
  return ours.errno === theirs.errno && sameValue(ours.value, theirs.value, null)
    && ours.behind.length === behind.length
    && ours.behind.every((it, i) => sameMembers(all(it), all(behind[i]!)));
}

/** An option that one of them knows and the other does not: then they say different kinds of things. */
const sameOption: Same = (ours, theirs, number) => {
  const [mine, other] = [ours.value, theirs.value];
  const isNamed = (it: Value): boolean => isList(it) && /^[A-Z]/.test(wordsIn(it)[0] ?? "");
  if (kindOf(mine) !== kindOf(other)) return mine.kind !== "struct";
  return sameMember(ours, theirs, number) || (isNamed(other) && !isNamed(mine));
};
const kindOf = (it: Value): string => (isList(it) || it.kind === "string" ? it.kind : "word");
/** `[2] => [7]` and `[2 => 7]` are the same. */
const sameOffset: Same = (ours, theirs) =>
  JSON.stringify(wordsIn(ours.value)) === JSON.stringify(wordsIn(theirs.value));

const SAME_ARGUMENT: Readonly<Record<string, Same>> = {
  "getsockopt.optval": sameOption,
  "setsockopt.optval": sameOption,
  "sendfile.offset":   sameOffset,
};
