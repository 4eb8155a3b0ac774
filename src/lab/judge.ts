/**
 * Judging is pure: claims and a history in, findings out. Three verdicts, and a bent history must be refuted.
 */

import { isOlder } from "../kernel/release.ts";
import type { Check } from "./check.ts";
import type { Claim } from "./claim.ts";
import type { FindingEvent, Verdict } from "./events.ts";
import { type Events, NotInHistory } from "./fact.ts";
import { History } from "./history.ts";

export interface Finding {
  readonly claim: string;
  readonly verdict: Verdict;
  readonly cites: FindingEvent["cites"];
  readonly evidence: readonly string[];
  readonly why: string | null;
}

/**
 * The verdict on one claim. A history that lacks what the claim rests on makes it unknown;
 * a proof that fails on its own throws.
 */
export function judge(claim: Claim, events: Events): Finding {
  const found = (verdict: Verdict, checks: readonly Check[], why: string | null): Finding => {
    const evidence = checks.filter((it) => it.missing === null).map((it) => it.text);
    return { claim: claim.says, verdict, cites: claim.cites, evidence, why };
  };
  const proof = attempt(claim, events);
  if (typeof proof === "string") return found("unknown", [], proof);
  const wrong = proof.filter((it) => !it.holds);
  if (wrong.length > 0) return found("refuted", proof, null);
  if (proof.every((it) => it.missing !== null)) {
    return found("unknown", [], proof[0]?.missing ?? "nothing was checked");
  }
  const missing = proof.find((it) => it.missing !== null);
  return found("proven", proof, missing === undefined ? null : `one witness: ${missing.missing}`);
}

function attempt(claim: Claim, events: Events): readonly Check[] | string {
  try {
    const history = new History(events);
    return tooOld(claim, history) ?? claim.prove(history);
  } catch (error) {
    if (error instanceof NotInHistory) return error.message;
    throw error;
  }
}

function tooOld({ since }: Claim, { run: { machine: { kernel } } }: History): string | null {
  if (since === null || !isOlder(kernel, since)) return null;
  return `this holds from Linux ${since} on, and the run was on ${kernel}`;
}

/** One bend that should have refuted a claim and did not. */
export interface Straight {
  readonly claim: string;
  readonly check: string;
  readonly verdict: Verdict;
}

/**
 * Bends every fact that a proven claim cites, in the history;
 * answers those bends that did not refute it, or could not be made.
 */
export function unbent(claim: Claim, events: Events): readonly Straight[] {
  const checks = attempt(claim, events);
  if (typeof checks === "string") return [{ claim: claim.says, check: checks, verdict: "unknown" }];
  return checks.flatMap((check) => {
    const verdicts = check.missing === null ? check.bends.map((bend) => bentVerdict(claim, bend)) : [];
    const idle = check.missing === null && check.bends.length === 0;
    const wrong: readonly Verdict[] = idle ? ["proven"] : verdicts.filter((it) => it !== "refuted");
    return wrong.map((verdict) => ({ claim: claim.says, check: check.text, verdict }));
  });
}

/** A place that can hold no other value makes the check an idle one. */
function bentVerdict(claim: Claim, bend: () => Events): Verdict {
  try {
    return judge(claim, bend()).verdict;
  } catch (error) {
    if (error instanceof NotInHistory || error instanceof RangeError) return "unknown";
    throw error;
  }
}
