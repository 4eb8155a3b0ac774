/** TCP's states by name, "LISTEN", as the kernel numbers them; UDP's sockets are in some of them as well. */
import { TCP_STATE } from "../abi/constants/tcp.ts";

const NUMBERS: ReadonlyMap<string, number> =
  new Map(Object.entries(TCP_STATE).map(([name, value]) => [name.slice("TCP_".length), value]));
const NAMES: ReadonlyMap<number, string> = new Map([...NUMBERS].map(([name, value]) => [value, name]));

/** "LISTEN" for 10; the number itself where it has no name. */
export const stateName = (value: number): string => NAMES.get(value) ?? String(value);

/** A bit for each name. Throws TypeError for a name that is none. */
export const stateBits = (names: readonly string[]): number => names.reduce((bits, name) => {
  const state = NUMBERS.get(name);
  if (state === undefined) throw new TypeError(`TCP has no state ${name}`);
  return bits | (1 << state);
}, 0);

/** Every state there is, a bit each. */
export const ALL_STATES = stateBits([...NUMBERS.keys()]);
