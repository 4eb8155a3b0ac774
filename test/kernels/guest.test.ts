/** What a guest's console says, and what is told of it: runs, verdicts, the table. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

interface Run { readonly who: string; readonly code: number; readonly seconds: number; readonly events: string | null; readonly said: string | null }
interface Guest { readonly kernel: string | null; readonly off: boolean; readonly runs: readonly Run[]; readonly rest: readonly string[] }
interface Item { readonly verdict: string; readonly of: string; readonly says: string; readonly because: readonly string[] }
interface Verdicts { readonly proven: number; readonly refuted: number; readonly unknown: number; readonly broken: number; readonly items: readonly Item[] }
interface Row extends Verdicts { readonly kernel: string; readonly who: string; readonly seconds: number | null }

const part = async <T>(name: string): Promise<T> => (await import(new URL(`./${name}.js`, import.meta.url).href)) as T;
const { guestIn } = await part<{ guestIn(text: string): Guest }>("console");
const { verdictsIn, judged } = await part<{ verdictsIn(stream: string): Verdicts; judged(run: Run, netlab: string, file: string): Promise<Verdicts> }>("verdicts");
const { report } = await part<{ report(rows: readonly Row[]): string }>("table");

const block = (who: string, name: string, text: string): string =>
  `@@begin ${who} ${name}\n${gzipSync(text).toString("base64").replace(/.{76}/g, "$&\n")}\n@@end ${who} ${name}\n`;
const RANDOM = Array.from({ length: 200 }, (_, i) => `{"n":${i * 7919}}`).join("\n");
const WHOLE = `[    0.4] a kernel's word\n@@up 6.1.0-56-cloud-amd64\n@@run root 0 2.28 5.88\n${block("root", "events", RANDOM)}${block("root", "said", "")}`
  + `@@run user 70 6.00 8.50\n${block("user", "events", "{}\n")}${block("user", "said", "no room\n")}@@off\n[    9.1] reboot: Power down\n`;

describe("the console", () => {
  test("both runs, and what else was there", () => {
    const { runs, ...guest } = guestIn(WHOLE);
    expect(guest).toEqual({ kernel: "6.1.0-56-cloud-amd64", off: true, rest: ["[    0.4] a kernel's word", "[    9.1] reboot: Power down"] });
    expect(runs).toEqual([
      { who: "root", code: 0,  seconds: expect.closeTo(3.6), events: RANDOM, said: "" },
      { who: "user", code: 70, seconds: expect.closeTo(2.5), events: "{}\n", said: "no room\n" },
    ]);
  });

  test("with a terminal's line ends it is the same", () => expect(guestIn(WHOLE.replaceAll("\n", "\r\n"))).toEqual(guestIn(WHOLE)));

  test.for([
    ["a character is lost",            (text: string) => text.replace(/(@@begin root events\n.{30})./, "$1")],
    ["the kernel writes in between",   (text: string) => text.replace(/(@@begin root events\n.{30})/, "$1\n[    3.2] oops\n")],
    ["it stops in the middle",         (text: string) => text.slice(0, text.indexOf("@@begin root events") + 60)],
  ] as const)("where %s the events are not believed", ([, spoil]) => {
    const { runs: [root], off } = guestIn(spoil(WHOLE));
    expect(root).toMatchObject({ who: "root", events: null });
    expect(off).toBe(spoil(WHOLE).includes("@@off"));
  });

  test("of a kernel that never came to init there are its last words", () => {
    const panic = [...Array.from({ length: 99 }, (_, i) => `line ${i}`), "Kernel panic - not syncing", ""].join("\n");
    const guest = guestIn(panic);
    expect(guest).toMatchObject({ kernel: null, off: false, runs: [] });
    expect(guest.rest.at(-1)).toBe("Kernel panic - not syncing");
    expect(guest.rest.length).toBe(40);
  });
});

const finding = (verdict: string, more: object): string => JSON.stringify({ type: "finding", experiment: "e", claim: `it is ${verdict}`, verdict, evidence: ["#1"], why: null, ...more });
const end = (broke: object | null): string => JSON.stringify({ type: "end", experiment: "e", broke });

describe("the verdicts of a stream", () => {
  test("are counted, and all that is not proven is listed", () => {
    const stream = [finding("proven", {}), finding("proven", {}), finding("refuted", { evidence: ["#2 is 3, not 4"] }), finding("unknown", { why: "no stacks" }),
      end(null), end({ how: "crash", message: "SIGSEGV" }), end({ how: "cannot", message: "it needs root" }), '{"type":"summary"}'].join("\n");
    expect(verdictsIn(`${stream}\n`)).toEqual({
      proven: 2, refuted: 1, unknown: 2, broken: 1,
      items: [
        { verdict: "refuted", of: "e", says: "it is refuted",        because: ["#2 is 3, not 4"] },
        { verdict: "unknown", of: "e", says: "it is unknown",        because: ["no stacks"] },
        { verdict: "broken",  of: "e", says: "crash",                because: ["SIGSEGV"] },
        { verdict: "unknown", of: "e", says: "it cannot run there",  because: ["it needs root"] },
      ],
    });
  });

  test.for([
    ["did not arrive",  null, 0,  "its events did not arrive whole"],
    ["are none",        "",   64, "netlab ended with 64, and told no events"],
  ] as const)("where events %s it is broken", async ([, events, code, says]) => {
    const verdicts = await judged({ who: "root", code, seconds: 1, events, said: "why\n" }, "/nowhere", "/dev/null");
    expect(verdicts).toMatchObject({ proven: 0, broken: 1, items: [{ verdict: "broken", of: "netlab", says, because: ["why"] }] });
  });
});

test("the table: a row each, and what is the same in several places once", () => {
  const unknown: Item = { verdict: "unknown", of: "e", says: "a claim", because: ["no stacks"] };
  const refuted = (because: string): Item => ({ verdict: "refuted", of: "f", says: "another", because: [because] });
  const row = (kernel: string, who: string, seconds: number | null, items: readonly Item[], counts: object): Row =>
    ({ kernel, who, seconds, items, proven: 0, refuted: 0, unknown: 0, broken: 0, ...counts });
  expect(report([
    row("5.10.262",      "root", 4.04,  [refuted("3, not 4")],          { proven: 20, refuted: 1 }),
    row("5.10.262",      "user", 3.1,   [unknown],                      { proven: 20, unknown: 1 }),
    row("arm64:7.2.13",  "root", 12.34, [unknown, refuted("5, not 4")], { proven: 19, unknown: 1, refuted: 1 }),
    row("7.3.4",         "–",    null,  [{ verdict: "broken", of: "netlab", says: "it did not come to its end", because: ["Oops", "panic"] }], { broken: 1 }),
  ])).toBe(`kernel        as    proven  refuted  unknown  broken  seconds
5.10.262      root      20        1        0       0      4.0
5.10.262      user      20        0        1       0      3.1
arm64:7.2.13  root      19        1        1       0     12.3
7.3.4         –          0        0        0       1        –

refuted: f: another
    3, not 4
  on 5.10.262 as root
refuted: f: another
    5, not 4
  on arm64:7.2.13 as root

broken: netlab: it did not come to its end
    Oops
    panic
  on 7.3.4 as –

unknown: e: a claim
    no stacks
  on 5.10.262 as user, arm64:7.2.13 as root
`);
});
