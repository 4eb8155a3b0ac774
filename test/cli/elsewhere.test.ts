/** Where there is no Linux: what reads and judges works, what makes system calls ends with 77 and says where it would. */
import { afterAll, describe, expect, test } from "vitest";
import { cannot, cannotRun, folder, named, netlab } from "./netlab.ts";

const { path: cwd, leave } = folder({});
afterAll(leave);
/** Node that takes itself for another system's, on another machine. */
const on = (platform: string, arch: string = process.arch): NodeJS.ProcessEnv =>
  ({ NODE_OPTIONS: `--import data:text/javascript,Object.defineProperties(process,{platform:{value:'${platform}'},arch:{value:'${arch}'}})` });

const fixture = (name: string): string => new URL(`../fixtures/experiments/${name}.ndjson`, import.meta.url).pathname;

describe.skipIf(cannot !== null)(named("elsewhere", cannot), () => {
  test.for([["list"], ["show udp-raw"], ["claims N0"], ["struct msghdr"], ["--version"], ["--help"]] as const)("netlab %s works", ([line]) => {
    for (const env of [on("darwin"), on("darwin", "riscv64")]) {
      const { code, err, out } = netlab(line.split(" "), { env });
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).not.toBe("");
    }
  });

  test.for([
    ["run udp-raw",      "darwin",  /^netlab: netlab run needs Linux, and this is darwin: use it in Docker or in a virtual machine\./],
    ["run --all",        "win32",   /^netlab: netlab run needs Linux, and this is win32: use it in WSL2, in Docker or in a virtual machine\./],
    ["compare tcp udp",  "darwin",  /^netlab: netlab compare needs Linux, and this is darwin: /],
    ["bench",            "darwin",  /^netlab: a bench of system calls needs Linux, and this is darwin: /],
    ["confirm udp-raw",  "darwin",  /^netlab: a run under strace needs Linux, /],
    ["explain -- true",  "darwin",  /^netlab: a program under strace needs Linux, /],
    ["doctor",           "darwin",  /^netlab: what a run can observe needs Linux, .* list, show, claims, judge, struct, explain of a log and compare of saved runs work here\.\n$/],
  ] as const)("netlab %s on %s", ([line, platform, says]) => {
    const { code, err } = netlab(line.split(" "), { env: on(platform) });
    expect({ code, err }).toEqual({ code: 77, err: expect.stringMatching(says) as string });
  });

  test("netlab compare of saved runs works, and tells what could be compared", () => {
    const lines = [["compare"], ["compare", fixture("tcp-echo"), fixture("udp-echo")], ["compare", fixture("tcp-raw"), fixture("tcp-raw")]];
    for (const line of lines) expect(netlab(line, { env: on("darwin") })).toMatchObject({ code: 0, err: "" });
  });

  test("netlab explain of a log", () => {
    for (const env of [on("darwin"), on("darwin", "arm64"), on("win32")]) {
      const { code, err, out } = netlab(["explain"], { env, input: "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n" });
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/a TCP socket/);
    }
  });

  test.skipIf(cannotRun !== null)(named("netlab judge of a run that Linux made", cannotRun), () => {
    const input = netlab(["run", "udp-raw", "--json"], { cwd }).out;
    expect(netlab(["judge", "-", "-q"], { env: on("darwin"), input })).toMatchObject({ code: 0, err: "" });
  });
});
