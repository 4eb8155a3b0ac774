/** `netlab compare` as people and scripts use it: live, of saved runs, exit codes, and command lines that mean nothing. */
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Event } from "../../src/lab/events.ts";
import { asleep, netlab as underMark } from "../chamber/netlab.ts";
import { cannot, cannotRun, folder, named, netlab, shell } from "./netlab.ts";

const echo = (name: string, as: string, run: string, more = ""): string => `
import { experiment, claim, is, buffer, AF_INET, SOCK_DGRAM } from "netlab";
export default experiment({
  name: "${name}", job: { name: "echo", as: "${as}" }, asks: "?", story: "None.", ${more}
  run({ socket, recvfrom, close }, { scene, known, set }) {
    scene("serve", "A socket.");
    const s = socket(AF_INET, SOCK_DGRAM, 0);
    known("server", s);
    ${run}
  },
  claims: [claim("it is 3", { serve: { socket: 1 } }, ({ serve: { socket: s } }) => [is(s.result, 3)])],
});
`;
const MINE: Readonly<Record<string, string>> = {
  "mine.mjs":   echo("mine", "mine", "close(s);"),
  "less.mjs":   echo("less", "less", ""),
  "broken.mjs": echo("broken", "broken", "close(77);"),
  "future.mjs": echo("future", "future", "", 'needs: ["kernel 99.0"],'),
  "hangs.mjs":  echo("hangs", "hangs", "recvfrom(s, buffer(8), 8, 0, null, null);"),
  "wrong.mjs":  echo("wrong", "wrong", "").replace("s.result, 3", "s.result, 4"),
  "none.mjs":   echo("none", "none", "").replace(/job: \{.*?\},/, ""),
  "notes.txt":  "no run at all",
};
const { path: cwd, leave } = folder(MINE);
afterAll(leave);
const compare = (line: string, env: NodeJS.ProcessEnv = {}) => netlab(["compare", ...line.split(" ").filter(Boolean)], { cwd, env });
const eventsOf = (text: string): readonly Event[] => text.trimEnd().split("\n").map((it) => JSON.parse(it) as Event);
const fixture = (name: string): string => new URL(`../fixtures/experiments/${name}.ndjson`, import.meta.url).pathname;
const NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
/** Why nobody else can be tried here, or null. */
const noOther = cannotRun ?? (process.getuid?.() !== 0 ? "it needs root"
  : spawnSync(NOBODY[0]!, [...NOBODY.slice(1), "unshare", "-Urn", process.execPath, "-e", "0"]).status === 0 ? null : "another user cannot run Node in a namespace");
/** Why no terminal can be tried here, or null: script(1) makes one. */
const noTerminal = cannotRun ?? (spawnSync("script", ["-qec", "true", "/dev/null"], { input: "" }).status === 0 ? null : "script(1) makes no terminal");

describe.skipIf(cannotRun !== null)(named("live", cannotRun), () => {
  test.for([
    ["tcp udp",            "tcp", "udp"],
    ["tcp-echo udp-echo",  "tcp", "udp"],
    ["sendto sendmmsg",    "sendto", "sendmmsg"],
    ["tcp udp unix",       "tcp", "udp", "unix"],
  ] as const)("netlab compare %s", ([line, ...sides]) => {
    const { code, out, err } = compare(`${line} --accept-unknown`, { COLUMNS: "120" });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n", 1)[0]).toMatch(new RegExp(`^compare ${sides.join(" ")} · one job: `));
    expect(out).toMatch(/\n {2}calls +│ \d+ +│ \d+/);
    expect(out).toMatch(/ proven, 0 refuted, \d unknown/);
  });

  test("all that is claimed of differences is proven", () => {
    for (const line of ["tcp udp unix", "sendto sendmmsg"]) {
      const { code, out } = compare(`${line} --json`);
      const events = eventsOf(out);
      const able = events.every((it) => it.type !== "run" || Object.values(it.witnesses).every((one) => one.able));
      const findings = events.filter((it) => it.type === "finding" && it.side === undefined);
      expect(findings.length).toBeGreaterThan(2);
      if (able) expect([code, findings.filter((it) => it.type === "finding" && (it.verdict !== "proven" || it.why !== null))]).toEqual([0, []]);
      else expect([0, 2]).toContain(code);
    }
  });

  test.skipIf(noOther !== null)(named("as somebody else", noOther), () => {
    chmodSync(cwd, 0o755);
    for (const line of ["tcp udp", "sendto sendmmsg", "tcp udp unix"]) {
      const { code, out, err } = shell(`${NOBODY.join(" ")} $NETLAB compare ${line}`, { cwd });
      expect({ line, code, err }).toEqual({ line, code: 0, err: "" });
      expect(out).toMatch(/stacks is not able here: /);
    }
  });

  test("what --json prints is what --save keeps, and what judge and compare take again", () => {
    const { code, out } = compare("tcp udp --json --save kept.ndjson");
    expect({ code, kept: readFileSync(join(cwd, "kept.ndjson"), "utf8") }).toEqual({ code: 0, kept: out });
    const events = eventsOf(out);
    expect([...new Set(events.map((it) => it.side))]).toEqual(["tcp", "udp", undefined]);
    expect(events.at(-1)).toMatchObject({ type: "end", experiment: "echo", refuted: 0, exit: 0, broke: null });
    for (const again of ["judge", "compare"]) {
      const { code: same, out: told } = netlab([again, "kept.ndjson", "--json"], { cwd });
      const last = eventsOf(told).filter((it) => it.side === undefined);
      expect({ same, last }).toEqual({ same: 0, last: events.filter((it) => it.side === undefined) });
    }
    expect(netlab(["judge", "kept.ndjson"], { cwd }).out).toMatch(/^compare tcp udp · [\s\S]* proven, 0 refuted/);
  });

  test("a bent comparison is refuted", () => {
    writeFileSync(join(cwd, "bent.ndjson"), compare("tcp udp --json").out.replace(/("name":"recvfrom".*?"result":)30,/, "$120,"));
    expect(compare("bent.ndjson").code).toBe(1);
    const { code, out } = netlab(["judge", "bent.ndjson"], { cwd });
    expect(code).toBe(1);
    expect(out).toMatch(/✘ the same two sends [\s\S]*tcp #14 recvfrom returned 20, not 30[\s\S]*netlab compare tcp udp --save compare\.ndjson/);
  });

  test("a diagram, and runs in sum", () => {
    expect(compare("tcp udp --format mermaid")).toMatchObject({ code: 0, out: expect.stringMatching(/^sequenceDiagram\n/) as string, err: "" });
    expect(compare("tcp udp --quiet --accept-unknown").out).toMatch(/^ {2}\d proven, 0 refuted, \d unknown/);
  });

  test.for([
    // command line                         exit  standard output
    ["tcp ./mine.mjs",                      0,    /^compare tcp mine · one job: say 10 bytes[\s\S]*\(nothing to do\)/],
    ["./mine.mjs ./less.mjs",               0,    /^compare mine less /],
    ["udp ./broken.mjs",                    70,   /^netlab: broken broke at its 2nd call\n {2}close\(77\) = -1 EBADF/],
    ["./future.mjs udp",                    77,   /^netlab: future cannot run here\n[\s\S]*it needs Linux 99/],
    ["udp ./hangs.mjs --limit 1",           70,   /^netlab: hangs hung in its 2nd call[\s\S]*it did not end within 1 s/],
    ["udp ./wrong.mjs",                     1,    /wrong: 1 of its own claims refuted: netlab run wrong/],
    ["tcp udp --witness calls",             2,    /No arrows: wire is not able here: it did not watch this run/],
    ["tcp udp --witness calls --accept-unknown", 0, / unknown/],
  ] as const)("netlab compare %s: %i", ([line, exit, says]) => {
    const { code, out, err } = compare(line);
    expect({ code, err }).toEqual({ code: exit, err: "" });
    expect(out).toMatch(says);
  });

  test.skipIf(noTerminal !== null).for([
    ["udp mine.mjs",     "udp", "mine"],
    ["udp mine.mjs -q",  "udp", "mine"],
    ["broken.mjs udp",   "broken"],
  ] as const)(named("on a terminal: how far netlab compare %s is, and nothing of it is left", noTerminal), ([line, ...runs]) => {
    const words = line.replace(/\w+\.mjs/, "./$&");
    const { out } = shell(`TERM=xterm script -qec "$NETLAB compare ${words}" /dev/null`, { cwd });
    const [before, ...shown] = out.split("\r\x1b[K");
    expect(before).toBe("");
    expect(shown.slice(0, -1).filter((it) => it !== "")).toEqual(runs.map((it, i) => `${i} of 2 done, now ${it}`));
    expect(shown.at(-1)).toMatch(/^[^\r]+\r\n/);
  });

  test("a signal ends it in order", async () => {
    const it = underMark(["compare", join(cwd, "hangs.mjs"), "udp"]);
    await asleep(it, "recvfrom");
    it.process.kill("SIGINT");
    expect((await it.ended).code).toBe(130);
    expect(await it.left()).toEqual([]);
  });
});

describe.skipIf(cannot !== null)(named("saved runs", cannot), () => {
  const udp = readFileSync(fixture("udp-echo"), "utf8");
  writeFileSync(join(cwd, "a.ndjson"), udp);
  writeFileSync(join(cwd, "b.ndjson"), udp.replace('"result":20,', '"result":19,').replaceAll('"kernel":"6.18.44"', '"kernel":"5.10.262"'));
  writeFileSync(join(cwd, "cut.ndjson"), udp.split("\n").slice(0, 20).join("\n").concat("\n"));

  test("two that are alike", () => {
    const { code, out, err } = compare(`a.ndjson ${fixture("udp-echo")}`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^udp-echo · [\s\S]*\n {2}no difference · 16 calls and 5 claims compared\n$/);
  });

  test("two that differ", () => {
    const { code, out } = compare("a.ndjson b.ndjson");
    expect(code).toBe(1);
    expect(out).toMatch(/\n {2}- a\.ndjson · Linux 6\.18\.44\n {2}\+ b\.ndjson · Linux 5\.10\.262\n/);
    expect(out).toMatch(/\n {2}- #7 sendto\([^\n]* = 20\n {2}\+ #7 sendto\([^\n]* = 19\n/);
    const { differences, exit } = JSON.parse(compare("a.ndjson b.ndjson --json").out) as { differences: object[]; exit: number };
    expect({ differences: differences.length, exit }).toEqual({ differences: 1, exit: 1 });
    expect(compare("a.ndjson b.ndjson --quiet").out).toBe("  a difference in 1 call · 16 calls and 5 claims compared\n");
  });

  test("of one job they are told side by side, from files or from a pipe", () => {
    const live = compare(`${fixture("tcp-echo")} a.ndjson`);
    expect(live).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^compare tcp udp · [\s\S]*7 proven, 0 refuted/) as string });
    const both = `${readFileSync(fixture("tcp-echo"), "utf8")}${udp}`;
    expect(netlab(["compare", "-"], { input: both })).toMatchObject({ code: 0, out: live.out });
  });

  test.for([
    ["tcp",                                  /^tcp alone is no comparison: the same job is done by udp tcp unix, and by sendto sendmmsg$/],
    ["tcp sendto",                           /^tcp does “echo”, sendto does “batch”: the same job is done by /],
    ["tcp tcp",                              /^tcp is named twice: /],
    ["tcp tcp-echo",                         /^tcp is named twice: /],
    ["tpc udp",                              /^"tpc" cannot be compared, did you mean tcp\?$/],
    ["xyzzy udp",                            /^"xyzzy" cannot be compared: the same job is done by /],
    ["tcp-raw udp",                          /^tcp-raw declares no job, so it cannot be compared: /],
    ["tcp ./none.mjs",                       /^\.\/none\.mjs declares no job/],
    ["tcp ./not-there.mjs",                  /^there is no file \.\/not-there\.mjs$/],
    ["tcp udp --set a=1",                    /^--set a=1: these experiments have no parameters$/],
    ["tcp udp --witness gossip",             /^there is no witness "gossip"/],
    ["tcp udp --json --format mermaid",      /'--json' cannot be used with option '--format <format>'/],
    ["tcp udp --save /nowhere/run",          /^cannot write \/nowhere\/run: no such file or directory$/],
    ["tcp a.ndjson",                         /^tcp is no saved run, and others are: /],
    ["a.ndjson",                             /^a\.ndjson is of udp-echo: compare takes two runs of one experiment, or runs of one job$/],
    ["a.ndjson a.ndjson b.ndjson",           /^a\.ndjson is of udp-echo, .*: compare takes two runs/],
    [`a.ndjson ${fixture("tcp-raw")}`,       /is of tcp-raw: compare takes two runs of one experiment, or runs of one job$/],
    ["a.ndjson not-there.ndjson",            /^cannot read not-there\.ndjson: no such file or directory$/],
    ["a.ndjson ./notes.txt",                 /^\.\/notes\.txt: line 1 is (cut off|not JSON)/],
    ["a.ndjson cut.ndjson",                  /^cut\.ndjson: the run of udp-echo did not come to its end: the record stops/],
    ["a.ndjson b.ndjson --set a=1",          /^--set is for experiments that are run, not for saved runs$/],
    ["a.ndjson b.ndjson --format mermaid",   /^--format mermaid draws a job, not two runs of one experiment$/],
    ["a.ndjson b.ndjson --save c.ndjson",    /^--save keeps runs, and these are saved already$/],
    ["- -",                                  /^standard input can be read only once$/],
  ] as const)("netlab compare %s means nothing", ([line, says]) => {
    const { code, out, err } = compare(line);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toMatch(/^netlab: .*\n$/);
    expect(err.slice("netlab: ".length).trimEnd()).toMatch(says);
  });

  test("what is refused writes over no file", () => {
    for (const more of ["", " --format mermaid"]) expect(compare(`a.ndjson b.ndjson --save a.ndjson${more}`).code).toBe(64);
    expect(readFileSync(join(cwd, "a.ndjson"), "utf8")).toBe(udp);
  });

  test("without names it tells what can be compared", () => {
    const { code, out, err } = compare("");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/ {4}tcp +tcp-echo\n[\s\S]*netlab compare tcp udp/);
    const rows = compare("--json").out.trimEnd().split("\n").map((it) => JSON.parse(it) as { names: object });
    expect(rows.map((it) => it.names)).toEqual([
      { udp: "udp-echo", tcp: "tcp-echo", unix: "unix-echo" }, { sendto: "send-one-by-one", sendmmsg: "send-in-one-call" },
    ]);
  });
});
