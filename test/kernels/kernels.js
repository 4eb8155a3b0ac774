/**
 * Runs netlab inside other Linux kernels, under qemu, and judges here what happened there:
 *
 *     npm run kernels -- 5.10 6.1 arm64:6.1 --save DIR -- run tcp-raw
 *     npm run kernels -- 5.10 6.1 -- paths
 *     npm run kernels -- 5.10 6.1 -- path tables
 *     npm run kernels -- 6.1 arm64:6.1 -- bench
 *
 * Exit codes: 0 nothing is refuted · 1 something is, or broke, or a kernel did not come to its end · 64 wrong
 * usage · 77 it cannot be done here, and what would help is told · 128+n a signal.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { aptFor } from "./apt.js";
import { benched } from "./benched.js";
import { boot, kvmWorks } from "./boot.js";
import { guestIn } from "./console.js";
import { Ended } from "./ended.js";
import { copyForeign } from "./foreign.js";
import { copyPrograms, copyProject, packBase, packGuest } from "./image.js";
import { kernelFrom } from "./kernel.js";
import { OWN } from "./machines.js";
import { stop } from "./programs.js";
import { report } from "./table.js";
import { tabled } from "./tabled.js";
import { needTools } from "./tools.js";
import { broken, judged } from "./verdicts.js";
import { isOtherwise, walksIn } from "./walked.js";
import { reportWalks } from "./walks-table.js";
import { BENCH, isTables, PATHS, wanted } from "./wanted.js";

/** So many guests at a time. */
const AT_ONCE = 2;
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "netlab-kernels");
const tell = (text) => process.stderr.write(`${text}\n`);

let caught = null;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    caught ??= signal;
    stop.abort();
  });
}
process.umask(0o022);
const folder = mkdtempSync(join(tmpdir(), "netlab-kernels-"));
try {
  process.exitCode = await kernels(wanted(process.argv.slice(2), OWN));
} catch (error) {
  if (caught === null && !(error instanceof Ended)) throw error;
  if (caught === null) tell(error.message);
  process.exitCode = error.exit;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (caught !== null) process.exitCode = 128 + constants.signals[caught];

async function kernels({ kernels: asked, save, limit, netlab }) {
  const began = performance.now();
  const machines = [...new Set(asked.map(({ machine }) => machine))];
  needTools(machines);
  if (save !== null) mkdirSync(save, { recursive: true });
  const project = join(folder, "project");
  copyProject(project, { own: true });
  const [apts, bases] = [new Map(), new Map()];
  for (const machine of machines) {
    apts.set(machine, await aptFor(machine, CACHE, tell));
    bases.set(machine, await base(machine, apts.get(machine), project));
  }
  const found = new Map();
  for (const it of asked) {
    const kernel = await kernelFrom(apts.get(it.machine), it, { cache: CACHE, tell });
    found.set(kernel.name, kernel);
  }
  const kvm = await kvmWorks();
  const how = { kvm, limit, netlab, save, project };
  const rows = (await atOnce([...found.values()], (it) => guest(it, bases.get(it.machine), how))).flat();
  process.stdout.write(netlab[0] === PATHS ? reportWalks(rows) : report(rows));
  const seconds = Math.round((performance.now() - began) / 1000);
  tell(`${seconds} s, ${kvm ? "with" : "without"} KVM`);
  return rows.some(netlab[0] === PATHS ? isOtherwise : (it) => it.refuted + it.broken > 0) ? 1 : 0;
}

/** What every guest of a machine begins with. */
async function base(machine, apt, project) {
  const [programs, to] = [join(folder, machine), join(folder, `${machine}.cpio`)];
  if (machine === OWN) {
    await copyPrograms(programs);
    await packBase(programs, project, to);
  } else {
    const bare = join(folder, `${machine}-project`);
    copyProject(bare, { own: false });
    await copyForeign(programs, machine, { apt, cache: CACHE, tell });
    await packBase(programs, bare, to);
  }
  rmSync(programs, { recursive: true });
  return to;
}

/** One kernel: its rows of the report. */
async function guest(kernel, archive, how) {
  const { kvm, limit, netlab, save } = how;
  const mark = kernel.name.replace(":", "-");
  const [initrd, log] = ["cpio", "console"].map((it) => join(folder, `${mark}.${it}`));
  await packGuest({ modules: kernel.modules, base: archive, netlab, folder: join(folder, mark), to: initrd });
  const { text, seconds, why } = await boot({ ...kernel, initrd, log, kvm, limit });
  rmSync(initrd);
  tell(`${kernel.name} ran ${seconds.toFixed(1)} s`);
  const { runs, off, rest } = guestIn(text);
  if (netlab[0] === PATHS) {
    if (save !== null) writeFileSync(join(save, `${mark}-paths.ndjson`), runs[0]?.events ?? "");
    return [{ kernel: kernel.name, ...walksIn({ run: runs[0], off, rest, why }) }];
  }
  const rows = [];
  for (const run of runs) {
    const file = join(folder, `${mark}-${run.who}.ndjson`);
    rows.push({ kernel: kernel.name, who: run.who, seconds: run.seconds, ...await ruled(run, file, how) });
    if (save !== null) copyFileSync(file, join(save, `${mark}-${run.who}.ndjson`));
  }
  if (off) return rows;
  const item = broken(why ?? "it did not come to its end", rest);
  return [...rows, { kernel: kernel.name, who: "–", seconds: null, ...item }];
}

/** What one run in a guest says, its events kept in a file. */
async function ruled(run, file, { netlab, project }) {
  if (netlab[0] !== BENCH && !isTables(netlab)) return await judged(run, join(project, "netlab"), file);
  writeFileSync(file, run.events ?? "");
  return isTables(netlab) ? tabled(run) : benched(run);
}

/** The results of `work` for each, in their order, some at a time. If one fails the others are waited for. */
async function atOnce(items, work) {
  const results = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = ends.find(({ status }) => status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return results;
}
