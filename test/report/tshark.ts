/** tshark and capinfos, which read capture files as well as packets, where this machine has them: Debian's package tshark. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const has = (program: string): boolean => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;

/** Why there is no second opinion, or null. */
export const noTshark = has("tshark") && has("capinfos") ? null : "there is no tshark (apt-get install tshark)";

/** What a program says of a capture file. Nobody's settings matter. Throws where it complains. */
export function asked(program: "tshark" | "capinfos", file: Uint8Array, ...options: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "netlab-tshark-"));
  try {
    const path = join(folder, "packets.pcapng");
    writeFileSync(path, file);
    const args = [...options, ...(program === "tshark" ? ["-r"] : []), path];
    const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, LC_ALL: "C" };
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env, maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
