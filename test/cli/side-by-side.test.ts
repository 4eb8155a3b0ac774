/** Several at a time, in whatever order they end: told in the order in which they were asked for. */
import { expect, test } from "vitest";
import { sideBySide, type Task } from "../../src/cli/side-by-side.ts";

/** Tasks that take so long, in ms, and note what runs beside what. */
function tasks(times: readonly number[], alone: readonly number[] = []) {
  const under = new Set<number>();
  const seen: string[] = [];
  const made = times.map((time, i): Task<string, number> => ({
    alone: alone.includes(i),
    async work(hear) {
      under.add(i);
      seen.push([...under].sort().join());
      hear(`${i} begins`);
      await new Promise((resolve) => setTimeout(resolve, time));
      hear(`${i} ends`);
      under.delete(i);
      return i * 10;
    },
  }));
  return { made, seen };
}
const told = async (list: readonly Task<string, number>[], most: number, stop = new AbortController().signal) => {
  const heard: string[] = [];
  const results = await sideBySide(list, most, stop, (it, i) => heard.push(`${i}: ${it}`));
  return { heard, results };
};
const inOrder = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => [`${i}: ${i} begins`, `${i}: ${i} ends`]).flat();

test.for([1, 2, 3, 9])("%s at a time", async (most) => {
  const { made, seen } = tasks([30, 5, 20, 1, 10]);
  const { heard, results } = await told(made, most);
  expect(heard).toEqual(inOrder(5));
  expect(results).toEqual([0, 10, 20, 30, 40]);
  expect(Math.max(...seen.map((it) => it.split(",").length))).toBe(Math.min(most, 5));
});

test("one whose turn it is is heard while it goes on", async () => {
  let end = (): void => undefined;
  const heard: string[] = [];
  const open: Task<string, null> = { alone: false, work: (hear) => new Promise((resolve) => { hear("begins"); end = () => resolve(null); }) };
  const all = sideBySide([open], 2, new AbortController().signal, (it) => heard.push(it));
  await Promise.resolve();
  expect(heard).toEqual(["begins"]);
  end();
  await all;
});

test("nothing runs beside one that must be alone", async () => {
  const { made, seen } = tasks([10, 10, 10, 10], [1]);
  const { heard } = await told(made, 4);
  expect(heard).toEqual(inOrder(4));
  expect(seen.filter((it) => it.split(",").includes("1"))).toEqual(["1"]);
});

test("once it is stopped no other is begun", async () => {
  const stop = new AbortController();
  const { made } = tasks([5, 5, 5]);
  const heard: string[] = [];
  const results = await sideBySide(made, 1, stop.signal, (it) => {
    heard.push(it);
    stop.abort();
  });
  expect({ heard, results }).toEqual({ heard: ["0 begins", "0 ends"], results: [0] });
});
