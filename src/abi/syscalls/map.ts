/**
 * The flags of mmap in strace's words: a kind of mapping, a number; then flags; then the size of huge
 * pages, a shift.
 */
import { flagged, type Names, named } from "../../memory/integer.ts";
import type { Type } from "../../memory/type.ts";
import { MAP, MAP_HUGE_SHIFT, MFD } from "../constants/mman.ts";
import { shown } from "./number.ts";

const { MAP_FILE, MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE, MAP_DROPPABLE, ...FLAGS } = MAP;
const KINDS: Names = { MAP_FILE, MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE, MAP_DROPPABLE };
/** The bits of `flags` that are the kind: MAP_TYPE of <linux/mman.h>. */
const KIND = 0xf;
const BELOW_HUGE = 2 ** MAP_HUGE_SHIFT - 1;

/** Below the highest six bits as `show` says; these are log2 of the size of a huge page. */
const withHuge = (value: number, unit: string, show: (below: number) => string): string => {
  const log = value >>> MAP_HUGE_SHIFT;
  const below = show(value & BELOW_HUGE);
  return log === 0 ? below : `${below === "0" ? "" : `${below}|`}${log}<<${unit}`;
};

/** `MAP_PRIVATE|MAP_ANONYMOUS`. */
export const mapFlags: Type<number> = shown((value) => withHuge(value, "MAP_HUGE_SHIFT", (below) => {
  const kind = named(KINDS, below & KIND);
  const rest = below & ~KIND;
  return rest === 0 ? kind : `${kind}|${flagged(FLAGS, rest).replace(/ .*/, "")}`;
}));

/** `MFD_CLOEXEC|MFD_ALLOW_SEALING`. */
export const memfdFlags: Type<number> = shown((value) =>
  withHuge(value, "MFD_HUGE_SHIFT", (below) => flagged(MFD, below)));

