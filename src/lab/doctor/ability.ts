/** What doctor says of one ability, and how it is told what to say. */
import type { Findings } from "./findings.ts";
import type { Place } from "./place.ts";

/** Whether it is there: null, it is not known. */
export interface Examined {
  readonly able: boolean | null;
  /** How it was found; where it is not able, why not. */
  readonly how: string;
  /** What to do about it, or null. */
  readonly remedy: string | null;
}
export interface Ability extends Examined {
  /** By which one asks for it: `netlab doctor wire`. */
  readonly word: string;
  readonly name: string;
}

/** One ability: what does not depend on the machine, and the examination of one. */
export interface Rule {
  readonly word: string;
  readonly name: string;
  readonly gives: string;
  readonly tried: string;
  readonly needs: string;
  /** What of it experiments and claims need, as standing.ts counts: witnesses, needs. */
  takes(found: Findings): readonly string[];
  examine(found: Findings, place: Place): Examined;
}

/** It is there; a remedy then tells what would be better. */
export const able = (how: string, remedy: string | null = null): Examined => ({ able: true, how, remedy });
/** It is not, and why. */
export const unable = (how: string, remedy: string | null): Examined => ({ able: false, how, remedy });
/** Nobody can tell. */
export const unknown = (how: string): Examined => ({ able: null, how, remedy: null });

/** The first errno that a reason names. */
export const errnoIn = (why: string): string | null => /\bE[A-Z0-9]{2,}\b/.exec(why)?.[0] ?? null;
/** What the kernel answers to what it may not allow. */
export const isRefusal = (why: string): boolean => ["EPERM", "EACCES"].includes(errnoIn(why) ?? "");
/** Why something was not tried. */
export const untried = ({ cut }: Findings): string => cut ?? "no process for a run starts here";
