/** A difference: whatever one of the runs lacks is told with its side. */
import { describe, expect, test } from "vitest";
import type { Check } from "../../src/lab/check.ts";
import { is } from "../../src/lab/check.ts";
import { difference } from "../../src/lab/difference.ts";
import { sided } from "../../src/lab/job.ts";
import { judge } from "../../src/lab/judge.ts";
import type { LookWitness } from "../../src/lab/look-witness.ts";
import type { Seen } from "../../src/lab/seen.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";
import { frozen } from "./frozen.ts";

const run = (as: string) => {
  const it = new HistoryBuilder(as);
  it.scene("hear");
  it.look("words", "one two\n");
  return sided(as, it.events).history;
};
const events = frozen([...run("tcp"), ...run("udp")]);
const judged = (proof: (look: LookWitness, seen: Seen) => readonly Check[]) =>
  judge(difference("it is so", { tcp: { hear: { look: 1 } }, udp: { hear: { look: 1 } } }, ({ udp }, seen) => proof(udp.hear.look, seen.udp)), events);

describe("what udp's run lacks", () => {
  test.for([
    ["a word",      (look) => [is(look.word(5), "x")],                    "udp: look “words” has no word 5"],
    ["a parameter", (look, seen) => [is(look.word(0), String(seen.set("size")))], "udp: this run had no parameter size"],
    ["a state",     (_, seen) => [is(seen.states("server").at(0), "x")],  /^udp: .*/],
    ["a scene",     (_, seen) => [is(seen.calls("sing"), 0)],             "udp: the history has no scene “sing”"],
  ] as readonly (readonly [string, (look: LookWitness, seen: Seen) => readonly Check[], string | RegExp])[])("%s", ([, proof, why]) =>
    expect(judged(proof)).toMatchObject({ verdict: "unknown", why: typeof why === "string" ? why : expect.stringMatching(why) as string }));

  test("nothing", () => expect(judged((look) => [is(look.word(1), "two")])).toMatchObject({ verdict: "proven", why: null }));
});
