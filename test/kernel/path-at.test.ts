/** A path of one release: the names of then, what was not there, and what nobody knows. */
import { describe, expect, test } from "vitest";
import { hidden, path, step } from "../../src/kernel/path.ts";
import { pathAt } from "../../src/kernel/path-at.ts";
import { NAMES, nameOf, WAYS, waysNamed } from "../../src/kernel/path-names.ts";
import { cameWith, exists, isOlder, releaseIn } from "../../src/kernel/release.ts";

const way = path("x", ["a:b"], [
  step(0, "top", "a.c", "does"),
  step(1, "renamed", "a.c", "does", { was: "old", since: ["5.10", "6.1"] }),
  step(2, "new", "a.c", "does", { since: ["6.1", "6.12"] }),
  step(3, "below", "a.c", "does"),
  hidden(3, "inlined", "aside", "a.c", "does", { since: ["6.1", "6.12"] }),
  step(1, "gone", "a.c", "does", { until: ["6.18", "7.2"] }),
  step(2, "under", "a.c", "does"),
]);
const shown = (release: string, has?: (fn: string) => boolean | null): readonly string[] => pathAt(way, release, has).steps
  .map(({ depth, fn, unsure, later }) => `${" ".repeat(depth)}${fn}${unsure ? "?" : ""}${later === null ? "" : ` > ${later}`}`);

describe("a path", () => {
  test.each([
    ["5.10",          ["top", " old > renamed", "  below", " gone", "  under"]],
    ["6.1.20-cloud",  ["top", " renamed", "  below", " gone", "  under"]],
    ["6.12",          ["top", " renamed", "  new", "   below", "   aside", " gone", "  under"]],
    ["7.2",           ["top", " renamed", "  new", "   below", "   aside", " under"]],
    ["5.15",          ["top", " renamed?", "  below", " gone", "  under"]],
    ["6.6",           ["top", " renamed", "  new?", "   below", "   aside?", " gone", "  under"]],
    ["6.19",          ["top", " renamed", "  new", "   below", "   aside", " gone?", "  under"]],
  ] as const)("of %s", (release, steps) => expect(shown(release)).toEqual(steps));

  test.each([
    ["5.15", ["old"],          " old > renamed"],
    ["5.15", ["renamed"],      " renamed"],
    ["5.15", ["old", "renamed"], " renamed"],
    ["5.15", [],               " renamed?"],
  ] as const)("of %s, where the kernel has %j", (release, has, second) => expect(shown(release, (fn) => (has as readonly string[]).includes(fn))[1]).toBe(second));

  test("of a kernel between, whose symbols tell", () => {
    expect(shown("6.6", (fn) => fn === "new")).toEqual(["top", " renamed", "  new", "   below", "   aside?", " gone", "  under"]);
    expect(shown("6.6", () => false)).toEqual(["top", " renamed", "  below", "  aside?", " gone", "  under"]);
    expect(shown("6.19", () => false)).not.toContain(" gone");
  });
});

test.each([
  [["6.17", "6.18"], "6.18"], [["5.19", "6.0"], "6.0"], [["6.1", "6.12"], "6.2 … 6.12"], [["6.19", "7.2"], "7.0 … 7.2"],
] as const)("a change between %j came with %s", (between, text) => expect(cameWith(between)).toBe(text));

test.each([
  ["6.18.44-fc-v669", "6.18"], ["6.1", "6.1"], ["v5.15", "5.15"], ["5.15.0-rc1", "5.15"], ["banana", null], ["6", null], ["6.x", null], ["", null], ["5.4a", null],
] as const)("%j is release %s", (text, release) => expect(releaseIn(text)).toBe(release));

test("releases that were never made", () => expect(["5.10", "5.20", "6.19", "6.20", "7.3", "4.20"].map(exists)).toEqual([true, false, true, false, true, true]));
test("older by numbers, not by letters", () => expect([isOlder("6.9.1", "6.10"), isOlder("6.10", "6.9"), isOlder("6.1", "6.1.3")]).toEqual([true, false, false]));

describe("names", () => {
  test("every one finds its path, and a path its name", () => {
    for (const it of WAYS) {
      expect(waysNamed(it.name)).toEqual([it]);
      expect(nameOf(it.path)).toBe(it.name);
    }
    for (const it of NAMES) expect(waysNamed(it).length).toBeGreaterThan(0);
  });
  test.each([
    ["udp",      (name: string) => name.startsWith("udp ")],
    ["sendto",   (name: string) => name.endsWith(" sendto")],
    ["tcp recv", (name: string) => name === "tcp recvfrom"],
    ["udp send", (name: string) => name === "udp sendto"],
    ["nothing",  () => false],
    ["",         () => false],
  ] as const)("%j", (asked, wanted) => expect(waysNamed(asked).map((it) => it.name)).toEqual(WAYS.map((it) => it.name).filter(wanted)));
  test("no two paths are the same one", () => expect(new Set(WAYS.map((it) => it.path)).size).toBe(WAYS.length));
  test("a path of somebody's own has none", () => expect(nameOf(way)).toBeNull());
});
