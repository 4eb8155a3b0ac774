/** What the bench makes of samples: medians and quartiles, what is doubtful, and how all of it is drawn. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { between } from "../../src/bench/machine.ts";
import { remarks } from "../../src/bench/remarks.ts";
import type { BenchResult } from "../../src/bench/result.ts";
import { answer, asked, question, rateOf } from "../../src/bench/sample.ts";
import { median, spread } from "../../src/bench/statistic.ts";
import { benchText } from "../../src/report/bench-lines.ts";
import { columns } from "../../src/report/columns.ts";
import type { Style } from "../../src/report/style.ts";

const measured = JSON.parse(readFileSync(new URL("./fixtures/measured.json", import.meta.url), "utf8")) as BenchResult;

describe("statistic", () => {
  test.for([
    [[3],                    { median: 3,   quartiles: [3, 3],       range: [3, 3] }],
    [[2, 1],                 { median: 1.5, quartiles: [1.25, 1.75], range: [1, 2] }],
    [[5, 1, 4, 2, 3],        { median: 3,   quartiles: [2, 4],       range: [1, 5] }],
    [[1, 1, 1, 1, 1, 1, 99], { median: 1,   quartiles: [1, 1],       range: [1, 99] }],
  ] as const)("%j", ([some, is]) => {
    expect(spread(some)).toEqual(is);
    expect(median(some)).toBe(is.median);
  });
});

describe("a question and its answer", () => {
  test("go and come as lines", () => {
    expect(asked(question("mmsg", 12).trim())).toEqual(["mmsg", 12]);
    expect(answer('{"ns": 2000, "packets": 4}')).toEqual({ ns: 2000, packets: 4 });
    expect(answer('{"why": "no"}')).toEqual({ why: "no" });
    expect(rateOf({ ns: 2000, packets: 4 })).toBe(2e6);
  });
  test.for(["", "{}", '{"ns": 0, "packets": 1}', '{"ns": 5, "packets": null}', "sendto"])("%j is none", (line) => expect(() => answer(line)).toThrow());
});

/** The fixture, quiet and complete, but for what is said. */
type Changes = { -readonly [K in keyof BenchResult]?: Partial<BenchResult[K]> };
function changed({ machine, company, ...more }: Changes): BenchResult {
  const still = { ...measured, quick: false, loops: measured.loops.map((it) => ({ ...it, comparisons: it.comparisons.map(steady) })), remarks: [] };
  return { ...still, ...more, machine: { ...measured.machine, governor: null, ...machine }, company: { load: 0.1, steal: 0, ...company } } as BenchResult;
}
const steady = (it: BenchResult["loops"][number]["comparisons"][number]): typeof it =>
  (it.ratio === null ? it : { ...it, ratio: { ...it.ratio, quartiles: [it.ratio.median * 0.99, it.ratio.median * 1.01] } });

describe("remarks", () => {
  test.for<[string, BenchResult, readonly RegExp[]]>([
    ["nothing on a quiet machine",  changed({}), []],
    ["half of two processors busy", changed({ company: { load: 1 } }), []],
    ["more than half",              changed({ company: { load: 1.04 } }), [/^the load was 1\.0 on 2 processors/]],
    ["one per cent stolen",         changed({ company: { steal: 0.01 } }), []],
    ["more than that",              changed({ company: { steal: 0.034 } }), [/^3\.4 % of the processors' time went to other guests/]],
    ["a frequency that follows",    changed({ machine: { governor: "powersave" } }), [/governor powersave/]],
    ["a frequency that does not",   changed({ machine: { governor: "performance" } }), []],
    ["no namespace",                changed({ mode: "none" as never }), [/the machine's own loopback/]],
    ["ratios far apart",            { ...changed({}), loops: measured.loops.map((it) => ({ ...it, comparisons: it.comparisons.map((one) => ({ ...one, ratio: one.ratio && { ...one.ratio, quartiles: [0.1, 9] as const } })) })) },
      [/^the ratios of sendto, mmsg, gso, tcp lie far apart/]],
  ])("%s", ([, result, says]) => {
    const found = remarks(result, null, null);
    expect(found.map((it) => it.says)).toEqual(says.map((it) => expect.stringMatching(it) as string));
    expect(found.every((it) => it.remedy !== "")).toBe(true);
  });

  test("what is missing comes first, with its remedy", () => {
    expect(remarks(changed({}), { why: "there is no C compiler (cc)", remedy: "install one" }, "mprotect: EACCES")).toEqual([
      { says: "nothing is compared with C: there is no C compiler (cc)", remedy: "install one" },
      { says: "no prepared calls: mprotect: EACCES", remedy: "netlab doctor tells what would allow them" },
    ]);
  });

  test("steal is a part of all time between two looks", () => {
    expect(between({ all: 100, stolen: 10, load: 0.5 }, { all: 300, stolen: 20, load: 3 })).toEqual({ load: 0.5, steal: 0.05 });
    expect(between({ all: 0, stolen: 0, load: 0 }, { all: 0, stolen: 0, load: 0 }).steal).toBe(0);
  });
});

/** Without a compiler and without the gate: what cannot be measured says why. */
const bare: BenchResult = {
  ...changed({}), compiler: null,
  remarks: remarks(changed({}), { why: "there is no C compiler (cc)", remedy: "install a C compiler (sudo apt install gcc libc6-dev, or your system's like), or set CC" }, "mprotect(PROT_READ|PROT_EXEC): EACCES"),
  loops: measured.loops.map((it) => ({
    ...it,
    lines: it.lines.map((line) => (line.name === "c" ? { ...line, rate: null, samples: [], why: "there is no C compiler (cc)" }
      : line.name === "prepared" ? { ...line, rate: null, samples: [], why: "mprotect(PROT_READ|PROT_EXEC): EACCES" } : line)),
    comparisons: it.comparisons.map((one) => (one.against === "c" || one.of === "c" ? { ...one, ratio: null, ratios: [], reached: null } : one)),
  })),
};

describe("as text", () => {
  const style = (width: number, plain = false): Style => ({ width, plain, color: 0, level: "advanced", quiet: false });
  test.for([
    ["measured", measured], ["bare", bare],
  ] as const)("%s: at 60 to 200 columns nothing is too wide, and plain is ASCII", async ([name, result]) => {
    for (const width of [60, 80, 120, 160, 200]) {
      const text = benchText(result, style(width));
      expect(Math.max(...text.split("\n").map(columns))).toBeLessThanOrEqual(width);
      await expect(text).toMatchFileSnapshot(`../golden/bench/${name}-${width}.txt`);
    }
    const plain = benchText(result, style(80, true));
    expect(plain).toMatch(/^[\x20-\x7e\n]*$/);
    await expect(plain).toMatchFileSnapshot(`../golden/bench/${name}-80-plain.txt`);
  });

  test("a bar is as long as its rate", () => {
    const bars = [...benchText(measured, style(120)).matchAll(/^ {2}(.{24})(█+)/gm)].map(([, who, bar]) => [who!.trim(), bar!.length] as const);
    const rates = measured.loops.flatMap(({ lines }) => lines.map((it) => it.rate!.median / Math.max(...lines.map((one) => one.rate!.median))));
    const longest = Math.max(...bars.map(([, length]) => length));
    expect(bars.map(([, length]) => length)).toEqual(rates.map((it) => Math.round(it * longest)));
  });
});
