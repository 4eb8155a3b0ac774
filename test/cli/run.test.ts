/** `netlab run` and `netlab judge` as scripts and people use them: exit codes, streams, pipes, own files, several at a time. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { study } from "../../experiments/study.ts";
import type { Event, SummaryEvent } from "../../src/lab/events.ts";
import { columns } from "../../src/report/columns.ts";
import { BIN, cannotRun, folder, LONG, named, netlab, shell } from "./netlab.ts";
import { OWN } from "./own-experiments.ts";

const { path: cwd, leave } = folder(OWN);
afterAll(leave);
const NAMES = study.flatMap((it) => it.experiments);
const NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
/** Why nobody else can be tried here, or null: only root can become somebody else, who must then be able to run Node. */
const noOther = cannotRun ?? (process.getuid?.() !== 0 ? "it needs root"
  : spawnSync(NOBODY[0]!, [...NOBODY.slice(1), "unshare", "-Urn", process.execPath, "-e", "0"]).status === 0 ? null : "another user cannot run Node in a namespace");
const TYPES = (process.features as { readonly typescript?: unknown }).typescript ? [["./typed.ts -q", 0, /^typed: 1 proven/, /^$/]] as const : [];
const eventsOf = (text: string): readonly (Event | SummaryEvent)[] => text.trimEnd().split("\n").map((it) => JSON.parse(it) as Event);
const run = (line: string, env: NodeJS.ProcessEnv = {}, patience = 30_000) => netlab(["run", ...line.split(" ")], { cwd, env, patience });

describe.skipIf(cannotRun !== null)(named("exit codes", cannotRun), () => {
  test.for([
    // command line                                   exit  standard output                             standard error
    ["udp-raw --level beginner",                      0,    /^udp-raw · [\s\S]*\n {2}✔ [\s\S]* 0 refuted/,    /^$/],
    ["./proven.mjs",                                  0,    /\n {2}✔ the first socket is 3\n/,          /^$/],
    ["./refuted.mjs",                                 1,    /\n {2}✘ the first socket is 3 /,           /^$/],
    ["./unknown.mjs",                                 2,    /\n {2}\? the first socket is 3 /,          /^$/],
    ["./unknown.mjs --accept-unknown",                0,    /1 unknown/,                                /^$/],
    ["./tagged.mjs",                                  0,    /\n {2}✔ its tag is 7\n/,                  /^$/],
    ["./set.mjs --set size=9",                        0,    /--set size=9/,                             /^$/],
    ["./throws.mjs",                                  70,   /sokcet is not defined \(throws\.mjs:8\)/,  /^$/],
    ["./crashes.mjs",                                 70,   /ended by SIGSEGV/,                         /^$/],
    ["./proof.mjs",                                   70,   /the proof of a claim failed: TypeError/,   /^$/],
    ["./no-fact.mjs",                                 70,   /a check is of what the run saw, such\s+as call\.result, not of 3/, /^$/],
    ["./mercury.mjs",                                 70,   /^$/,   /^netlab: \.\/mercury\.mjs does not load: .*mercury needs "mercury": there are namespace,/],
    ["./timer.mjs -q",                                0,    /^timer: 1 proven/,                         /^$/],
    ["./talks.mjs -q",                                0,    /^talks: 1 proven/,                         /^its own words\n$/],
    ["./loads.mjs",                                   70,   /^$/,   /^netlab: \.\/loads\.mjs does not load: no luck 1 \(loads\.mjs:2\)\n$/],
    ["./missing.mjs",                                 70,   /^$/,   /^netlab: \.\/missing\.mjs does not load: Cannot find package 'there-is-no-such-thing'/],
    ["./syntax.mjs",                                  70,   /^$/,   /^netlab: \.\/syntax\.mjs does not load: SyntaxError: .* \(syntax\.mjs:\d\)\n$/],
    ...TYPES,
    ["./future.mjs",                                  77,   /it needs Linux 99\.0, this is/,            /^$/],
    ["./future.mjs ./proven.mjs -q",                  2,    /proven: 1 proven/,                         /^$/],
    ["./future.mjs ./proven.mjs -q --accept-unknown", 0,    /proven: 1 proven/,                         /^$/],
    ["./unknown.mjs ./refuted.mjs -q",                1,    /refuted: 0 proven, 1 refuted/,             /^$/],
    ["./refuted.mjs ./throws.mjs ./proven.mjs -q",    70,   /proven: 1 proven/,                         /^$/],
  ] as const)("netlab run %s: %s", ([line, exit, says, talks]) => {
    const { code, out, err } = run(line);
    expect({ code, err }).toEqual({ code: exit, err: expect.stringMatching(talks) as string });
    expect(out).toMatch(says);
    expect(out + err).not.toMatch(/\n {4}at |Warning/);
  });

  test("a hang is ended at its limit and told where it sleeps", () => {
    const { code, out } = run("./hangs.mjs --limit 1 --level student");
    expect(code).toBe(70);
    expect(out).toMatch(/recvfrom\(3, [\s\S]*it did not end within 1 s \(it sleeps in recvfrom/);
  });

  test.skipIf(noOther !== null)(named("needing root as somebody else", noOther), () => {
    chmodSync(cwd, 0o755);
    const { code, out } = shell(`${NOBODY.join(" ")} $NETLAB run ./root.mjs`, { cwd });
    expect({ code, out }).toEqual({ code: 77, out: expect.stringMatching(/it needs root: sudo/) as string });
  });
});

describe.skipIf(cannotRun !== null)(named("several", cannotRun), () => {
  test("two at a time are told in the order they were asked for", () => {
    const { code, out } = run("tcp-raw ./alone.mjs udp-raw ./proven.mjs --jobs 2 --json");
    const events = eventsOf(out);
    expect(code).toBe(0);
    expect(events.filter((it) => it.type === "run").map((it) => it.experiment)).toEqual(["tcp-raw", "alone", "udp-raw", "proven"]);
    expect(events.map((it) => ("experiment" in it && typeof it.experiment === "string" ? it.experiment : "")).filter((it, i, all) => it !== all[i - 1]))
      .toEqual(["tcp-raw", "alone", "udp-raw", "proven", ""]);
    expect(events.at(-1)).toMatchObject({ type: "summary", experiments: 4, refuted: 0, unknown: 0, exit: 0 });
  });

  test("all of them end with a line each, and one for all", () => {
    const { code, out, err } = run("--all --jobs 2 --level beginner --accept-unknown", {}, LONG);   // some need root to be judged whole
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect([...out.matchAll(/^ {2}[✔?] (\S+) {2,}\d+ proven(?:, \d+ unknown)?$/gm)].map((it) => it[1])).toEqual(NAMES);
    expect(out).toMatch(new RegExp(`\\n${NAMES.length} experiments · \\d+ proven, 0 refuted, \\d+ unknown\\n$`));
  }, LONG);

  test("--set goes to those that have the parameter", () => {
    const { code, out } = run("./proven.mjs ./set.mjs --set size=7 --json");
    expect(code).toBe(0);
    expect(eventsOf(out).flatMap((it) => (it.type === "run" ? [it.parameters] : []))).toEqual([{}, { size: 7 }]);
  });
});

describe.skipIf(cannotRun !== null)(named("who watches", cannotRun), () => {
  test.for([
    // who is asked                                       who watched                              exit
    ["udp-connect --witness state,wire",                  ["state", "wire"],                       2],
    ["udp-connect --witness wire,calls,state",            ["state", "wire"],                       2],
    ["udp-connect --witness calls,counters",              ["counters"],                            0],
    ["udp-connect --witness calls",                       [],                                      2],
    ["udp-connect",                                       ["counters", "state", "wire"],           0],
    // Nobody asks for stacks where an experiment names no tracepoint.
    ["udp-connect --witness stacks",                      [],                                      2],
    ["tcp-states --witness stacks --accept-unknown",      ["stacks"],                              0],
  ] as const)("netlab run %s", ([line, watched, exit]) => {
    const { code, out, err } = run(`${line} --json`);
    expect({ code, err }).toEqual({ code: exit, err: "" });
    const events = eventsOf(out);
    expect(events.flatMap((it) => (it.type === "run" ? [Object.keys(it.witnesses)] : []))).toEqual([watched]);
    const kinds = { counters: "counter", state: "state", wire: "packet", stacks: "stack" } as const;
    const ables = new Set(events.flatMap((it) => (it.type === "run" ? Object.entries(it.witnesses).filter(([, { able }]) => able).map(([name]) => kinds[name as keyof typeof kinds]) : [])));
    expect(new Set(events.map((it) => it.type).filter((it) => Object.values<string>(kinds).includes(it)))).toEqual(ables);
  });

  test("the last line names them", () => {
    expect(run("udp-connect --witness state,wire --accept-unknown").out).toMatch(/ 0 refuted, \d unknown\s+(?:·\s+)?witnesses: calls, state, wire\n/);
  });
});

describe.skipIf(cannotRun !== null)(named("streams", cannotRun), () => {
  test("what --json prints is what --save keeps, and what judge prints again", () => {
    const { code, out } = run("udp-raw --json --save kept.ndjson");
    expect({ code, kept: readFileSync(join(cwd, "kept.ndjson"), "utf8") }).toEqual({ code: 0, kept: out });
    expect(netlab(["judge", "-", "--json"], { input: out })).toMatchObject({ code: 0, out, err: "" });
  });

  test.for([
    // what is judged                        with                             exit  says
    ["run tcp-stream --json",                "",                              0,    /^tcp-stream · [\s\S]* {2}✔ [\s\S]*3 proven, 0 refuted, 0 unknown/],
    ["run udp-raw tcp-raw --json",           "-q",                            0,    /\n2 experiments · /],
    ["run ./proven.mjs --json",              "",                              2,    /\? the first socket is 3 [\s\S]*its claims are not netlab's own/],
    ["run ./proven.mjs --json",              "--accept-unknown",              0,    /1 unknown/],
    ["run ./proven.mjs --json",              "--experiment ./proven.mjs",     0,    /✔ the first socket is 3/],
    ["run ./refuted.mjs --json",             "--experiment ./refuted.mjs",    1,    /✘ the first socket is 3/],
    ["run ./proven.mjs --json",              "--experiment ./refuted.mjs",    64,   /^netlab: standard input has no run of refuted, only of "proven"\n$/],
    ["run ./throws.mjs --json",              "--experiment ./throws.mjs",     70,   /sokcet is not defined/],
    ["run ./future.mjs --json",              "--experiment ./future.mjs",     77,   /it needs Linux 99/],
    ["run udp-raw --json | grep -v '\"end\"'",       "",                      70,   /the record stops before the run's end/],
    ["run udp-raw --json | grep -v '\"call\"'",      "-q",                    2,    /unknown/],
    ["run udp-raw --json | sed 's/\"result\":3,/\"result\":9,/'",  "-q",      1,    /✘ a socket is the lowest free number/],
    ["run udp-raw --json | sed 's/\"schema\":1/\"schema\":2/'",    "-q",      64,   /is of schema version 2; this netlab reads version 1\n$/],
    ["run udp-raw --json | head -c 5000",    "",                              64,   /^netlab: standard input: line \d+ is cut off: the file is not whole\n$/],
  ] as const)("netlab %s | netlab judge - %s: %s", ([line, options, exit, says]) => {
    const { code, out, err } = shell(`$NETLAB ${line} | $NETLAB judge - ${options}; exit \${PIPESTATUS[-1]}`, { cwd });
    expect({ code, said: out + err }).toEqual({ code: exit, said: expect.stringMatching(says) as string });
  });

  test("judge shows the calls again where a level is asked for", () => {
    const saved = run("udp-raw --json").out;
    expect(netlab(["judge", "-"], { input: saved }).out).not.toContain("socket(AF_INET");
    const again = netlab(["judge", "-", "--level", "student"], { input: saved }).out;
    expect(again).toMatch(/ {2}#1 {2}socket\(AF_INET, SOCK_DGRAM, \w+\) = 3\n/);
  });

  test("--format strace is the calls and nothing else", () => {
    const { code, out, err } = run("udp-raw --format strace --witness calls");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.trimEnd().split("\n").filter((line) => !/^\w+\(.*\) += (-1 E\w+ \(.*\)|\d+|0x[0-9a-f]+).*$/.test(line))).toEqual([]);
    expect(run("./throws.mjs --format strace")).toMatchObject({ code: 70, err: "netlab: throws: ReferenceError: sokcet is not defined (throws.mjs:8)\n" });
  });

  test.for(["timeline", "states", "mermaid"])("--format %s is a diagram and nothing else, also of a saved run", (format) => {
    const live = run(`tcp-states --format ${format} --save diagram.ndjson --accept-unknown`);
    expect(live).toMatchObject({ code: 0, err: "" });
    expect(live.out).toMatch(format === "mermaid" ? /^sequenceDiagram\n {4}participant l as / : /^tcp-states · /);
    const saved = netlab(["judge", "diagram.ndjson", "--format", format, "--accept-unknown"], { cwd });
    expect(saved).toEqual(live);
    expect(run(`./throws.mjs --format ${format}`)).toMatchObject({ code: 70, err: "netlab: throws: ReferenceError: sokcet is not defined (throws.mjs:8)\n" });
  });

  test.for([60, 100, 160])("text keeps to %s columns", (width) => {
    const { out } = run("./refuted.mjs ./throws.mjs ./proven.mjs", { COLUMNS: String(width) });
    expect(out.split("\n").filter((line) => columns(line) > width)).toEqual([]);
  });
});

describe.skipIf(cannotRun !== null)(named("pipes and disks", cannotRun), () => {
  test.for([
    // script                                                        exit  what is said
    ["$NETLAB run --all --accept-unknown | head -1",                 0,    /^syscall-gate · .*\n$/],
    ["$NETLAB run --all --accept-unknown | true",                    0,    /^$/],
    ["$NETLAB claims | head -1",                                     0,    /^N0 · .*\n$/],
    ["$NETLAB run udp-raw > /dev/full",                              70,   /^netlab: could not write to standard output: no space left on device\n$/],
    ["$NETLAB list > /dev/full",                                     70,   /^netlab: could not write to standard output: no space left on device\n$/],
    ["$NETLAB run udp-raw -q --save /dev/full > /dev/null",          70,   /^netlab: could not write \/dev\/full: no space left on device\n$/],
    ["$NETLAB run udp-raw --level beginner >&-",                     0,    /^$/],
    ["$NETLAB run nothing-like-it 2>&-",                             64,   /^$/],
    ["$NETLAB run udp-raw -q < /dev/null 2>&-",                      0,    /^udp-raw: 6 proven/],
  ] as const)("%s: %s", ([script, exit, says]) => {
    const { code, out, err } = shell(`${script}; exit \${PIPESTATUS[0]}`, { cwd });
    expect({ code, said: out + err }).toEqual({ code: exit, said: expect.stringMatching(says) as string });
  });

  test("a reader that takes its time makes no run a hang", () => {
    const { code } = shell(`$NETLAB run tcp-raw tcp-echo mmsg-raw memory-raw struct-layouts scatter-gather --accept-unknown --limit 1 --level expert | (sleep 1.5; cat > /dev/null); exit \${PIPESTATUS[0]}`, { cwd });
    expect(code).toBe(0);
  });

  test.for([["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const)("%s: what there is so far is told as interrupted", async ([signal, exit]) => {
    const child = spawn(process.execPath, [BIN, "run", "hangs.mjs", "udp-raw"], { cwd, env: { PATH: process.env.PATH, LANG: "C.UTF-8" } });
    let out = "";
    let told = false;
    child.stdout.on("data", (it: Buffer) => {
      out += it.toString();
      if (!told && out.includes("socket(")) told = child.kill(signal);
    });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code).toBe(exit);
    expect(out).toMatch(/^hangs · [\s\S]*\n {2}a signal came\n/);
    expect(out).not.toContain("udp-raw");
  });

  test("under GitHub's Actions what is refuted or broken is annotated, after the text", () => {
    const env = { GITHUB_ACTIONS: "true" };
    expect(run("./refuted.mjs ./throws.mjs ./proven.mjs", env).out).toMatch(new RegExp([
      "^refuted · [\\s\\S]*\\n::error title=netlab%3A refuted refuted::the first socket is 3%0A#1 socket returned 3, not 4\\n",
      "\\nthrows · [\\s\\S]*\\n::error title=netlab%3A throws broke::ReferenceError: .*\\n\\nproven · (?![\\s\\S]*::error)",
    ].join("")));
    expect(run("./refuted.mjs --json", env).out).not.toContain("::error");
  });
});

describe.skipIf(noOther !== null)(named("as another user", noOther), () => {
  test.for([
    // Nobody but root may see the kernel's stacks.
    ["run --all -q --jobs 2 --accept-unknown", 0, / experiments · \d+ proven, 0 refuted, \d+ unknown\n$/],
    ["run udp-boundaries -q", 0, /: \d+ proven, 0 refuted, 0 unknown/],
    ["doctor",             0,   /uid 65534[\s\S]*through a user namespace/],
    ["list",               0,   /in order of study/],
  ] as const)("netlab %s", { timeout: LONG }, ([line, exit, says]) => {
    const { code, out, err } = shell(`${NOBODY.join(" ")} $NETLAB ${line}`, { patience: LONG });
    expect({ code, err, out }).toEqual({ code: exit, err: "", out: expect.stringMatching(says) as string });
  });
});
