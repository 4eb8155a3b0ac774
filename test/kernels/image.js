/**
 * What a guest boots into: an initramfs. That is cpio archives, one after the other: the programs, the built
 * project, and for each kernel its modules and what is to be run.
 */
import {
  closeSync, copyFileSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { printed, ran } from "./programs.js";
import { pathOf } from "./tools.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const INIT = fileURLToPath(new URL("./init", import.meta.url));
const WALK = fileURLToPath(new URL("./walk.js", import.meta.url));
const ACCOUNTS = {
  "etc/passwd": "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/tmp:/bin/sh\n",
  "etc/group":  "root:x:0:\nnogroup:x:65534:\n",
};

/**
 * Copies the project as it is built now, with the packages that it needs at run time, to a folder/netlab.
 * What V8 made of the bundles (src/start/bundles.ts) is for this machine: on another one Node crashes of it.
 */
export function copyProject(folder, { own }) {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const needed = Object.keys(packages).filter((it) => it !== "" && packages[it].dev !== true);
  const how = { recursive: true, filter: (file) => own || !file.endsWith(".code") };
  for (const it of ["bin", "dist", "experiments", "package.json", ...needed]) {
    if (existsSync(join(ROOT, it))) cpSync(join(ROOT, it), join(folder, "netlab", it), how);
  }
}

/** Copies this machine's programs, with the libraries that they are linked to. */
export async function copyPrograms(folder) {
  const places = {
    "bin/busybox": pathOf("busybox"), "usr/bin/node": process.execPath,
    "usr/bin/unshare": pathOf("unshare"), "usr/bin/strace": pathOf("strace"),
  };
  for (const [place, path] of Object.entries(places)) {
    if (path === null) continue;
    put(path, join(folder, place));
    const { out } = await ran("ldd", [path]);
    for (const it of out.match(/\/\S+/g) ?? []) if (existsSync(it)) put(it, join(folder, it));
  }
}

/** The archive that all kernels of a machine begin with. */
export async function packBase(programs, project, to) {
  for (const it of ["dev", "proc", "sys", "tmp", "root", "run", "etc", "bin"]) {
    mkdirSync(join(programs, it), { recursive: true });
  }
  for (const [file, text] of Object.entries(ACCOUNTS)) writeFileSync(join(programs, file), text);
  put(INIT, join(programs, "init"));
  put(WALK, join(programs, "walk.mjs"));
  await append(programs, to);
  await append(project, to);
}

/** The whole of it for one kernel; `netlab` are the arguments. */
export async function packGuest({ modules, base, netlab, folder, to }) {
  mkdirSync(folder);
  cpSync(modules, join(folder, "modules"), { recursive: true });
  writeFileSync(join(folder, "arguments"), netlab.map((it) => `${it}\n`).join(""));
  copyFileSync(base, to);
  await append(folder, to);
}

function put(file, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(file, to);
}

/** In a guest all belongs to root, and everybody may read it. */
async function append(folder, to) {
  await printed("chmod", ["-R", "a+rX", folder]);
  const input = readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(({ parentPath, name }) => `${relative(folder, join(parentPath, name))}\0`).join("");
  const descriptor = openSync(to, "a");
  try {
    const words = ["-o", "-0", "-H", "newc", "-R", "0:0", "--quiet"];
    await printed("cpio", words, { cwd: folder, input, to: descriptor });
  } finally {
    closeSync(descriptor);
  }
}
