/** The programs that this needs of the machine, by the Debian packages that bring them. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Ended } from "./ended.js";
import { MACHINES } from "./machines.js";

const TOOLS = {
  "apt-get":   "apt",
  "dpkg-deb":  "dpkg",
  "busybox":   "busybox-static",
  "cpio":      "cpio",
  "xz":        "xz-utils",
  "unshare":   "util-linux",
  "setpriv":   "util-linux",
  "ldd":       "libc-bin",
};

/** Throws 77 with what is missing, and the line that installs it. */
export function needTools(machines, has = (it) => pathOf(it) !== null) {
  const qemus = machines.map((it) => [MACHINES[it].qemu, MACHINES[it].package]);
  const missing = [...new Map([...qemus, ...Object.entries(TOOLS)])].filter(([it]) => !has(it));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(", ");
  const packages = [...new Set(missing.map(([, it]) => it))].join(" ");
  throw new Ended(77, `not installed: ${names}. On Debian this helps:
  apt-get install --no-install-recommends ${packages}`);
}

/** Where a program lies, or null. */
export function pathOf(name) {
  const places = (process.env.PATH ?? "").split(delimiter).map((it) => join(it, name));
  return places.find(isProgram) ?? null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
