/**
 * Which of Debian's packages hold the kernels of a line. The cloud kernels are the smallest, and have
 * most of what is needed built in.
 */
import { compareVersions, upstream } from "./debian-version.js";

/** What apt-cache is asked for. */
export const KERNELS = (machine) => `^linux-(image|binary|binary-unsigned|modules)-[0-9].*-cloud-${machine}$`;
/** What holds a kernel, the best first: signed ones are as they are booted elsewhere. */
const KINDS = ["binary", "binary-unsigned", "image"];

/** What `apt-cache show` prints, as [{name, kind, release, version, depends}]. */
export function packagesIn(text) {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const field = (name) => new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1] ?? "";
    const name = field("Package");
    const [, kind, release] = /^linux-(image|binary-unsigned|binary|modules)-(\d.*)$/.exec(name) ?? [];
    if (kind === undefined) return [];
    return [{ name, kind, release, version: field("Version"), depends: field("Depends") }];
  });
}

/**
 * The kernels of a line, 6.1 or 6.1.176, the newest first → [{release, version: upstream's, packages: [{name,
 * version}]}]. Debian has kernels before 6.19 as an image with its modules, later ones as two packages.
 */
export function kernelsOf(packages, line) {
  return packages
    .filter((it) => KINDS.includes(it.kind) && !isMeta(it) && isOf(upstream(it.version), line))
    .sort((a, b) => compareVersions(b.version, a.version) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
    .map((kernel) => {
      const modules = packages.find((it) =>
        it.kind === "modules" && it.release === kernel.release && it.version === kernel.version);
      const chosen = modules === undefined ? [kernel] : [kernel, modules];
      return {
        release: kernel.release, version: upstream(kernel.version),
        packages: chosen.map(({ name, version }) => ({ name, version })),
      };
    });
}

/** The lines that there are, the oldest first. */
export function linesIn(packages) {
  const lines = packages.map((it) => /^\d+\.\d+/.exec(upstream(it.version))?.[0] ?? "");
  return [...new Set(lines)].filter((it) => it !== "").sort(compareVersions);
}

/** It holds nothing, and leads to the package that does. */
const isMeta = ({ depends }) => /\blinux-(image|binary)-\d/.test(depends);
/** 6.1.176 is of 6.1, 6.12.9 is not; 7.3~rc7 is of 7.3. */
const isOf = (version, line) => version === line || [".", "~"].some((it) => version.startsWith(line + it));
