/** `netlab confirm` from the command line: exit codes, and who is told to do what. What is compared, and how, is lab's. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cannotRun, folder, named, netlab, shell } from "./netlab.ts";
import { OWN } from "./own-experiments.ts";

const { path: cwd, leave } = folder(OWN);
afterAll(leave);
const traces = spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status === 0;
const why = cannotRun ?? (traces ? null : "strace may not trace here");

describe.skipIf(why !== null)(named("confirm", why), () => {
  test.for([["udp-raw"], ["udp-boundaries --set room=100"], ["./proven.mjs"]] as const)("%s: strace saw the same", ([line]) => {
    const { code, out, err } = netlab(["confirm", ...line.split(" ")], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^✔ strace saw the same \d+ calls[\s\S]* strace \d+\.\d+\n$/);
  });

  test("a saved run and the log of it agree; a log that tells one call otherwise does not", () => {
    expect(shell("strace -f -o log $NETLAB run udp-raw --save run.ndjson -q > /dev/null", { cwd }).code).toBe(0);
    expect(netlab(["confirm", "run.ndjson", "log"], { cwd })).toMatchObject({ code: 0, err: "" });
    writeFileSync(join(cwd, "other"), readFileSync(join(cwd, "log"), "utf8").replace('sendto(4, "0123456789", 10', 'sendto(4, "0123456789", 11'));
    const { code, out } = netlab(["confirm", "run.ndjson", "other", "--json"], { cwd });
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 1, experiment: "udp-raw", agrees: false, differences: [{ id: 7 }] });
    expect(netlab(["confirm", "run.ndjson", "not-there"], { cwd })).toMatchObject({ code: 64, err: "netlab: cannot read not-there: no such file or directory\n" });
  });
});

describe.skipIf(cannotRun !== null)(named("without strace", cannotRun), () => {
  test("it is said how to get it", () => {
    const { code, out, err } = netlab(["confirm", "udp-raw"], { env: { PATH: "/nowhere" } });
    expect({ code, out, err }).toEqual({ code: 77, out: "", err: expect.stringMatching(/^netlab: strace is not installed: install it: .*\n$/) as string });
  });
});
