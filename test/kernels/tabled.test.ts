/** What a guest's `netlab path tables --json` comes to. */
import { expect, test } from "vitest";

const { tabled } = await (import(new URL("./tabled.js", import.meta.url).href) as Promise<{ tabled(run: object): unknown }>);
const { wanted } = await (import(new URL("./wanted.js", import.meta.url).href) as Promise<{ wanted(words: readonly string[], own: string): unknown }>);

const slot = { slot: "connect", fn: "f", holds: "f", fits: true, wrong: null };
const told = (who: string, ...slots: readonly object[]): unknown =>
  tabled({ who, code: 0, events: `${JSON.stringify({ name: "t", why: "no kcore", slots })}\n`, said: "" });

test("a slot that holds what is declared is proven; root has to have read it", () => {
  expect(told("root", slot, { ...slot, fn: null, holds: "g" })).toMatchObject({ proven: 1, refuted: 0, unknown: 0 });
  expect(told("user", { ...slot, holds: null })).toMatchObject({ proven: 1, unknown: 0 });
  expect(told("root", { ...slot, holds: null })).toMatchObject({ proven: 0, unknown: 1, items: [{ of: "t", says: "connect is f", because: ["no kcore"] }] });
});
test("what contradicts is refuted, and a run that broke is told", () => {
  expect(told("root", { ...slot, wrong: "connect points to g" })).toMatchObject({ refuted: 1, items: [{ verdict: "refuted", because: ["connect points to g"] }] });
  expect(tabled({ who: "root", code: 70, events: "", said: "why" })).toMatchObject({ broken: 1 });
});
test("it is asked for by netlab's own words", () =>
  expect(wanted(["6.1", "--", "path", "tables"], "amd64")).toMatchObject({ netlab: ["path", "tables", "--json"] }));
