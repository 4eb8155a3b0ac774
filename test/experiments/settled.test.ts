/** Notes that are worked through: each of their statements is judged by an experiment, or says why none can. */
import { expect, test } from "vitest";
import { notes } from "../../experiments/catalogue/notes.ts";
import { jobs } from "../../experiments/jobs/jobs.ts";
import { settled, standing } from "../../src/cli/catalogue.ts";
import { loadAll } from "../../src/cli/library.ts";

const WORKED_THROUGH = ["N0", "N2", "N3"];
const all = settled(await loadAll(), jobs);

test.each(notes.filter(({ id }) => WORKED_THROUGH.includes(id)).map(({ id }) => id))("no statement of %s is open", (note) => {
  expect(all.filter((it) => it.note === note && standing(it) === "open").map(({ id }) => id)).toEqual([]);
});
