/** What `npm run kernels` is asked for, and what it says where it cannot do it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

interface Wanted {
  readonly kernels: readonly { readonly line: string; readonly machine: string }[];
  readonly save: string | null;
  readonly limit: number;
  readonly netlab: readonly string[];
}
const part = async <T>(name: string): Promise<T> => (await import(new URL(`./${name}.js`, import.meta.url).href)) as T;
const { wanted } = await part<{ wanted(words: readonly string[], own: string): Wanted }>("wanted");
const { needTools } = await part<{ needTools(machines: readonly string[], has: (name: string) => boolean): void }>("tools");

const KERNELS = fileURLToPath(new URL("./kernels.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netlab-kernels-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the arguments", () => {
  const ALL = ["run", "--all", "--json", "--accept-unknown"];
  const on = (machine: string, ...lines: readonly string[]): Wanted["kernels"] => lines.map((line) => ({ line, machine }));
  test.for([
    [[],                                  { kernels: on("amd64", "5.10", "6.1", "6.12", "6.18", "7.2"), save: null, limit: 1_800_000, netlab: ALL }],
    [["6.1", "7.2", "6.1"],               { kernels: on("amd64", "6.1", "7.2"), netlab: ALL }],
    [["arm64:6.1", "6.12.90"],            { kernels: [...on("arm64", "6.1"), ...on("amd64", "6.12.90")] }],
    [["--save", "DIR", "6.1"],            { kernels: on("amd64", "6.1"), save: "DIR" }],
    [["6.1", "--limit", "2.5"],           { limit: 2500 }],
    [["6.1", "--", "run", "tcp-raw"],     { kernels: on("amd64", "6.1"), netlab: ["run", "tcp-raw", "--json"] }],
    [["--", "run", "x", "--json", "--jobs", "2"], { netlab: ["run", "x", "--json", "--jobs", "2"] }],
    [["6.1", "--"],                       { netlab: ALL }],
    [["6.1", "--", "paths"],              { kernels: on("amd64", "6.1"), netlab: ["paths"] }],
    [["arm64:6.1", "--", "bench"],        { kernels: on("arm64", "6.1"), netlab: ["bench", "--quick", "--json"] }],
  ] as const)("%j", ([words, is]) => expect(wanted(words, "amd64")).toMatchObject(is));

  test.for([
    [["six"],                /^"six" is no line of kernels/],
    [["6"],                  /^"6" is no line/],
    [["mips:6.1"],           /^there are kernels for amd64 and arm64, not for mips/],
    [["constructor:6.1"],    /not for constructor/],
    [["--limit", "0"],       /^--limit takes a number of seconds, not "0"/],
    [["--limit", "soon"],    /^--limit takes/],
    [["--fast"],             /^Unknown option '--fast'/],
    [["6.1", "--", "paths", "udp"], /^only netlab run can be judged, not netlab paths/],
    [["6.1", "--", "bench", "--json"], /^only netlab run can be judged, not netlab bench/],
    [["6.1", "--", "doctor"], /^only netlab run can be judged, not netlab doctor/],
  ] as const)("%j is refused", ([words, why]) => {
    expect(() => wanted(words, "amd64")).toThrow(expect.objectContaining({ exit: 64, message: expect.stringMatching(why) as string }) as Error);
    expect(() => wanted(words, "amd64")).toThrow(/\nnpm run kernels -- /);
  });
});

describe("programs that are missing", () => {
  const without = (...names: readonly string[]) => (name: string): boolean => !names.includes(name);
  test.for([
    [["amd64"],          ["qemu-system-x86_64"],           "not installed: qemu-system-x86_64. On Debian this helps:\n  apt-get install --no-install-recommends qemu-system-x86"],
    [["amd64"],          ["cpio", "busybox", "xz"],        "not installed: busybox, cpio, xz. On Debian this helps:\n  apt-get install --no-install-recommends busybox-static cpio xz-utils"],
    [["amd64"],          ["unshare", "setpriv"],           "not installed: unshare, setpriv. On Debian this helps:\n  apt-get install --no-install-recommends util-linux"],
    [["amd64", "arm64"], ["qemu-system-aarch64"],          "not installed: qemu-system-aarch64. On Debian this helps:\n  apt-get install --no-install-recommends qemu-system-arm"],
  ] as const)("for %j without %j", ([machines, missing, says]) =>
    expect(() => needTools(machines, without(...missing))).toThrow(expect.objectContaining({ exit: 77, message: says }) as Error));

  test("no other machine's qemu is asked for", () => expect(() => needTools(["amd64"], without("qemu-system-aarch64"))).not.toThrow());
});

describe("the command", () => {
  const kernels = (...words: readonly string[]) => spawnSync(process.execPath, [KERNELS, ...words], { encoding: "utf8", env: { PATH: folder, TMPDIR: folder, HOME: folder } });
  test.for([
    [["amd64:6.1"],   77, /^not installed: qemu-system-x86_64, apt-get, .*\n {2}apt-get install .*qemu-system-x86 .*\n$/],
    [["nosuch"],      64, /^"nosuch" is no line of kernels/],
  ] as const)("%j, where nothing is installed", ([words, code, says]) => {
    const { status, stdout, stderr } = kernels(...words);
    expect({ status, stdout, stderr }).toEqual({ status: code, stdout: "", stderr: expect.stringMatching(says) as string });
    expect(readdirSync(folder)).toEqual([]);
  });
});
