/**
 * What strace says of an argument by its direction and its type. What a call writes is shown once it is back;
 * of a call that failed, only where it would have been written.
 */
import { cString, type Given, type Parameter, unsaid } from "../abi/parameter.ts";
import { sigset } from "../abi/structs/signal.ts";
import { size_t, u64 } from "../memory/integer.ts";
import { bytesOf } from "../memory/memory.ts";
import { isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import type { Segment } from "./log-segments.ts";
import { addressText, pointedText, stringText } from "./memory-text.ts";
import { structText } from "./struct-text.ts";

/** One argument of one call, with what it needs of the others. */
export interface Place {
  readonly call: string;
  readonly parameter: Parameter;
  /** The register. */
  readonly word: number | bigint;
  /** All registers, by the parameters' names. */
  readonly words: Given;
  /** Null while, or if, the call never came back; a negated errno where it failed. */
  readonly result: number | null;
  /** The memory behind it, before and after; undefined where there is none to be read. */
  readonly before: Segment | undefined;
  readonly after: Segment | undefined;
  /** All memory that the argument reached, itself included, by C's way there: `.msg_iov[0].iov_base`. */
  readonly reached: {
    readonly before: ReadonlyMap<string, Segment>;
    readonly after: ReadonlyMap<string, Segment>;
  };
  /** The type of the value, or of these bytes. */
  type(bytes: Uint8Array | null): AnyType | null;
}

/** The call failed, or has not come back. */
export const failed = ({ result }: Place): boolean => result === null || result < 0;
/** Only where it points. */
export const placeText = ({ word }: Place): string => addressText(word);

/** The bytes that the call may read; null where there are none to be read. */
export const inward = ({ before }: Place): Uint8Array | null =>
  before?.bytes.subarray(0, before.room) ?? null;
/** The bytes that the kernel wrote; null where it wrote none. */
export const outward = (it: Place): Uint8Array | null =>
  (failed(it) || it.after === undefined ? null : it.after.bytes.subarray(0, it.after.wrote));
/** Of what the kernel reads and writes: all of it, as it was left. */
function changed(it: Place): Uint8Array | null {
  if (failed(it) || it.after === undefined) return inward(it);
  return it.after.bytes.subarray(0, Math.max(it.after.wrote, it.before?.room ?? 0));
}

/** The text of an argument that strace treats like any other; null: it is left out. */
export function generalText(it: Place): string | null {
  const { flow } = it.parameter;
  if (flow === "value") return numberText(it);
  if (flow === "place") return placeText(it);
  if (it.before === undefined) return bareText(it);
  const bytes = flow === "out" ? outward(it) : flow === "in" ? inward(it) : changed(it);
  return bytes === null || isUnread(it) ? placeText(it) : memoryText(it, bytes);
}

function numberText(it: Place): string | null {
  const type = it.type(null);
  if (type === unsaid) return null;
  if (type === null) return String(it.word);
  return type === size_t || type === u64 ? unsignedText(it) : type.show(Number(it.word));
}

/** 64 bits without a sign. */
export const unsignedText = ({ word }: Place): string => String(BigInt.asUintN(64, BigInt(word)));

/** A word without memory behind it: an address, or the number that this command takes. */
function bareText(it: Place): string | null {
  const { typing, room, wrote } = it.parameter;
  const isWord = typeof typing === "function" && room === wrote;
  const type = isWord ? it.type(null) : null;
  if (type === unsaid) return null;
  if (!isWord || isStruct(type) || type === cString) return placeText(it);
  if (type !== null) return type.show(Number(it.word));
  return Number(it.word) === 0 ? "0" : placeText(it);
}

/** Memory of which nothing is known, not even how much of it the call touches. */
const isUnread = (it: Place): boolean =>
  it.before?.room === 0 && it.parameter.flow === "inout" && it.type(null) === null;

/** What is in memory. */
export function memoryText(it: Place, bytes: Uint8Array): string {
  const type = it.type(bytes);
  if (type === sigset) return signalsText(it, bytes);
  if (!isStruct(type)) return changedText(it, type, bytes);
  return bytes.length < type.size ? stringText(bytes) : structText(type, bytesOf(bytes), failed(it));
}

/** Only a set of the kernel's own size is one. */
const signalsText = (it: Place, bytes: Uint8Array): string => {
  const size = it.words.sigsetsize ?? it.words.sizemask ?? sigset.size;
  return size === sigset.size ? sigset.show(sigset.read(bytesOf(bytes), 0)) : placeText(it);
};

/** A number stands in brackets, and where the kernel changed it, as it was too: `[128 => 16]`. */
function changedText(it: Place, type: AnyType | null, bytes: Uint8Array): string {
  const is = pointedText(type, bytes);
  const isNumber = type !== null && !("of" in type) && /^\[.*\]$/.test(is);
  if (it.parameter.flow !== "inout" || failed(it) || !isNumber) return is;
  const was = pointedText(type, inward(it)!);
  return was === is ? is : `${was.slice(0, -1)} => ${is.slice(1)}`;
}
