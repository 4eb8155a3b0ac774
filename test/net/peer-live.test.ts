/** The hand-made peer on the kernel that runs: every scene, behind a veth pair as root and as anybody, and behind a TUN device. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WAYS } from "./inside.ts";
import { ROWS } from "./peer-rows.ts";
import { SCENES } from "./peer-scenes.ts";

const koffi = resolve("node_modules/koffi/index.js");
const folder = mkdtempSync(join(tmpdir(), "netlab-peer-"));
const driver = join(folder, "driver.mjs");
beforeAll(async () => {
  await build({
    entryPoints: ["test/net/peer-driver.ts"], outfile: driver, bundle: true, format: "esm", platform: "node", target: "node20",
    alias: { koffi }, external: [koffi], logLevel: "warning",
  });
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Null or why, by scene. */
function played(through: readonly string[], link: string): Readonly<Record<string, string | null>> {
  const [program, ...args] = [...through, process.execPath, driver, link];
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(program!, args, { encoding: "utf8", timeout: 50_000, killSignal: "SIGKILL", env });
  if (status !== 0) throw new Error(`the driver ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Readonly<Record<string, string | null>>;
}

const noTun = existsSync("/dev/net/tun") ? null : "there is no /dev/net/tun";
const ways = WAYS.flatMap(({ name, through, why }) => [
  { name: `behind a veth pair, ${name}`, link: "veth", through, why },
  ...(name === "as root" ? [{ name: `behind a TUN device, ${name}`, link: "tun", through, why: why ?? noTun }] : []),
]);

describe.each(ways)("$name", ({ link, through, why }) => {
  let said: Readonly<Record<string, string | null>> = {};
  beforeAll(() => { if (why === null) said = played(through, link); });
  const names = Object.keys({ ...SCENES, ...ROWS });
  test.skipIf(why !== null).each(names)(why === null ? "%s" : `%s (skipped: ${why})`, (name) => expect(said[name]).toBeNull());
});
