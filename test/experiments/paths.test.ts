/** Every declared way through the kernel is taken by an experiment: only so can it be watched. */
import { describe, expect, test } from "vitest";
import { loadAll } from "../../src/cli/library.ts";
import { WAYS } from "../../src/kernel/path-names.ts";

const experiments = await loadAll();
const taken = experiments.flatMap(({ name, paths = {} }) => Object.values(paths).map((path) => ({ name, path })));

describe.each(WAYS)("$name", ({ path }) => {
  test("is taken by an experiment", () => expect(taken.filter((it) => it.path === path).map((it) => it.name)).not.toEqual([]));
});
