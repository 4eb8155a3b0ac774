/** What is measured in Node, by itself: each loop answers how many packets it made, in any order, and ends when nobody asks. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { BATCH, LOOPS } from "../../src/bench/loops.ts";
import { answer, question } from "../../src/bench/sample.ts";
import { cannot, named } from "../chamber/netlab.ts";
import { loops, noGate, noGso, PROGRAM } from "./able.ts";

const told = (what: string, input: string): readonly string[] => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, what], { input, encoding: "utf8", timeout: 30_000 });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trim().split("\n");
};
const packets = (name: string, rounds: number): number => (/^(mmsg|gso|dgram-)/.test(name) ? rounds * BATCH : rounds);
const NOWHERE = '{"why":"there is no such loop"}';

describe.skipIf(cannot !== null)(named("dist/bench.cjs", cannot), () => {
  const steady = LOOPS.map(({ name }) => name).filter((it) => it !== "gso");
  describe.for([
    ["calls",           null,   steady],
    ["calls, with gso", noGso,  [...steady, "gso"]],
    ["prepared calls",  noGate, loops.flatMap(({ name }) => [name, `${name}-prepared`])],
  ] as const)("%s", ([what, why, names]) => {
    // 130 is two lists of sendto and two rounds, and four of tcp and two.
    test.skipIf(why !== null).for([1, 2, 130])(named(`${what}, %i rounds`, why), (rounds) => {
      const all = [...names, ...names.toReversed()];
      const found = told("calls", all.map((it) => question(it, rounds)).join("")).map(answer);
      expect(found).toEqual(all.map((name) => ({
        ns: expect.any(Number) as number, packets: packets(name, rounds),
        ...(name.endsWith("prepared") ? { inside: expect.any(Object) as object } : {}),
      })));
    });
  });

  test("koffi alone: prepared calls cannot be made, all others can", () => {
    expect(told("koffi", question("sendto-prepared", 1) + question("sendto", 2)))
      .toEqual(['{"why":"prepared calls cannot be made here"}', expect.stringMatching(/^\{"ns":\d+,"packets":2\}$/)]);
  });

  test("library", () => {
    const names = [...new Set(LOOPS.flatMap(({ rivals }) => rivals.map(({ asks }) => asks)))];
    const found = told("library", [...names, ...names].map((it) => question(it, 5)).join("")).map(answer);
    expect(found).toEqual([...names, ...names].map((name) => ({ ns: expect.any(Number) as number, packets: packets(name, 5) })));
  });

  test.for(["calls", "koffi", "library"])("%s: what is no loop is told", (what) =>
    expect(told(what, "nosuch 1\nconstructor 1\nsendto-prepare\n").slice(0, 2)).toEqual([NOWHERE, NOWHERE]));
});
