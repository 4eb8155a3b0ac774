/** Runs the driver's scenes in network namespaces of their own, as root and as anybody, and looks at what stays behind. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const koffi = resolve("node_modules/koffi/index.js");
const succeeds = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const isRoot = process.getuid?.() === 0;
const NOBODY = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

export interface Way {
  readonly name: string;
  /** Words before `node`. */
  readonly through: readonly string[];
  /** Why it cannot be gone here, or null. */
  readonly why: string | null;
}
const linux = process.platform === "linux" ? null : "it needs Linux";
const mayRead = ["sh", "-c", `test -r ${koffi} && ${process.execPath} --version`];
export const WAYS: readonly Way[] = [
  { name: "as root", through: ["unshare", "-n"], why: linux ?? (isRoot && succeeds("unshare", "-n", "true") ? null : "it needs root that may unshare") },
  {
    name: "in a user namespace", through: [...NOBODY, "unshare", "-Urn"],
    why: linux ?? (succeeds([...NOBODY, "unshare"][0]!, ...[...NOBODY, "unshare", "-Urn", ...mayRead].slice(1)) ? null : "user namespaces are not allowed here, or not to read this folder"),
  },
];
/** Whether iproute2 is there to be compared with. */
export const hasIp: boolean = succeeds("ip", "-j", "link");

export class Inside {
  readonly #folder = mkdtempSync(join(tmpdir(), "netlab-net-"));
  readonly #driver = join(this.#folder, "driver.mjs");

  async build(): Promise<void> {
    await build({
      entryPoints: ["test/net/driver.ts"], outfile: this.#driver, bundle: true, format: "esm", platform: "node", target: "node20",
      alias: { koffi }, external: [koffi], logLevel: "warning",
    });
    chmodSync(this.#folder, 0o755);
  }

  /** What a scene answers. Throws with what the driver printed where it failed. */
  run({ through }: Way, scene: string): unknown {
    const [program, ...args] = [...through, process.execPath, this.#driver, scene];
    const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(program!, args, { encoding: "utf8", timeout: 50_000, killSignal: "SIGKILL", env });
    if (status !== 0) throw new Error(`${scene} ended with ${status}: ${stderr}`);
    return JSON.parse(stdout);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** The machine's own network, as far as somebody might have changed it: links, addresses, routes, neighbours made for good. */
export function machine(): object {
  const lines = (file: string): readonly string[] => {
    try {
      return readFileSync(`/proc/self/net/${file}`, "latin1").trim().split("\n");
    } catch {
      return [];
    }
  };
  const first = (file: string): readonly string[] => lines(file).map((it) => it.trim().split(/[\s:]/)[0]!);
  return {
    links: first("dev"), addresses: lines("fib_trie"), ipv6: lines("if_inet6"), routes: lines("route"),
    permanent: lines("arp").filter((it) => / 0x6 /.test(it)), namespace: readlinkSync("/proc/self/ns/net"),
  };
}
