/** What `netlab --version` says: everything that a result depends on, in one line. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, release, type } from "node:os";
import { dirname, join } from "node:path";
import { VERSION } from "../lab/version.ts";

export const versionLine = (): string =>
  `netlab ${VERSION}, Node ${process.versions.node}, koffi ${koffi()}, ${type()} ${release()}, ${arch()}`;

/** koffi's version from its package, for loading it takes longer than all the rest. */
export function koffi(): string {
  try {
    const file = join(dirname(createRequire(import.meta.url).resolve("koffi")), "package.json");
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  } catch {
    return "not found";
  }
}
