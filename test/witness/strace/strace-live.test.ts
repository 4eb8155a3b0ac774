/**
 * What strace writes here of real programs, in many dresses: each line of it is understood, what was broken off comes to
 * its end, and all of it can be written again.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Entry } from "../../../src/witness/strace-entry.ts";
import { readEntries } from "../../../src/witness/strace-reader.ts";
import { lineAgain, misplaced, textsIn } from "./again.ts";

const succeeds = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const cannot: string | null =
  process.platform !== "linux" ? "it needs Linux"
  : !succeeds("strace", "--version") ? "no strace"
  : !succeeds("strace", "-o", "/dev/null", "true") ? "strace may not trace here"
  : null;
const folder = cannot === null ? mkdtempSync(join(tmpdir(), "netlab-strace-")) : "";
afterAll(() => folder !== "" && rmSync(folder, { recursive: true }));

/** `strace OPTIONS -o LOG COMMAND`: what is in the log. `meanwhile` runs beside it, and ends it. */
async function traced(options: readonly string[], command: readonly string[], meanwhile: (() => Promise<unknown>) | null = null): Promise<string> {
  const log = join(folder, "log");
  const child = spawn("strace", [...options, "-o", log, ...command], { stdio: "ignore", detached: true });
  const ended = new Promise((done) => void child.once("close", done));
  await meanwhile?.().catch((failed: unknown) => {
    process.kill(-child.pid!, "SIGKILL");
    throw failed;
  });
  await ended;
  return readFileSync(log, "latin1");
}

/** A port of loopback where nobody listens. */
const closedPort = (): Promise<number> => new Promise((done) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as { readonly port: number };
    server.close(() => done(port));
  });
});

/** Says something to whoever listens there, as soon as somebody does, and waits until it hangs up. */
const saidTo = async (port: number, text: string): Promise<void> => {
  const tried = (): Promise<boolean> => new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => void socket.end(text));
    socket.resume().once("close", (failed) => done(!failed)).once("error", () => undefined);
  });
  for (let left = 300; left > 0 && !(await tried()); left--) await new Promise((done) => void setTimeout(done, 50));
};

/** Everything that is promised of strace's own lines. */
function holds(text: string): void {
  const entries = readEntries(text);
  expect(entries.length).toBeGreaterThan(5);
  expect(entries.filter((it) => it.kind === "text" || it.kind === "message").map((it) => it.raw)).toEqual([]);
  expect(entries.map((it) => it.raw).join("\n")).toBe(text.slice(0, -1));
  expect(entries.filter((it) => !isWrittenAgain(it)).map((it) => [it.raw, lineAgain(it)])).toEqual([]);
  expect(entries.flatMap((it) => ("call" in it ? misplaced(it.call) : []))).toEqual([]);
  expect(unbalanced(entries)).toEqual([]);
  const args = entries.flatMap((it) => (it.kind === "call" || it.kind === "resumed" ? it.call.args : []));
  expect(textsIn(args.map(({ value }) => value)).filter((it) => !ODD.test(it))).toEqual([]);
}

/** strace 6.1 writes no flags at all as nothing before a bar, with -X raw. */
const ODD = /^\|0x/;
const isWrittenAgain = (it: Entry): boolean => {
  const again = lineAgain(it);
  return it.kind === "begun" ? it.raw.startsWith(again) && / ?<(unfinished|detached) \.\.\.>$/.test(it.raw.slice(again.length)) : it.raw === again;
};

/** Calls that began and did not end though their thread went on, and ends of calls that did not begin. */
function unbalanced(entries: readonly Entry[]): readonly string[] {
  const open = new Map<number | null, string>();
  const out: string[] = [];
  for (const it of entries) {
    if (!("dress" in it)) continue;
    const begun = open.get(it.dress.pid);
    if (it.kind === "call" && begun !== undefined) out.push(begun);
    if (it.kind === "resumed" && it.call.missing === "begin") out.push(it.raw);
    if (it.kind === "resumed" || it.kind === "end") open.delete(it.dress.pid);
    if (it.kind === "begun") open.set(it.dress.pid, it.raw);
  }
  return out;
}

/** Children, pipes, signals, files that are not there, a thread that is killed. */
const SHELL = "sleep 0.05 & ls /proc/self/fd; kill -USR1 $!; wait; cat /nonexistent | grep x; sleep 5 & kill -9 $!; wait; exit 3";
/** Threads on sockets, a child, and an execve that is not the first thread's. */
const PYTHON = `
import os, socket, subprocess, tempfile, threading
a, b = socket.socketpair()
names = tempfile.mkdtemp()
u = socket.socket(socket.AF_UNIX); u.bind(names + '/a>, "b'); u.listen(1)
g = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); g.bind("\\0netlab strace %d" % os.getpid()); g.getsockname()
s = socket.create_server(("127.0.0.1", 0)); six = socket.create_server(("::1", 0), family=socket.AF_INET6) if socket.has_ipv6 else None
def serve():
    c, _ = s.accept(); c.sendall(c.recv(10) + b"\\xff\\n"); c.close()
t = threading.Thread(target=serve); t.start()
c = socket.create_connection(s.getsockname()); c.sendall(b'"hi"'); c.recv(10); t.join()
a.sendmsg([b"x", b"y"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, c.fileno().to_bytes(4, "little"))]); b.recvmsg(10, 100)
with open(names + "/gone", "w+") as f: os.unlink(names + "/gone"); f.write("x")
subprocess.run(["true"])
os.unlink(names + '/a>, "b'); os.rmdir(names)
threading.Thread(target=lambda: os.execv("/bin/true", ["true"])).start()
threading.Event().wait()
`;
const NODE = `
const net = require("net");
const server = net.createServer((it) => it.end("hi")).listen(0, "127.0.0.1", () =>
  net.connect(server.address().port, "127.0.0.1").resume().on("close", () => server.close()));
`;

const DRESSES: readonly string[] = [
  "", "-f", "-f -t", "-f -tt -T", "-f -ttt", "-f -r", "-f -t -r", "-f -y", "-f -yy -Y", "-f -X raw", "-f -X verbose -v", "-f -i", "-f -n",
  "-f -n -i -tt -r -T -yy -Y", "-f -s 0", "-f -s 4096", "-f -x", "-f -xx -yy", "-f -a 1", "-f -e read=all -e write=all", "-f --secontext",
  "-f --timestamps=ns --syscall-times=ns", "-f --absolute-timestamps=format:unix,precision:s --relative-timestamps=s", "-f --decode-pids=pidns,comm",
];

describe.skipIf(cannot !== null)(`strace of a shell with children${cannot === null ? "" : ` (${cannot})`}`, () => {
  test.for(DRESSES)("%s", { timeout: 30_000 }, async (options, { skip }) => {
    const all = options.split(" ").filter((it) => it !== "");
    if (!succeeds("strace", ...all, "-o", "/dev/null", "true")) skip(`this strace does not know ${options}`);
    holds(await traced(all, ["sh", "-c", SHELL]));
  });
});

describe.skipIf(cannot !== null)("strace on a terminal", () => {
  test.each(["-f", "-f -tt -T -yy"])("%s", (options) => {
    const command = ["sh", "-c", "true & wait; ls /proc/self >/dev/null; echo one; exit 3"];
    const { stderr } = spawnSync("sh", ["-c", 'exec "$@" >&2', "sh", "strace", ...options.split(" "), ...command], { encoding: "latin1" });
    const entries = readEntries(stderr);
    const calls = entries.flatMap((it) => ("call" in it && it.call.missing !== "end" ? [it.call] : []));
    // A child may say something in the middle of its parent's wait4: what follows is text too, but no whole call ever is.
    const torn = entries.filter((it) => it.kind === "text").map((it) => it.raw);
    expect(torn.at(-1)).toMatch(/write\(1.*, 4one$/);
    expect(torn.filter((it) => /^(?:\[pid +\d+\] )?(?:[\d:.]+ )?\w+\(.*\) += /.test(it))).toEqual([]);
    expect(calls.findLast((it) => it.name === "write")).toMatchObject({ args: [{}, { source: '"one\\n"' }, { source: "4" }], result: { source: "4" } });
    expect(calls.filter((it) => it.missing !== null).length).toBeLessThan(torn.length);
    expect(calls.filter((it) => /^v?fork$|^clone3?$/.test(it.name)).map((it) => it.result?.errno)).toEqual([null, null]);
    expect(entries.filter((it) => it.kind === "end")).toHaveLength(3);
  });
});

type Program = readonly [name: string, options: string, command: (port: number) => readonly string[], meanwhile?: (port: number) => Promise<unknown>];
const NGINX = (port: number): readonly string[] => {
  const place = (name: string): string => `${name}_temp_path ${folder}/${name};`;
  writeFileSync(join(folder, "nginx.conf"), `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log /dev/null;
    events {} http { access_log off; ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(place).join(" ")} server { listen 127.0.0.1:${port}; return 200 hi; } }`);
  return ["nginx", "-c", join(folder, "nginx.conf")];
};
const PROGRAMS: readonly Program[] = [
  ["curl",    "-f -yy -tt -T", (port) => ["curl", "-s", `http://127.0.0.1:${port}/`]],
  ["curl",    "-v",            (port) => ["curl", "-s", `http://[::1]:${port}/`]],
  ["python3", "-f -yy -Y",     () => ["python3", "-c", PYTHON]],
  ["python3", "-f -v -s 9 -r", () => ["python3", "-c", PYTHON]],
  ["node",    "-f -yy -T",     () => [process.execPath, "-e", NODE]],
  ["node",    "-f -X verbose", () => [process.execPath, "-e", NODE]],
  ["ssh",     "-f -yy -x",     (port) => ["ssh", "-F", "none", "-o", "BatchMode=yes", "-p", String(port), "127.0.0.1"]],
  ["ssh",     "-k",            () => ["ssh", "-V"]],
  ["ncat",    "-f -yy -ttt",   (port) => ["ncat", "-l", "127.0.0.1", String(port), "-e", "/bin/cat"], (port) => saidTo(port, "hi\n")],
  ["nginx",   "-f -yy -v -T",  NGINX, async (port) => {
    await saidTo(port, "GET / HTTP/1.0\r\n\r\n");
    process.kill(Number(readFileSync(join(folder, "nginx.pid"), "latin1")), "SIGQUIT");
  }],
];

describe.skipIf(cannot !== null)("strace of real programs", () => {
  test.for(PROGRAMS)("%s %s", { timeout: 60_000 }, async ([name, options, command, meanwhile], { skip }) => {
    if (name !== "node" && !succeeds("sh", "-c", `command -v ${name}`)) skip(`no ${name}`);
    const port = await closedPort();
    holds(await traced(options.split(" "), command(port), meanwhile === undefined ? null : () => meanwhile(port)));
  });
});
