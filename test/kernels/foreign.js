/** Programs for a machine that is not this one: from Debian's packages and npm's. */
import {
  cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ended } from "./ended.js";
import { MACHINES } from "./machines.js";
import { printed, ran } from "./programs.js";

const KOFFI = fileURLToPath(new URL("../../node_modules/koffi/package.json", import.meta.url));
/** What node and unshare are linked to, and a busybox that is linked to nothing. */
const PACKAGES = ["libc6", "libstdc++6", "libgcc-s1", "libatomic1", "util-linux", "busybox-static"];
/** The suite that they are from: one in which everything lies below /usr. */
const SUITE = "trixie";
const AS_IT_IS = { recursive: true, verbatimSymlinks: true };

/** Copies them, with the native part of koffi below netlab/, where the project will be. */
export async function copyForeign(to, machine, { apt, cache, tell }) {
  const { node } = MACHINES[machine];
  const { version } = JSON.parse(readFileSync(KOFFI, "utf8"));
  const koffi = `@koromix/koffi-linux-${node}`;
  const folder = join(cache, "programs", `${machine}-node-${process.versions.node}-koffi-${version}`);
  if (!existsSync(folder)) {
    tell(`fetching node ${process.versions.node}, koffi ${version} and libraries for ${machine}`);
    await fetch(folder, apt, {
      [`node-linux-${node}@${process.versions.node}`]: ["bin/node", "usr/bin/node"],
      [`${koffi}@${version}`]: ["", `netlab/node_modules/${koffi}`],
    });
  }
  cpSync(folder, to, AS_IT_IS);
}

/** It appears under its name when all of it is there. `fromNpm`: a package → where its files go. */
async function fetch(folder, apt, fromNpm) {
  mkdirSync(join(folder, ".."), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  const [tree, made] = [join(work, "tree"), join(work, "made")];
  const take = (from, to) => cpSync(join(work, from), join(made, to), AS_IT_IS);
  try {
    await apt.unpack(PACKAGES.map((it) => `${it}/${SUITE}`), work, tree);
    for (const it of readdirSync(join(tree, "usr")).filter((it) => it.startsWith("lib"))) {
      take(`tree/usr/${it}`, `usr/${it}`);
      symlinkSync(`usr/${it}`, join(made, it));
    }
    take("tree/usr/bin/unshare", "usr/bin/unshare");
    take("tree/usr/bin/busybox", "bin/busybox");
    for (const [name, [from, to]] of Object.entries(fromNpm)) {
      await npmPackage(name, work);
      take(`package/${from}`, to);
    }
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A package of npm, unpacked to the folder `package`. Throws 77 where it cannot be had. */
async function npmPackage(name, work) {
  rmSync(join(work, "package"), { recursive: true, force: true });
  const words = ["pack", name, "--json", "--pack-destination", work];
  const { code, out, err } = await ran("npm", words, { cwd: work });
  if (code !== 0) throw new Ended(77, `npm has no ${name}: ${err.trim().split("\n")[0]}`);
  await printed("tar", ["-xzf", join(work, JSON.parse(out)[0].filename), "-C", work]);
}
