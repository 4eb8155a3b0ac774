/** What claims make of the notes' statements, and where the library's experiments are. */
import { describe, expect, test } from "vitest";
import { notes } from "../../experiments/catalogue/notes.ts";
import { experimentsOf, settled, standing } from "../../src/cli/catalogue.ts";
import { entryOf, library, loadAll, sourceOfRun } from "../../src/cli/library.ts";
import { type Cite, claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";

const citing = (name: string, ...cites: readonly (readonly Cite[])[]) =>
  experiment({ name, asks: "?", story: "", run: () => undefined, claims: cites.map((it, i) => claim(`${name} ${i}`, {}, () => [], it)) });
const all = notes.flatMap((it) => it.statements);

describe("a statement", () => {
  test("stands open where no claim cites it, unless it is said why none can", () => {
    const found = settled([], []);
    expect(found.map((it) => it.id)).toEqual(all.map((it) => it.id));
    expect(found.map(standing)).toEqual(all.map((it) => (it.why === null ? "open" : "cannot")));
  });

  test.for([
    ["supports",                  [supports("N0-06")],                                             "supports",    "confirmed"],
    ["corrects",                  [supports("N0-06"), corrects("N0-06")],                          "corrects",    "corrected"],
    ["contradicts",               [contradicts("N0-06"), supports("N0-06"), corrects("N0-06")],    "contradicts", "contradicted"],
  ] as const)("%s is the strongest", ([, cites, how, stands]) => {
    const it = settled([citing("one", ...cites)], []).find(({ id }) => id === "N0-06")!;
    expect({ how: it.how, stands: standing(it), by: it.by.length }).toEqual({ how, stands, by: cites.length });
  });

  test("names each experiment that settles it once, in their order", () => {
    const it = settled([citing("b", supports("N0-06"), supports("N0-06")), citing("a", corrects("N0-06"))], []).find(({ id }) => id === "N0-06")!;
    expect(experimentsOf(it)).toEqual(["b", "a"]);
  });
});

describe("the library", () => {
  test("holds each experiment under its own name, in the order of study", async () => {
    expect((await loadAll()).map((it) => it.name)).toEqual(library.map((it) => it.name));
    expect(library.map((it) => it.number)).toEqual(library.map((_, i) => i + 1));
    expect(entryOf(library[0]!.name)).toBe(library[0]);
    expect(entryOf("toString")).toBeNull();
  });

  test("every claim cites statements that there are", async () => {
    const cited = (await loadAll()).flatMap(({ name, claims }) => claims.flatMap(({ cites }) => cites.map(({ id }) => ({ name, id }))));
    expect(cited.length).toBeGreaterThan(0);
    expect(cited.filter(({ id }) => !all.some((it) => it.id === id))).toEqual([]);
  });

  test.each(library.map(({ name, source }) => [name, source] as const))("%s: its run can be shown as it is written", (_, source) => {
    expect(sourceOfRun(source)).toMatch(/^run\((?:calls, )?\{\s[\s\S]*\n\},$/);
  });

  test("a file that is not there, or has no run, shows none", () => {
    expect(sourceOfRun(new URL("not-there.ts", import.meta.url))).toBeNull();
    expect(sourceOfRun(new URL("../../package.json", import.meta.url))).toBeNull();
  });
});
