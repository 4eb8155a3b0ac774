/** A kernel of a line, in the cache: taken from Debian's packages once. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { Ended } from "./ended.js";
import { OWN } from "./machines.js";
import { MODULES, takeModules } from "./modules.js";
import { KERNELS, kernelsOf, linesIn, packagesIn } from "./packages.js";

/**
 * The newest of a line that the mirror has, and does not only name → {name: 6.1.176 or arm64:6.1.176,
 * machine, vmlinuz: a file, modules: a folder}. Throws 77 where none is to be had.
 */
export async function kernelFrom(apt, { line, machine }, { cache, tell }) {
  const packages = packagesIn(await apt.show(KERNELS(machine)));
  const found = kernelsOf(packages, line);
  if (found.length === 0) {
    const lines = linesIn(packages).join(", ");
    throw new Ended(77, `Debian has no kernel ${line} for ${machine}, only of ${lines}`);
  }
  for (const [i, it] of found.entries()) {
    try {
      const folder = await inCache(apt, it, { cache, tell });
      const name = machine === OWN ? it.version : `${machine}:${it.version}`;
      return { name, machine, vmlinuz: join(folder, "vmlinuz"), modules: join(folder, "modules") };
    } catch (error) {
      if (!isAbsent(error) || i === found.length - 1) throw error;
      tell(error.message);
    }
  }
}

const isAbsent = (error) => error instanceof Ended && / 404 /.test(error.message);

/** The folder of a kernel; it is fetched if it is not there. */
async function inCache(apt, { release, packages }, { cache, tell }) {
  const wanted = packages.map(({ name, version }) => `${name}=${version}`);
  const mark = createHash("sha256").update([...wanted, MODULES].join("\n")).digest("hex").slice(0, 8);
  const folder = join(cache, "kernels", `${release}-${mark}`);
  if (existsSync(folder)) return folder;
  tell(`fetching ${wanted.join(" ")}`);
  await fetch(apt, wanted, folder);
  return folder;
}

/** It appears under its name when all of it is there. */
async function fetch(apt, packages, folder) {
  mkdirSync(join(folder, ".."), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  const [tree, made] = [join(work, "tree"), join(work, "made")];
  try {
    mkdirSync(made);
    await apt.unpack(packages, work, tree);
    const vmlinuz = readdirSync(tree, { recursive: true }).find((it) => basename(it).startsWith("vmlinuz"));
    cpSync(join(tree, vmlinuz), join(made, "vmlinuz"));
    await takeModules(tree, join(made, "modules"));
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
