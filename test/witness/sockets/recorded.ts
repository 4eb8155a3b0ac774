/** What kernels have answered, from test/fixtures/sock-diag/: each receive as memory. */
import { readFileSync } from "node:fs";
import { bytesOf, type Memory } from "../../../src/memory/memory.ts";
import { answerIn, type Diag } from "../../../src/witness/diag-answer.ts";

/** The receives of one file: paragraphs of hexadecimal behind a line that says what they are. */
export const recorded = (name: string): readonly Memory[] =>
  readFileSync(new URL(`../../fixtures/sock-diag/${name}.hex`, import.meta.url), "latin1")
    .split("\n\n").slice(1).map((it) => bytesOf(Buffer.from(it.replace(/\s/g, ""), "hex")));

/** nlmsg_seq of its first message: that of the question. */
export const seqOf = (receives: readonly Memory[]): number => receives[0]!.bytes.readUInt32LE(8);

/** All sockets in it. */
export const socketsIn = (name: string, protocol: number): readonly Diag[] => {
  const receives = recorded(name);
  return receives.flatMap((it) => answerIn(it, seqOf(receives), protocol).sockets);
};
