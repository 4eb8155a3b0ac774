/** The three ways to enter a chamber, and what a run can still show where no namespace is to be had. */
import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FindingEvent, RunEvent } from "../../src/lab/events.ts";
import { cannot, type Ended, fixture, named, netlab, type Way } from "./netlab.ts";

const works = (...command: readonly string[]): boolean => spawnSync(command[0]!, command.slice(1)).status === 0;
const isRoot = process.getuid?.() === 0;

/** Words before the program, and why they cannot be used here. */
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const DENIED = ["unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"', "sh"];
const noRoot = cannot ?? (isRoot && works("unshare", "-n", "true") ? null : "it needs root that may unshare");
const noUser = cannot ?? (works("unshare", "-Urn", "true") ? null : "user namespaces are not allowed here");
const noNobody = noUser ?? (isRoot && works(...NOBODY, "unshare", "-Urn", process.execPath, "--version") ? null : "it needs root, and a Node that nobody may run");
const noDenial = cannot ?? (works(...DENIED, "true") ? null : "user namespaces are not allowed here");

async function run(args: readonly string[], way: Way = {}): Promise<Ended & { readonly run: RunEvent; readonly findings: readonly FindingEvent[]; readonly left: readonly string[] }> {
  const it = netlab(["run", ...args, "--json"], way);
  const ended = await it.ended;
  return {
    ...ended,
    run: ended.events.find((event): event is RunEvent => event.type === "run")!,
    findings: ended.events.filter((event): event is FindingEvent => event.type === "finding"),
    left: await it.left(),
  };
}

describe("a namespace of its own", () => {
  const enters = async (mode: "root" | "user", why: unknown, way: Way = {}): Promise<void> => {
    const it = await run(["udp-boundaries"], way);
    expect(it.run.chamber).toEqual({ mode, why });
    expect(it.run.witnesses.counters).toEqual({ able: true, why: null });
    expect(it.code).toBe(0);
    expect(it.findings.map(({ verdict, why }) => [verdict, why])).toEqual(it.findings.map(() => ["proven", null]));
    expect(it.left).toEqual([]);
  };

  test.skipIf(noRoot !== null)(named("as root", noRoot), () => enters("root", null));
  test.skipIf(noNobody !== null)(named("as nobody: in a user namespace", noNobody), () => enters("user", null, { through: NOBODY }));
  test.skipIf(noUser !== null || isRoot)(named("as an ordinary user", noUser ?? (isRoot ? "this is root" : null)), () => enters("user", null));
  test.skipIf(noNobody !== null)(named("as root that may not unshare: in a user namespace, and it is said why", noNobody), () =>
    enters("user", expect.stringMatching(/^unshare -n: unshare failed: Operation not permitted$/), { through: ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"] }));
});

describe("no namespace of its own", () => {
  const SHARED = "this namespace is shared with others (netlab doctor namespace)";

  test.skipIf(noDenial !== null)(named("what counters would show has one witness, the rest is proven as ever", noDenial), async () => {
    const it = await run(["udp-boundaries"], { through: DENIED });
    const refusal = /^unshare -n: unshare failed: Operation not permitted; unshare -Urn: unshare failed: .+$/;
    expect(it.run.chamber).toEqual({ mode: "none", why: expect.stringMatching(refusal) as string });
    expect(it.run.witnesses.counters).toEqual({ able: false, why: SHARED });
    expect(it.events.filter(({ type }) => type === "counter")).toEqual([]);
    expect(it.code).toBe(0);
    const reasons = new Map(it.findings.map(({ claim, verdict, why }) => [claim, `${verdict} ${why}`]));
    expect(reasons.get("each send is taken whole")).toBe(`proven one witness: counters is not able here: ${SHARED}`);
    expect(reasons.get("65,507 bytes are one datagram, 65,508 are EMSGSIZE")).toBe("proven null");
    expect(it.left).toEqual([]);
  });

  test.skipIf(noDenial !== null)(named("a claim that rests on counters alone is unknown", noDenial), async () => {
    const it = await run([fixture("counted.mjs")], { through: DENIED });
    expect(it.findings).toMatchObject([{ verdict: "unknown", why: `counters is not able here: ${SHARED}` }]);
    expect(it.code).toBe(2);
    expect((await run([fixture("counted.mjs"), "--accept-unknown"], { through: DENIED })).code).toBe(0);
  });

  test.skipIf(noDenial !== null)(named("an experiment that needs one says so, and does nothing", noDenial), async () => {
    const it = await run([fixture("secluded.mjs")], { through: DENIED });
    expect(it.events.map(({ type }) => type)).toEqual(["run", "end"]);
    expect(it.end).toMatchObject({ exit: 77, broke: { how: "cannot", message: expect.stringMatching(/needs a network namespace of its own.*unshare failed.*netlab doctor/) } });
    expect(it.code).toBe(77);
    expect(it.left).toEqual([]);
  });

  test.skipIf(noDenial !== null)(named("descriptors begin with 3 and actors sleep as ever", noDenial), async () => {
    const it = await run([fixture("actors.mjs"), "--set", "play=two threads"], { through: DENIED });
    expect(it.run.chamber.mode).toBe("none");
    expect(it.code).toBe(0);
    expect(it.events.flatMap((event) => (event.type === "call" && event.name === "socket" ? [event.result] : []))).toEqual([7]);
  });

  test.skipIf(cannot !== null)(named("where there is no unshare(1), it is said"), async () => {
    const bin = await mkdtemp(join(tmpdir(), "netlab-path-"));
    symlinkSync(process.execPath, join(bin, "node"));
    const it = await run(["udp-boundaries"], { env: { PATH: bin } });
    await rm(bin, { recursive: true });
    expect(it.run.chamber).toEqual({ mode: "none", why: expect.stringMatching(/unshare -Urn: there is no such program$/) as string });
    expect(it.code).toBe(0);
  });
});

describe("the first socket is 3", () => {
  test.for([
    ["as it is", cannot, []],
    ["as nobody", noNobody, NOBODY],
    ["without a namespace", noDenial, DENIED],
  ] as const)("%s", async ([, why, through], { skip }) => {
    if (why !== null) skip(why);
    const it = await run([fixture("ends.mjs")], { through });
    expect(it.code).toBe(0);
    expect(it.events.flatMap((event) => (event.type === "call" && event.actor === "main" ? [event.result] : []))).toEqual([3, 4]);
  });
});
