/** How many claims are judged on which machine, what cannot run there and why, and how all that is told. */
import { describe, expect, test } from "vitest";
import { study } from "../../experiments/study.ts";
import { RULES } from "../../src/lab/doctor/abilities.ts";
import { CLAIM_WITNESSES } from "../../src/lab/doctor/claim-witnesses.ts";
import { examined } from "../../src/lab/doctor/examine.ts";
import { standings, sumOf } from "../../src/lab/doctor/standing.ts";
import type { AnyExperiment } from "../../src/lab/experiment.ts";
import { columns } from "../../src/report/columns.ts";
import { abilityPage, doctorLines, machineLines } from "../../src/report/doctor-lines.ts";
import { pen } from "../../src/report/pen.ts";
import { MACHINES, ROOT } from "./machines.ts";

const named = async (name: string): Promise<AnyExperiment> => {
  const { topic } = study.find((it) => it.experiments.includes(name))!;
  return ((await import(`../../experiments/${topic}/${name}.ts`)) as { default: AnyExperiment }).default;
};
const SOME = await Promise.all(["udp-boundaries", "udp-silent-loss", "tcp-states", "syn-flood", "lossy-wire", "uring-receive", "ring-receive"].map(named));
const ALL = await Promise.all(study.flatMap((it) => it.experiments).map(named));

describe("claims are counted", () => {
  test("as many words as there are claims", () => {
    expect(Object.fromEntries(ALL.map((it) => [it.name, it.claims.length]))).toEqual(Object.fromEntries(Object.entries(CLAIM_WITNESSES).map(([name, it]) => [name, it.length])));
  });
  test("where nothing is lacking all are judged, by two witnesses where there are two", () => {
    const { experiments, cannot, claims, judged, alone } = sumOf(standings(ALL, new Set(), ROOT.release));
    expect({ experiments, cannot, judged, alone }).toEqual({ experiments: ALL.length, cannot: 0, judged: claims, alone: 0 });
  });
  test.for([
    ["counters",              "udp-silent-loss", { cannot: false, judged: 3, alone: 1 }],
    ["wire",                  "udp-silent-loss", { cannot: false, judged: 5, alone: 2 }],
    ["stacks",                "tcp-states",      { cannot: false, judged: 1, alone: 0 }],
    ["sock:inet_sock_set_state", "tcp-states",   { cannot: false, judged: 1, alone: 0 }],
    ["namespace",             "syn-flood",       { cannot: true,  judged: 0, alone: 0 }],
    ["peer",                  "syn-flood",       { cannot: true,  judged: 0, alone: 0 }],
    ["peer",                  "lossy-wire",      { cannot: false }],
    ["veth",                  "lossy-wire",      { cannot: true }],
    ["veth",                  "syn-flood",       { cannot: false }],
    ["net.ipv4.tcp_syncookies", "udp-boundaries", { cannot: false, alone: 0 }],
    ["io_uring",              "uring-receive",   { cannot: true }],
    ["packet",                "ring-receive",    { cannot: true }],
    ["calls",                 "udp-boundaries",  { cannot: true }],
  ] as const)("without %s %s", ([word, experiment, so]) => {
    expect(standings(ALL, new Set([word]), ROOT.release).find((it) => it.experiment === experiment)).toMatchObject(so);
  });
  test("on an older kernel a claim that is newer is not judged", () => {
    const newer = ALL.flatMap((it) => it.claims).filter((it) => it.since !== null);
    expect(newer.length).toBeGreaterThan(0);
    const { claims, judged } = sumOf(standings(ALL, new Set(), "4.19.0"));
    expect(judged).toBeLessThanOrEqual(claims - newer.length);
  });
});

describe("on each machine", () => {
  test.for(Object.entries(MACHINES))("%s: who does not run says why, and nobody is counted twice", ([, found]) => {
    const { here, unable, abilities } = examined(ALL, found);
    expect(unable.length).toBe(here.cannot);
    expect(here.judged).toBeLessThanOrEqual(here.claims);
    for (const { why } of unable) expect(why).toMatch(/^(it needs |a run takes |no process |neither )\S.*[^.]$/);
    for (const it of abilities) expect(it.losing.length > 0).toBe(it.without.open + it.without.alone > 0);
  });
  test("root of Debian judges all, an ordinary user all but what stacks and root alone can show", () => {
    expect(examined(ALL, MACHINES.root).here).toMatchObject({ cannot: 0, alone: 0 });
    const { judged, claims, cannot } = examined(ALL, MACHINES.user).here;
    const stacks = examined(ALL, MACHINES.root).abilities.find((it) => it.word === "stacks")!.without;
    // tracefs, and users other than one's own.
    expect({ cannot, judged }).toEqual({ cannot: 0, judged: claims - stacks.open - 2 });
  });
});

describe("it is told", () => {
  const paper = (width: number, plain: boolean) => pen({ width, plain, color: 0, level: "advanced", quiet: false });
  const told = (machine: keyof typeof MACHINES, width: number, plain = false): string => {
    const found = examined(SOME, MACHINES[machine]);
    const it = paper(width, plain);
    return it.print([...machineLines(["Linux 6.12.48-amd64 x64", "Node 22.18.0", "koffi 3.3.4", "netlab 0.1.0"], found.place, it), ...doctorLines(found, it)]);
  };
  test.for([
    ["root", 80], ["user", 80], ["docker", 60], ["docker", 80], ["docker", 160], ["podman, rootless", 80], ["gVisor", 80], ["Ubuntu 24.04", 80], ["without CAP_NET_RAW", 80],
  ] as const)("%s, %i columns", async ([machine, width]) => {
    await expect(told(machine, width)).toMatchFileSnapshot(`../golden/doctor/${machine.replace(/\W+/g, "-")}-${width}.txt`);
  });
  test("in ASCII alone", async () => {
    const text = told("docker", 80, true);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    await expect(text).toMatchFileSnapshot("../golden/doctor/docker-80-plain.txt");
  });
  test.for([60, 80, 160])("no line is longer than %i columns, whatever the machine and the ability", (width) => {
    for (const machine of Object.keys(MACHINES) as (keyof typeof MACHINES)[]) {
      const it = paper(width, false);
      const { abilities } = examined(SOME, MACHINES[machine]);
      const pages = abilities.map((one, i) => it.print(abilityPage(one, RULES[i]!, it)));
      for (const line of [told(machine, width), ...pages].join("\n").split("\n")) expect(columns(line)).toBeLessThanOrEqual(width);
    }
  });
  test("one ability in depth", async () => {
    const it = paper(80, false);
    const stacks = examined(SOME, MACHINES.docker).abilities.find(({ word }) => word === "stacks")!;
    await expect(it.print(abilityPage(stacks, RULES.find(({ word }) => word === "stacks")!, it))).toMatchFileSnapshot("../golden/doctor/stacks-80.txt");
  });
});
