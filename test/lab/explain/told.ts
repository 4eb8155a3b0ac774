/** Logs written by hand, explained: what the tests of this folder ask about. */
import { type Explained, Explainer } from "../../../src/lab/explain/explainer.ts";
import type { StraceCall } from "../../../src/witness/strace-entry.ts";
import { readEntries } from "../../../src/witness/strace-reader.ts";

/** All lines of a log, and who explained them. */
export function explained(...lines: readonly string[]): { readonly explainer: Explainer; readonly all: readonly Explained[] } {
  const explainer = new Explainer();
  return { explainer, all: readEntries(lines.join("\n")).map((it) => explainer.take(it)) };
}

/** The call of a line. */
export function callOf(line: string): StraceCall {
  const [entry] = readEntries(line);
  if (entry === undefined || !("call" in entry)) throw new Error(`no call: ${line}`);
  return entry.call;
}
