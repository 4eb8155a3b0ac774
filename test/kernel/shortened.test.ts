/** A path in brief: the chosen steps, below each other as before. */
import { expect, test } from "vitest";
import { path, step } from "../../src/kernel/path.ts";
import { shortened } from "../../src/kernel/shortened.ts";

const at = ["sock:sk_data_ready"];
const whole = path("x", ["net:netif_rx"], [[0, "a"], [1, "b"], [2, "c"], [1, "d"], [2, "b"], [3, "e"]].map(
  ([depth, fn]) => step(depth as number, fn as string, "net/socket.c", `does ${fn}`, { by: `table.${fn}` })));
const drawn = (...names: string[]) =>
  shortened(whole, at, names).steps.map(({ depth, fn }) => `${depth}${fn}`).join(" ");

test.each([
  ["all of them",                          ["a", "b", "c", "d", "b", "e"], "0a 1b 2c 1d 2b 3e"],
  ["below the nearest that is left",       ["a", "c", "e"],                "0a 1c 1e"],
  ["the second one of a name, behind what stands between", ["a", "d", "b", "e"], "0a 1d 2b 3e"],
  ["from further down on",                 ["d", "e"],                     "0d 1e"],
])("%s", (_, names, steps) => expect(drawn(...names)).toBe(steps));

test("says the same of each step, and where it can be seen", () => {
  const brief = shortened(whole, at, ["a", "c"]);
  expect(brief).toMatchObject({ to: "x", at });
  expect(brief.steps[1]).toEqual({ ...whole.steps[2], depth: 1 });
});

test.each([
  ["a name that there is not", ["a", "z"], "the path to x: there is no z after those named before"],
  ["another order",            ["a", "d", "c"], "there is no c after those named before"],
  ["nothing",                  [], "it has no steps"],
  ["two beginnings",           ["b", "d"], "nothing above d can have called it, at depth 0"],
])("refused: %s", (_, names, why) => expect(() => shortened(whole, at, names).steps).toThrow(why));
