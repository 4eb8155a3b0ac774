/**
 * The notes' statements joined with the claims that cite them:
 * what is confirmed, corrected, contradicted, and what is open.
 */
import type { Statement } from "../../experiments/catalogue/note.ts";
import { notes } from "../../experiments/catalogue/notes.ts";
import type { Claim } from "../lab/claim.ts";
import type { How } from "../lab/events.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import type { Job } from "../lab/job.ts";

/** A claim that cites a statement. `experiment`: its name, or `compare tcp udp`. */
export interface Citation {
  readonly experiment: string;
  readonly claim: string;
  readonly how: How;
}
/**
 * A statement with the claims that settle it. `how` is the strongest of them; null where no claim cites it.
 */
export interface Settled extends Statement {
  readonly how: How | null;
  readonly by: readonly Citation[];
}
/** How a statement stands, in the words that people are shown. */
export type Standing = "confirmed" | "corrected" | "contradicted" | "open" | "cannot";

/** From the strongest: where claims cite one statement in several ways, the first of these holds. */
const STANDING = {
  contradicts: "contradicted",
  corrects:    "corrected",
  supports:    "confirmed",
} as const satisfies Record<How, Standing>;
const STRENGTH = Object.keys(STANDING) as readonly How[];

/**
 * Every statement of the notes, in their order, with what these experiments' claims make of it, and what is
 * claimed of how they differ: that is proven by comparing them.
 */
export function settled(experiments: readonly AnyExperiment[], jobs: readonly Job[]): readonly Settled[] {
  const citations = new Map<string, Citation[]>();
  const cite = (experiment: string, { says, cites }: Claim): void => {
    for (const { id, how } of cites) {
      citations.set(id, [...(citations.get(id) ?? []), { experiment, claim: says, how }]);
    }
  };
  for (const { name, claims } of experiments) for (const it of claims) cite(name, it);
  for (const it of jobs.flatMap((job) => job.differences)) cite(`compare ${it.between.join(" ")}`, it);
  return notes.flatMap(({ statements }) => statements).map((it) => {
    const by = citations.get(it.id) ?? [];
    return { ...it, how: STRENGTH.find((how) => by.some((cite) => cite.how === how)) ?? null, by };
  });
}

/** `cannot`: no claim cites it, and the catalogue says why none can. */
export const standing = ({ how, why }: Pick<Settled, "how" | "why">): Standing =>
  (how !== null ? STANDING[how] : why !== null ? "cannot" : "open");

/** The names of the experiments that settle a statement, each once. */
export const experimentsOf = ({ by }: Pick<Settled, "by">): readonly string[] =>
  [...new Set(by.map((it) => it.experiment))];
