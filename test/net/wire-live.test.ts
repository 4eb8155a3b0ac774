/** Wires between real stacks, by experiments that a person could have written: as root, and as nobody. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { CounterEvent, Event, FindingEvent } from "../../src/lab/events.ts";
import { cannot, type Ended, named, netlab } from "../chamber/netlab.ts";

const works = (...command: readonly string[]): boolean => spawnSync(command[0]!, command.slice(1)).status === 0;
const isRoot = process.getuid?.() === 0;
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const noUser = cannot ?? (works("unshare", "-Urn", "true") ? null : "user namespaces are not allowed here");
const WAYS = [
  { name: "as root", through: [], why: cannot ?? (isRoot && works("unshare", "-n", "true") ? null : "it needs root that may unshare") },
  { name: "as nobody", through: NOBODY, why: noUser ?? (isRoot && works(...NOBODY, "unshare", "-Urn", process.execPath, "--version") ? null : "it needs root, and a Node that nobody may run") },
  { name: "as an ordinary user", through: [], why: noUser ?? (isRoot ? "this is root" : null) },
];

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
type Run = Ended & { readonly left: readonly string[] };
async function run(name: string, through: readonly string[], set: Readonly<Record<string, string | number>>): Promise<Run> {
  const settings = Object.entries(set).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const it = netlab(["run", file(name), "--json", "--limit", "25", "--witness", "calls,counters", ...settings], { through, patience: 40_000 });
  const ended = await it.ended;
  return { ...ended, left: await it.left() };
}
const verdicts = ({ events }: Ended): readonly string[] =>
  events.filter((it): it is FindingEvent => it.type === "finding").map((it) => it.verdict);
const said = ({ events }: Ended): unknown => events.flatMap((it: Event) => (it.type === "say" ? [JSON.parse(it.text)] : []))[0];
/** By how much a counter of the run's own namespace rose while the stream went on. */
const counted = ({ events }: Ended, name: string): number =>
  events.filter((it): it is CounterEvent => it.type === "counter" && it.scene === "stream").reduce((sum, it) => sum + (it.values[name] ?? 0), 0);

describe.each(WAYS)("$name", ({ through, why }) => {
  const live = (name: string, body: () => Promise<void>): void => test.skipIf(why !== null)(named(name, why), body);

  live("a lost segment: the sender repeats it, and all bytes arrive", async () => {
    const it = await run("lossy.mjs", through, { lost: 3, way: "there" });
    expect([it.end?.broke, ...verdicts(it)]).toEqual([null, "proven", "proven"]);
    expect(counted(it, "TcpExt.TCPFastRetrans") + counted(it, "TcpExt.TCPTimeouts") + counted(it, "TcpExt.TCPLossProbes")).toBeGreaterThan(0);
    expect(counted(it, "Tcp.RetransSegs")).toBeGreaterThan(0);
    expect(it.left).toEqual([]);
  });

  live("a lost segment: the receiver keeps what comes after it", async () => {
    const it = await run("lossy.mjs", through, { lost: 3, way: "here" });
    expect([it.end?.broke, ...verdicts(it)]).toEqual([null, "proven", "proven"]);
    expect(counted(it, "TcpExt.TCPOFOQueue")).toBeGreaterThan(0);
  });

  live("nothing lost: nothing is repeated or out of order", async () => {
    for (const way of ["there", "here"]) {
      const it = await run("lossy.mjs", through, { lost: 0, way });
      expect([it.end?.broke, ...verdicts(it)]).toEqual([null, "proven", "unknown"]);
      expect([counted(it, "Tcp.RetransSegs"), counted(it, "TcpExt.TCPOFOQueue")]).toEqual([0, 0]);
    }
  });

  live("datagrams: lost, doubled, late, and in another order", async () => {
    const it = await run("wires.mjs", through, { play: "datagrams" });
    const plays = PLAYS.map(([play, heard, passed, dropped, did]) => [play, { heard, more: EAGAIN, passed, dropped, did }]);
    expect([it.end?.broke, said(it)]).toEqual([null, Object.fromEntries(plays)]);
  });

  live("the first SYN each way is lost, and said again; descriptors are numbered as ever", async () => {
    const it = await run("wires.mjs", through, { play: "a SYN lost" });
    expect([it.end?.broke, ...verdicts(it), said(it)]).toEqual([null, "proven", [1, 1]]);
  });

  live("a second wire, from the far end of the first", async () => {
    const it = await run("wires.mjs", through, { play: "two wires" });
    expect([it.end?.broke, said(it)]).toEqual([null, { heard: "one", beyond: "three", devices: ["wire0", "wire1"], dropped: [0, 1] }]);
  });

  live("a wire that fails breaks the run, though the run sleeps", async () => {
    for (const [play, says] of FAILURES) {
      const it = await run("wires.mjs", through, { play });
      expect([it.code, it.end?.broke]).toEqual([70, { how: "error", message: expect.stringMatching(says) as string, call: null }]);
      expect(it.left).toEqual([]);
    }
  });
});

const EAGAIN = -11;
/** By the play: what of ABCDEF is heard, frames that passed and that were dropped, and what each rule did. */
const PLAYS = [
  ["none",      "ABCDEF",  6, 0, []],
  ["drop",      "ABDEF",   5, 1, [[6, 1]]],
  ["duplicate", "ABBCDEF", 7, 0, [[6, 1]]],
  ["delay",     "ACDEFB",  6, 0, [[6, 1]]],
  ["delay all", "ABCDEF",  6, 0, [[6, 6]]],
  ["swap",      "ACBDEF",  6, 0, [[6, 1]]],
  ["swap all",  "BADCFE",  6, 0, [[6, 3]]],
  ["several",   "BBCEDF",  6, 1, [[6, 1], [6, 1], [6, 1], [0, 0], [0, 0]]],
] as const;
const FAILURES = [
  ["cut",        /^a wire of the run broke: .*EBADF/],
  ["flooded",    /^a wire of the run broke: \d+ frames were lost: they came faster than they were received$/],
  ["no address", /^RangeError: 10\.0\.0\.1\/24 may be someone's: /],
  ["no rule",    /^RangeError: there\("data", 0\): frames are counted from 1 /],
] as const;
