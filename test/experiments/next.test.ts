/** What an experiment says comes next leads through the order of study. */
import { expect, test } from "vitest";
import { study } from "../../experiments/study.ts";
import { loadAll } from "../../src/cli/library.ts";

const order = study.flatMap(({ experiments }) => experiments);
const next = new Map((await loadAll()).map((it) => [it.name, it.next?.replace(/\s+/g, " ") ?? ""]));
const pairs = order.slice(0, -1).map((name, i) => [name, order[i + 1]!] as const);

test.each(pairs)("%s leads to %s", (name, follower) => {
  expect(next.get(name)?.split("Then ").at(-1)).toMatch(new RegExp(`^${follower}[:,;. ]`));
});
