/** One argument as `strace -s 64` writes it. */
import { generalText, type Place } from "./place-text.ts";
import { SPECIAL } from "./special-text.ts";

/** The text; null: strace leaves the argument out. */
export function argumentText(it: Place): string | null {
  const special = SPECIAL[`${it.call}.${it.parameter.name}`];
  return special === undefined ? generalText(it) : special(it);
}
