/**
 * What a person sees of recorded runs of one job, byte by byte, at every width and in ASCII; and as a diagram
 * in Mermaid's language.
 */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { statement } from "../../experiments/catalogue/notes.ts";
import { jobs } from "../../experiments/jobs/jobs.ts";
import { loadAll } from "../../src/cli/library.ts";
import { type EndEvent, type Event, type FindingEvent, isHistory } from "../../src/lab/events.ts";
import type { Events } from "../../src/lab/fact.ts";
import { differences, sided } from "../../src/lab/job.ts";
import { judge } from "../../src/lab/judge.ts";
import { end } from "../../src/lab/run.ts";
import { columns } from "../../src/report/columns.ts";
import { mermaid } from "../../src/report/compare-mermaid.ts";
import { type Comparison, comparisonText, lanesOf } from "../../src/report/compare-report.ts";
import { timelineLines } from "../../src/report/compare-timeline.ts";
import { parseEvents } from "../../src/report/ndjson.ts";
import { pen } from "../../src/report/pen.ts";
import type { Style } from "../../src/report/style.ts";

const experiments = await loadAll();
const recorded = (name: string): Events =>
  parseEvents(readFileSync(new URL(`../fixtures/experiments/${name}.ndjson`, import.meta.url), "utf8"))
    .filter(isHistory);

/** The run as it is where a witness cannot watch. */
const blind = (witness: string, type: Event["type"]) => (history: Events): Events => history
  .filter((it) => it.type !== type)
  .map((it) => (it.type !== "run" ? it : {
    ...it, chamber: { mode: "none", why: "unshare: Operation not permitted" },
    witnesses: { ...it.witnesses, [witness]: { able: false, why: "this namespace is shared with others (netlab doctor wire)" } },
  }));

function compared(names: readonly string[], change: (it: Events) => Events = (it) => it): Comparison {
  const sides = names.map((as) => {
    const experiment = experiments.find((it) => it.job?.as === as)!;
    return { ...sided(as, change(recorded(experiment.name))), experiment, refuted: 0 };
  });
  const job = jobs.find((it) => it.name === sides[0]!.experiment.job!.name)!;
  const told: Event[] = [];
  end(job, differences(job, sides, judge), null, sides.flatMap((it) => it.history), { event: (it) => told.push(it) });
  const findings = told.filter((it): it is FindingEvent => it.type === "finding");
  return { job, sides, findings, end: told.at(-1) as EndEvent };
}

const comparisons: Readonly<Record<string, Comparison>> = {
  "tcp-udp":         compared(["tcp", "udp"]),
  "tcp-udp-unix":    compared(["tcp", "udp", "unix"]),
  "sendto-sendmmsg": compared(["sendto", "sendmmsg"]),
  "without-wire":    compared(["tcp", "udp"], blind("wire", "packet")),
  "refuted":         bent(compared(["udp", "tcp"])),
};

/** As it would be on a kernel that reads otherwise. */
function bent(it: Comparison): Comparison {
  const findings = it.findings.map((each, i): FindingEvent => (i === 0 ? { ...each, verdict: "refuted" } : each));
  return { ...it, findings, end: { ...it.end, proven: it.end.proven - 1, refuted: 1, exit: 1 } };
}

const usual: Style = { width: 80, plain: false, color: 0, level: "advanced", quiet: false };
const shown = (name: string, over: Partial<Style> = {}, whole = true): string =>
  comparisonText(comparisons[name]!, { ...usual, ...over }, whole, (id) => statement(id)?.says ?? null);
const widths = [60, 80, 100, 120, 160, 200];
const styles = widths.flatMap((width) => [false, true].map((plain): Style => ({ ...usual, width, plain })));

describe("as it was looked at and found good", () => {
  const drawn = (name: string, some: readonly number[], plain = false) => some.map((width) => [name, width, plain] as const);
  test.each([
    ...drawn("tcp-udp", [60, 80, 120, 200]), ...drawn("tcp-udp", [60, 80], true), ...drawn("tcp-udp-unix", [60, 80, 120]),
    ...drawn("sendto-sendmmsg", [80]), ...drawn("without-wire", [80]), ...drawn("refuted", [80]),
  ])("%s at %i, plain: %s", async (name, width, plain) => {
    await expect(shown(name, { width, plain })).toMatchFileSnapshot(`../golden/compare/${name}/${width}${plain ? "-plain" : ""}.txt`);
  });

  test.each(Object.keys(comparisons))("%s as a diagram", async (name) => {
    const { sides, job } = comparisons[name]!;
    await expect(mermaid(lanesOf(sides), job.steps)).toMatchFileSnapshot(`../golden/compare/${name}/diagram.mmd`);
  });
});

describe.each(Object.keys(comparisons))("%s, in every style", (name) => {
  test("no line is wider than the screen, none ends in spaces, no two blank ones follow each other", () => {
    for (const style of styles) {
      const text = shown(name, style);
      expect([style, text.split("\n").filter((it) => columns(it) > style.width)]).toEqual([style, []]);
      expect(text).not.toMatch(/ \n|\n\n\n|^\n|\n\n$/);
    }
  });

  test("plain is ASCII", () => {
    for (const style of styles.filter((it) => it.plain)) expect(shown(name, style)).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("colours change nothing but colours", () => {
    for (const style of styles) {
      const coloured = shown(name, { ...style, color: 3 });
      expect(coloured).toContain("\x1b[");
      expect(stripVTControlCharacters(coloured)).toBe(shown(name, style));
    }
  });

  test("columns stand beside each other: their bars are one below the other", () => {
    for (const width of [80, 120, 200]) {
      const drawing = shown(name, { width }).split("\n").filter((it) => /^ {2}.*│/.test(it) && !it.includes("┼"));
      const table = drawing.findIndex((it) => /^ {2,}│/.test(it));
      const bars = (lines: readonly string[]): readonly string[] => [...new Set(lines.map((it) => [...it.matchAll(/│/g)].map(({ index }) => index).join()))];
      expect(bars(table < 0 ? drawing : drawing.slice(0, table)).length).toBeLessThanOrEqual(1);
    }
  });

  test("--quiet is what is not proven, and the last line", () => {
    const { end: { proven, refuted, unknown } } = comparisons[name]!;
    const text = shown(name, { quiet: true });
    expect(text).toContain(`${proven} proven, ${refuted} refuted, ${unknown} unknown`);
    expect(text).not.toMatch(/✔|┼/);
  });

  test("judged again from a file, it is the verdicts alone", () => {
    expect(shown(name, {}, false)).toMatch(/^compare [\s\S]* proven, /);
    expect(shown(name, {}, false)).not.toMatch(/▶|┼/);
  });
});

test("every call that was made is told, and every packet is drawn", () => {
  for (const { sides } of Object.values(comparisons)) {
    for (const [i, { steps }] of lanesOf(sides).entries()) {
      const all = [...steps.values()].flat();
      const own = sides[i]!.history.filter((it) => it.type === "call" && it.actor !== "chamber");
      expect(all.flatMap((it) => it.says)).toHaveLength(own.length);
      expect(all.flatMap((it) => it.arrows)).toHaveLength(sides[i]!.history.filter((it) => it.type === "packet").length);
    }
  }
});

describe("a time line of anything", () => {
  const made = (maxLength: number) => fc.string({ minLength: 1, maxLength, unit: fc.constantFrom("a", "B", "=", "_", "·", "\x1b", "漢") });
  const [word, call] = [made(24), made(5)];
  const step = fc.record({
    who: word, says: fc.array(call, { minLength: 1, maxLength: 5 }),
    arrows: fc.array(fc.record({ way: fc.constantFrom("there", "back", null), label: word }), { maxLength: 3 }),
  });
  const steps = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.array(step, { maxLength: 3 })).map((it) => new Map(Object.entries(it)));
  const lanes = fc.array(fc.record({ as: fc.constantFrom("tcp", "sendmmsg"), steps, watched: fc.boolean() }), { minLength: 2, maxLength: 3 });

  test("fits the screen, tells every call, and obeys no terminal", () => {
    fc.assert(fc.property(lanes, fc.constantFrom(...widths), fc.boolean(), (some, width, plain) => {
      const paper = pen({ ...usual, width, plain });
      const text = paper.print(timelineLines(some, { a: "First" }, paper));
      expect(text.split("\n").filter((it) => columns(it) > width)).toEqual([]);
      expect(text).not.toContain("\x1b");
      if (text === "" || plain) return;
      for (const says of some.flatMap((it) => [...it.steps.values()].flat().flatMap((one) => one.says))) {
        expect(text).toContain(paper.text(says));
      }
    }), { numRuns: 300 });
  });
});

describe("without the wire", () => {
  test("it says why there are no arrows, and draws none", () => {
    expect(shown("without-wire")).toMatch(/No arrows: wire is not able here: this namespace is shared/);
    expect(shown("without-wire")).not.toMatch(/▶|◀|no packet$/m);
  });
});

describe("a diagram", () => {
  /** Of Mermaid's sequence diagrams what is used here: github.com/mermaid-js/mermaid, sequenceDiagram.jison. */
  const TEXT = "(?:[^#;\\n]|#\\d+;)*";
  const LINES = [/^ {4}box transparent [\w .-]+$/, /^ {4}participant ([cs]\d) as \w+$/, /^ {4}end$/,
    new RegExp(`^ {4}Note over ([cs]\\d)(?:,([cs]\\d))?: ${TEXT}$`), new RegExp(`^ {4}([cs]\\d)->>([cs]\\d): ${TEXT}$`)];

  test.each(Object.keys(comparisons))("%s is in Mermaid's grammar, and names only whom it declared", (name) => {
    const { sides, job } = comparisons[name]!;
    const [first, ...lines] = mermaid(lanesOf(sides), job.steps).trimEnd().split("\n");
    expect(first).toBe("sequenceDiagram");
    expect(lines.filter((line) => !LINES.some((it) => it.test(line)))).toEqual([]);
    const declared = lines.flatMap((line) => LINES[1]!.exec(line)?.[1] ?? []);
    const named = lines.flatMap((line) => [3, 4].flatMap((n) => LINES[n]!.exec(line)?.slice(1).filter(Boolean) ?? []));
    expect(declared).toHaveLength(2 * sides.length);
    expect([...new Set(named)].filter((it) => !declared.includes(it))).toEqual([]);
    expect(lines.filter((it) => it.includes("box"))).toHaveLength(lines.filter((it) => it.trim() === "end").length);
  });

  test("text of others is escaped", () => {
    const steps = new Map([["a", [{ who: "<b>;#", says: ["x; y\nz", "%%{init}"], arrows: [{ way: null, label: 'a"b' }] }]]]);
    const text = mermaid([{ as: "odd: end\n", steps, watched: true }], { a: "one; two" });
    expect(text).toBe(`sequenceDiagram
    box transparent odd_ end_
    participant c0 as client
    participant s0 as server
    end
    Note over c0,s0: 1. one#59; two
    Note over s0: #60;b#62;#59;#35;: x#59; y z, #37;#37;{init}
    Note over c0,s0: a#34;b
`);
  });
});
