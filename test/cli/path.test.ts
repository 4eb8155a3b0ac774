/** `netlab path`: the declared ways, one of them, and with what a run showed of it. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { knownPaths } from "../../src/kernel/known-paths.ts";
import { follow } from "../../src/kernel/path.ts";
import { columns } from "../../src/report/columns.ts";
import { cannot, cannotRun, named, netlab, shell } from "./netlab.ts";

const { sendto } = knownPaths.udp!;
const NAMES = Object.entries(knownPaths).flatMap(([protocol, calls]) => Object.keys(calls).map((call) => `${protocol} ${call}`));
const path = (line: string, env: NodeJS.ProcessEnv = {}) => netlab(["path", ...line.split(" ").filter((it) => it !== "")], { env });
/** How many steps are marked so. */
const marked = (out: string, mark: string): number => [...out.matchAll(new RegExp(`^ {2}${mark} \\w`, "gm"))].length;
const hidden = sendto!.steps.filter((it) => it.hidden !== null).length;
const visible = sendto!.steps.length - hidden;

describe.skipIf(cannot !== null)(named("declared", cannot), () => {
  test("all of them, with where they lead", () => {
    const { code, out, err } = path("");
    expect({ code, err, names: [...out.matchAll(/^ {2}(\w+ \w+) +\d+ steps, to \w/gm)].map((it) => it[1]) }).toEqual({ code: 0, err: "", names: NAMES });
  });

  test("one: every step, in order, and that nobody watched", () => {
    const { code, out, err } = path("udp sendto --level student");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^ {2}The way of sendto through the kernel, to the receiver's queue\n +declared, not watched\n/);
    expect([...out.matchAll(/^ {2}[○┊] (\w+)/gm)].map((it) => it[1])).toEqual(sendto!.steps.map((it) => it.fn));
    expect([marked(out, "○"), marked(out, "┊")]).toEqual([visible, hidden]);
  });

  test("as one word it is the same", () => expect(netlab(["path", "udp sendto"])).toEqual(path("udp sendto")));

  test("prototypes are the running kernel's, at expert level, which is the usual one", () => {
    const [usual, expert, advanced] = [path("udp sendto"), path("udp sendto --level expert"), path("udp sendto --level advanced")];
    expect(usual).toEqual(expert);
    expect(advanced.out).not.toContain("struct sock *");
    expect(expert.out.length).toBeGreaterThanOrEqual(advanced.out.length);
  });

  test("as one object", () => {
    expect(JSON.parse(path("udp sendto --json").out)).toEqual({ call: "sendto", ...sendto, stacks: null });
    expect(JSON.parse(path("--json").out)).toEqual(NAMES);
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
    expect(out).toMatch(new RegExp(`^.*\\n +${visible} of ${visible} steps seen, at sock:sk_data_ready\\n`));
    expect([marked(out, "●"), marked(out, "○"), marked(out, "┊")]).toEqual([visible, 0, hidden]);
  });

  test("nothing of the run itself is said", () => {
    const { out } = path("udp sendto --live");
    expect(out).not.toMatch(/proven|#1|witnesses|network namespace/);
  });

  test("as one object, with its stacks", () => {
    const { stacks, ...way } = JSON.parse(path("udp sendto --live --json").out) as { readonly stacks: readonly (readonly string[])[] };
    expect(way).toEqual({ call: "sendto", ...sendto });
    expect([...follow(sendto!, stacks)]).toHaveLength(visible);
  });
});

const NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
/** Why nobody else can be tried here, or null: only root can become somebody else, who must then be able to run Node. */
const noOther = cannotRun ?? (process.getuid?.() !== 0 ? "it needs root"
  : spawnSync(NOBODY[0]!, [...NOBODY.slice(1), "unshare", "-Urn", process.execPath, "-e", "0"]).status === 0 ? null : "another user cannot run Node in a namespace");

test.skipIf(noOther !== null)(named("who may not watch is told so", noOther), () => {
  const { code, out, err } = shell(`${NOBODY.join(" ")} $NETLAB path udp sendto --live`);
  expect({ code, out, err }).toEqual({ code: 77, out: "", err: expect.stringMatching(/^netlab: nobody can watch here: .*; run it as root\n$/) as string });
});
