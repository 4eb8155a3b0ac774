/**
 * Machines that are less than this one, made here: doctor tells the truth of them, which is what runs then really can.
 * Each is entered by a command; nothing of this machine is changed.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { CLAIM_WITNESSES } from "../../src/lab/doctor/claim-witnesses.ts";
import type { EndEvent, Event, FindingEvent, RunEvent } from "../../src/lab/events.ts";
import { netlab as running } from "../chamber/netlab.ts";
import { BIN, cannotRun, named } from "../cli/netlab.ts";

const folder = mkdtempSync(join(tmpdir(), "netlab-doctor-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const works = (...command: readonly string[]): boolean => spawnSync(command[0]!, command.slice(1)).status === 0;
const isRoot = process.getuid?.() === 0;
const noRoot = cannotRun ?? (isRoot && works("unshare", "-n", "true") ? null : "it needs root that may unshare");
const FILTER = join(folder, "filter");
const source = fileURLToPath(new URL("./filter.c", import.meta.url));
const noFilter = noRoot ?? (works("gcc", "-O1", "-o", FILTER, source) ? null : "there is no gcc, or no kernel headers");
const noMounts = noRoot ?? (works("unshare", "-m", "true") ? null : "mount namespaces are not allowed here");
/** What is in /tmp cannot be executed there any more, koffi neither. */
const inTmp = process.cwd().startsWith("/tmp/") ? "this checkout lies in /tmp" : null;

const DOCKERS = "-all,+chown,+dac_override,+fsetid,+fowner,+mknod,+net_raw,+setgid,+setuid,+setfcap,+setpcap,+net_bind_service,+sys_chroot,+kill,+audit_write";
const dropped = (list: string): readonly string[] => ["setpriv", `--bounding-set=${list}`, `--inh-caps=${list}`];
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
/** In a mount namespace of its own, in which files are others. */
const mounted = (...commands: readonly string[]): readonly string[] => ["unshare", "-m", "sh", "-c", `set -e; ${commands.join("; ")}; exec "$@"`, "sh"];
const over = (name: string, text: string, path: string): string => `mount --bind ${file(name, text)} ${path}`;
/** All of PATH but these programs. */
function without(...programs: readonly string[]): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(folder, "bin-"));
  chmodSync(bin, 0o755);
  for (const name of ["unshare", "true", "strace", "tshark", "sudo", "sh"].filter((it) => !programs.includes(it))) {
    const { stdout } = spawnSync("bash", ["-c", `type -P ${name}`], { encoding: "utf8" });
    if (stdout !== "") symlinkSync(stdout.trim(), join(bin, name));
  }
  return { PATH: bin };
}

interface Told {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function netlab(words: readonly string[], through: readonly string[], env: NodeJS.ProcessEnv = {}): Told {
  const [command, ...rest] = [...through, process.execPath, BIN, ...words];
  // What enters the machine is found in this one's PATH.
  const inner = env.PATH === undefined ? [command!, ...rest] : ["env", `PATH=${env.PATH}`, command!, ...rest];
  const { status, stdout, stderr } = spawnSync(inner[0]!, inner.slice(1), {
    encoding: "utf8", timeout: 60_000, maxBuffer: 1 << 28, cwd: folder, env: { ...process.env, HOME: "/nowhere", LANG: "C.UTF-8" },
  });
  return { code: status, out: stdout, err: stderr };
}

interface Doctor {
  readonly abilities: readonly { readonly word: string; readonly able: boolean | null; readonly how: string; readonly remedy: string | null }[];
  readonly unable: readonly { readonly experiment: string; readonly why: string }[];
  readonly claims: { readonly all: number; readonly judged: number };
}

/** One of each kind: what watches, what is pinned, a peer, a wire, an io_uring, further namespaces, stacks. */
const EXPERIMENTS = ["udp-boundaries", "udp-silent-loss", "tcp-states", "page-faults", "bind-errors", "syn-flood", "listener-choice", "lossy-wire", "uring-receive", "ring-receive"];

const WITNESSES: ReadonlySet<string> = new Set(["counters", "state", "wire", "stacks"]);

interface Machine {
  readonly name: string;
  readonly why: string | null;
  readonly through: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The words of those abilities that are not there; the rest is there, or nobody knows. */
  readonly lacks: readonly string[];
  /** What the remedy of one of them says. */
  readonly remedy?: readonly [word: string, says: RegExp];
  /** Exit code of doctor. */
  readonly code?: number;
}
const NAMESPACE = ["namespace", "sysctls", "veth", "peer", "tun", "counters", "state", "wire"];
const zeros = (): string => (noMounts === null ? readFileSync("/proc/kallsyms", "latin1").slice(0, 65_536).replace(/^[0-9a-f]+/gm, (it) => "0".repeat(it.length)) : "");

const MACHINES: readonly Machine[] = [
  { name: "this one", why: cannotRun, through: [], lacks: [] },
  { name: "nobody", why: noRoot, through: NOBODY, lacks: ["tun", "stacks", "bpf", "capabilities"], remedy: ["stacks", /^as root/] },
  { name: "root with Docker's capabilities", why: noRoot, through: dropped(DOCKERS), lacks: ["stacks", "bpf", "capabilities"], remedy: ["stacks", /CAP_SYS_ADMIN|--cap-add=SYS_ADMIN/] },
  { name: "root with no capability at all", why: noRoot, through: dropped("-all"), lacks: [...NAMESPACE, "stacks", "bpf", "capabilities"], remedy: ["namespace", /CAP_SYS_ADMIN|--cap-add=SYS_ADMIN/] },
  { name: "behind a filter such as Docker's", why: noFilter, through: [...dropped(DOCKERS), FILTER, "docker"], lacks: [...NAMESPACE, "io_uring", "stacks", "bpf", "capabilities"], remedy: ["namespace", /--cap-add=SYS_ADMIN|not dropped/] },
  { name: "nobody behind that filter", why: noFilter, through: [...NOBODY, FILTER, "docker"], lacks: [...NAMESPACE, "io_uring", "stacks", "bpf", "capabilities"] },
  { name: "behind a filter that kills", why: noFilter, through: [FILTER, "kill"], lacks: ["io_uring"] },
  { name: "without CAP_NET_RAW", why: noRoot, through: dropped("-net_raw"), lacks: ["peer", "wire", "capabilities"], remedy: ["wire", /CAP_NET_RAW/] },
  { name: "with a read-only /proc/sys", why: noMounts, through: mounted("mount --bind /proc/sys /proc/sys", "mount -o remount,bind,ro /proc/sys"), lacks: ["sysctls", "veth"] },
  { name: "with hidden addresses", why: noMounts, through: mounted(over("kallsyms", zeros(), "/proc/kallsyms"), over("two", "2\n", "/proc/sys/kernel/kptr_restrict")), lacks: ["stacks"], remedy: ["stacks", /kernel\.kptr_restrict=1/] },
  { name: "with an empty /proc/kallsyms", why: noMounts, through: mounted(over("empty", "", "/proc/kallsyms")), lacks: ["stacks", "symbols"] },
  { name: "without BTF", why: noMounts, through: mounted(`mkdir -p ${folder}/none`, `mount --bind ${folder}/none /sys/kernel/btf`), lacks: ["btf"] },
  { name: "without /dev/net/tun", why: noMounts, through: mounted(over("tun", "", "/dev/net/tun")), lacks: ["tun"] },
  { name: "with little room in /dev/shm", why: noMounts, through: mounted("mount -t tmpfs -o size=64m tmpfs /dev/shm"), lacks: [], remedy: ["memory", /shm/] },
  { name: "with another user's processes hidden", why: noMounts, through: [...mounted("mount -t proc -o hidepid=2 proc /proc").slice(0, 1), "-pf", ...mounted("mount -t proc -o hidepid=2 proc /proc").slice(1), ...NOBODY], lacks: ["tun", "stacks", "bpf", "capabilities"] },
  { name: "with a /tmp from which nothing is executed", why: noMounts ?? inTmp, through: mounted("mount -t tmpfs -o noexec,size=64m tmpfs /var/tmp", "mount --bind -o noexec /tmp /tmp", "mount -o remount,bind,noexec /tmp"), lacks: [] },
  { name: "in lockdown", why: noMounts, through: mounted(`mkdir -p ${folder}/security`, `echo "none integrity [confidentiality]" > ${folder}/security/lockdown`, `mount --bind ${folder}/security /sys/kernel/security`), lacks: ["lockdown"] },
  { name: "without strace and tshark", why: cannotRun, through: [], env: without("strace", "tshark"), lacks: ["strace", "tshark"], remedy: ["strace", /install strace/] },
  { name: "without unshare", why: cannotRun, through: [], env: without("unshare"), lacks: NAMESPACE, remedy: ["namespace", /util-linux/] },
  { name: "with few descriptors", why: cannotRun, through: ["prlimit", "--nofile=64:64"], lacks: ["limits", "veth", "peer", "tun"], remedy: ["limits", /ulimit -n/], code: 77 },
  { name: "with enough descriptors", why: cannotRun, through: ["prlimit", "--nofile=128:128"], lacks: [] },
];

/** What this machine lacks itself: of the others no more is asked than that they lack as much and their own. */
const ownLacks = cannotRun !== null ? [] : (JSON.parse(netlab(["doctor", "--json"], []).out) as Doctor).abilities.filter((it) => it.able === false).map((it) => it.word);

describe.for(MACHINES)("$name", ({ why, through, env, lacks, remedy, code = 0 }) => {
  test(named("doctor says what is lacking, and what runs then really can", why), { timeout: 120_000 }, ({ skip }) => {
    skip(why !== null, why ?? "");
    const told = netlab(["doctor", "--json"], through, env);
    expect({ err: told.err, code: told.code }).toEqual({ err: "", code });
    const doctor = JSON.parse(told.out) as Doctor;
    const lacking = doctor.abilities.filter((it) => it.able === false).map((it) => it.word);
    expect(lacking.filter((it) => !ownLacks.includes(it)).sort()).toEqual(lacks.filter((it) => !ownLacks.includes(it)).sort());
    if (remedy !== undefined) expect(doctor.abilities.find((it) => it.word === remedy[0])?.remedy).toMatch(remedy[1]);
    agrees(doctor, netlab(["run", ...EXPERIMENTS, "--json", "--jobs", "2"], through, env));
  });
});

test(named("doctor leaves nothing behind: no process, file, link or namespace", cannotRun), { timeout: 60_000 }, async ({ skip }) => {
  skip(cannotRun !== null, cannotRun ?? "");
  const links = readFileSync("/proc/net/dev", "latin1").split("\n").map((it) => it.split(":")[0]);
  const it = running(["doctor"]);
  expect(await it.ended).toMatchObject({ err: "", signal: null });
  expect(await it.left()).toEqual([]);
  expect(readFileSync("/proc/net/dev", "latin1").split("\n").map((line) => line.split(":")[0])).toEqual(links);
});

/** The verdicts that doctor foretold, and the experiments that it said would not run. */
function agrees(doctor: Doctor, run: Told): void {
  const events = run.out.split("\n").filter((it) => it.startsWith("{")).map((it) => JSON.parse(it) as Event);
  const of = <T extends Event["type"]>(type: T): readonly Extract<Event, { type: T }>[] => events.filter((it): it is Extract<Event, { type: T }> => it.type === type);
  const ends: readonly EndEvent[] = of("end");
  expect(run.err).toBe("");
  expect(ends.map((it) => it.experiment)).toEqual(EXPERIMENTS);
  const foretold = doctor.unable.map((it) => it.experiment).filter((it) => EXPERIMENTS.includes(it));
  expect(ends.filter((it) => it.exit === 77).map((it) => it.experiment).sort()).toEqual(foretold.sort());
  expect(ends.filter((it) => ![0, 2, 77].includes(it.exit))).toEqual([]);
  const ran = ends.filter((it) => it.exit !== 77).map((it) => it.experiment);
  // In a user namespace such as a run gets there is but one user.
  const isMachines = of("run").some((it) => it.chamber.mode === "root");
  const isAble = (word: string): boolean => doctor.abilities.find((it) => it.word === word)!.able === true;
  for (const it of of("run") as readonly RunEvent[]) {
    if (!ran.includes(it.experiment)) continue;
    for (const [witness, { able }] of Object.entries(it.witnesses)) expect([it.experiment, witness, able]).toEqual([it.experiment, witness, isAble(witness)]);
  }
  for (const experiment of ran) {
    const findings: readonly FindingEvent[] = of("finding").filter((it) => it.experiment === experiment);
    const open = CLAIM_WITNESSES[experiment]!.map((words) => words.split(" ")
      .some((word) => /^\w/.test(word) && !word.includes(":") && word.split("|").every((it) => (WITNESSES.has(it) ? !isAble(it) : it === "uids" && !isMachines))));
    expect(findings.map((it) => [it.claim, it.verdict])).toEqual(findings.map((it, i) => [it.claim, open[i] ? "unknown" : "proven"]));
  }
}
