/** Many calls in sum: a line for each name, with how often it returned what. */
import { errnoName } from "../abi/errno.ts";
import type { SumOfCalls, TimesEvent } from "../lab/events.ts";
import { TEXT } from "./call-lines.ts";
import { counted } from "./counted.ts";
import { fold } from "./fold.ts";
import { flushRight, inset, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";

export function timesLines({ label, actor, calls }: TimesEvent, { width, text }: Pen): readonly Line[] {
  const who = actor === "main" ? "" : `[${actor}] `;
  return calls.flatMap((sum) => {
    const said = `${who}${counted(sum.count)} ${text("×")} ${sum.name}: ${resultsText(sum)}`;
    return flushRight(inset(TEXT, fold(said, width - TEXT)), piece(text(`“${label}”`), "dim"), width);
  });
}

/** So many different results are told, the most frequent first. */
const RESULTS = 6;

function resultsText({ results }: SumOfCalls): string {
  const [first, ...others] = results.toSorted(([, a], [, b]) => b - a);
  if (first === undefined) return "none came back";
  if (others.length === 0) return `${first[1] === 1 ? "it" : "each"} ${outcome(first[0])}`;
  const told = [first, ...others.slice(0, RESULTS - 1)];
  const rest = others.slice(RESULTS - 1).reduce((sum, [, times]) => sum + times, 0);
  const texts = told.map(([result, times]) => `${counted(times)} ${outcome(result)}`);
  return [...texts, ...(rest === 0 ? [] : [`${counted(rest)} something else`])].join(", ");
}

/** The kernel's own way to say that a call failed: a result from -4095 to -1. */
const outcome = (result: number): string =>
  result < 0 && result >= -4095 ? `failed with ${errnoName(-result)}` : `returned ${result}`;
