/** `netlab path`: the declared ways, one of them, and with what a run showed of it. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { knownPaths } from "../../src/kernel/known-paths.ts";
import { WAYS } from "../../src/kernel/path-names.ts";
import { columns } from "../../src/report/columns.ts";
import { cannot, cannotRun, named, netlab, shell } from "./netlab.ts";

const { sendto } = knownPaths.udp!;
const path = (line: string, env: NodeJS.ProcessEnv = {}) => netlab(["path", ...line.split(" ").filter((it) => it !== "")], { env });
/** How many steps are marked so. */
const marked = (out: string, mark: string): number => [...out.matchAll(new RegExp(`^(?: *[\\d.]+ µs)? +${mark} [ │├└─]*\\w`, "gm"))].length;
const hidden = sendto!.steps.filter((it) => it.hidden !== null).length;
const visible = sendto!.steps.length - hidden;

describe.skipIf(cannot !== null)(named("declared", cannot), () => {
  test("all of them, by group, with where they lead", () => {
    const { code, out, err } = path("");
    const found: string[] = [];
    let group = "";
    for (const [, head, call] of out.matchAll(/^ {2}(?:([a-z]\w+)| {2}(\w+(?: \w+)*?) +\d+ steps? {2}to \w.*)$/gm)) {
      group = head ?? group;
      if (call !== undefined) found.push(`${group} ${call}`);
    }
    expect({ code, err, found }).toEqual({ code: 0, err: "", found: WAYS.map((it) => it.name) });
  });

  test("one: every step, in order, and that nobody watched", () => {
    const { code, out, err } = path("udp sendto --level student");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^ {2}The way of sendto through the kernel, to the receiver's queue\n +declared, not watched\n/);
    expect([...out.matchAll(/^ {2}[○┊] [ │├└─]*(\w+)/gm)].map((it) => it[1])).toEqual(sendto!.steps.map((it) => it.fn));
    expect([marked(out, "○"), marked(out, "┊")]).toEqual([visible, hidden]);
  });

  test("as one word it is the same", () => expect(netlab(["path", "udp sendto"])).toEqual(path("udp sendto")));

  test("prototypes are the running kernel's, at expert level, which is the usual one", () => {
    const [usual, expert, advanced] = [path("udp sendto"), path("udp sendto --level expert"), path("udp sendto --level advanced")];
    expect(usual).toEqual(expert);
    expect(advanced.out).not.toContain("struct sock *");
    expect(expert.out.length).toBeGreaterThanOrEqual(advanced.out.length);
  });

  test("as one object, and all of them", () => {
    const it = JSON.parse(path("udp sendto --json").out) as { readonly steps: readonly { readonly caller: number | null }[] };
    expect(it).toMatchObject({
      name: "udp sendto", group: "udp", call: "sendto", to: sendto!.to, at: sendto!.at, watched: false, why: null, shown: null,
      experiment: expect.any(String) as string, inside: ["sendto"], steps: sendto!.steps.map(({ fn, depth, hidden: why }) => ({ fn, depth, hidden: why, seen: null })),
    });
    expect(it.steps.slice(0, 3).map(({ caller }) => caller)).toEqual([null, 0, 1]);
    expect(path("--json").out.trim().split("\n").map((line) => (JSON.parse(line) as { readonly name: string }).name)).toEqual(WAYS.map((way) => way.name));
  });

  test.each([
    ["udp",                     0,  /The way of sendto[\s\S]*The way of recvfrom/],
    ["sendto",                  0,  /The way of sendto[\s\S]*The way of sendto/],
    ["tcp recv",                0,  /The way of recvfrom/],
    ["udp recvfrom --kernel 5.15", 0, /As Linux 5\.15 has it[\s\S]*32-bit ARM/],
    ["udp recvfrom --kernel v6.1.9", 0, /As Linux 6\.1 has it/],
    ["tpc connect",             64, /no path "tpc connect", did you mean tcp connect\?/],
    ["tcp teleport",            64, /no path "tcp teleport": of tcp there are .*connect/],
    ["teleport",                64, /no path "teleport": netlab path lists them/],
    ["udp sendto --kernel banana", 64, /no Linux "banana": --kernel takes a release, as 6\.1/],
    ["udp sendto --kernel 5.25", 64, /no Linux "5\.25"/],
    ["udp sendto --kernel 4.19", 64, /held against Linux 5\.10 to 7\.3, not 4\.19/],
    ["udp sendto --kernel 99.1", 64, /held against Linux 5\.10 to 7\.3, not 99\.1/],
    ["udp sendto --live --kernel 5.10", 64, /--live runs the kernel that is here, not 5\.10/],
    ["--live",                  64, /--live takes a path/],
  ] as const)("%s ends with %i", (line, code, said) => {
    const { code: ended, out, err } = path(line);
    expect({ code: ended, said: code === 0 ? out : err }).toEqual({ code, said: expect.stringMatching(said) as string });
  });

  /** Prototypes are broken between parameters only, and one of those may be long. */
  test.for([["", 60], ["udp sendto --level advanced", 60], ["tcp connect --level student --plain", 60], ["tcp connect", 80], ["tcp recvfrom", 160]] as const)(
    "%s keeps to %i columns", ([line, width]) => {
      const { out } = path(line, { COLUMNS: String(width) });
      expect(out.split("\n").filter((it) => columns(it) > width)).toEqual([]);
    });

  test("plain is ASCII", () => expect(path("udp sendto --plain").out).toMatch(/^[\n\x20-\x7e]+$/));
});

/** Why nobody can watch here: what netlab itself says. */
const unseen = cannotRun ?? (path("udp sendto --live").code === 0 ? null : path("udp sendto --live").err.trim());

describe.skipIf(unseen !== null)(named("live", unseen), () => {
  test("every step that can be seen is marked, and at which tracepoints", () => {
    const { code, out, err } = path("udp sendto --live --level student");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`^.*\\n +${visible} of ${visible} that can be seen, ${hidden} hidden, at sock:sk_data_ready\\n`));
    expect([marked(out, "●"), marked(out, "○"), marked(out, "┊")]).toEqual([visible, 0, hidden]);
  });

  test("nothing of the run itself is said", () => {
    const { out } = path("udp sendto --live");
    expect(out).not.toMatch(/proven|witnesses|network namespace/);
  });

  test("when, in which experiment's call, at which tracepoint", () =>
    expect(path("udp sendto --live").out).toMatch(/\n\n {2}Seen in [\w-]+, in its call #\d+, sendto, which took [\d.]+ µs[\s\S]* µs +sock:sk_data_ready {2}\d+ steps, to sock_def_readable\n$/));

  test("as one object, with its sights", () => {
    const it = JSON.parse(path("udp sendto --live --json").out) as { readonly shown: object; readonly steps: readonly { readonly seen: object | null }[] };
    expect(it).toMatchObject({ watched: true, why: null, shown: { call: expect.any(Number) as number, name: "sendto", took: expect.any(Number) as number } });
    expect(it.steps.filter(({ seen }) => seen !== null)).toHaveLength(visible);
    expect(it.steps[0]!.seen).toEqual({ at: "sock:sk_data_ready", call: expect.any(Number) as number, after: expect.any(Number) as number });
  });
});

const NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
/** Why nobody else can be tried here, or null: only root can become somebody else, who must then be able to run Node. */
const noOther = cannotRun ?? (process.getuid?.() !== 0 ? "it needs root"
  : spawnSync(NOBODY[0]!, [...NOBODY.slice(1), "unshare", "-Urn", process.execPath, "-e", "0"]).status === 0 ? null : "another user cannot run Node in a namespace");

test.skipIf(noOther !== null)(named("who may not watch is told so, and shown what is declared", noOther), () => {
  const { code, out, err } = shell(`${NOBODY.join(" ")} $NETLAB path udp sendto --live`);
  expect({ code, err }).toEqual({ code: 77, err: expect.stringMatching(/^netlab: nobody can watch here: .* \(netlab doctor stacks\)\n$/) as string });
  expect(out).toMatch(/declared, not watched/);
});
