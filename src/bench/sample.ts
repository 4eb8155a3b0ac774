/** What a measured program is asked for, and what it answers: a line of text each way. */

/** So many rounds of a loop took so long. */
export interface Sample {
  readonly ns: number;
  /** Or round trips. */
  readonly packets: number;
  /** Prepared calls alone: the median between the clock before and after, in ns, by the call's name. */
  readonly inside?: Readonly<Record<string, number>>;
}
/** Why it cannot be made here. */
export interface NoSample {
  readonly why: string;
}
export type Answer = Sample | NoSample;

/** `sendto 20000`: so many rounds of a loop. */
export const question = (loop: string, rounds: number): string => `${loop} ${rounds}\n`;

/** The loop that is asked for, and its rounds. */
export function asked(line: string): readonly [loop: string, rounds: number] {
  const [loop = "", rounds = "1"] = line.split(" ");
  return [loop, Number(rounds)];
}

/** An answer from its line. Throws Error for what is none. */
export function answer(line: string): Answer {
  const it = JSON.parse(line) as Partial<Sample & NoSample>;
  if (typeof it.why === "string") return { why: it.why };
  if (Number(it.ns) > 0 && Number(it.packets) > 0) return it as Sample;
  throw new Error(`no sample: ${line}`);
}

/** Packets, or round trips, a second. */
export const rateOf = ({ ns, packets }: Sample): number => (packets / ns) * 1e9;
