/** `netlab explain` from the command line: what it takes and refuses, and programs that nobody here wrote. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cannot, cannotRun, folder, named, netlab, shell } from "./netlab.ts";

const LOG = `socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3
connect(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 ECONNREFUSED (Connection refused)
close(3) = 0
`;
const { path: cwd, leave } = folder({ "some.log": LOG, "empty.log": "", "prose.txt": "Once upon a time\nthere was a log.\n" });
afterAll(leave);
mkdirSync(join(cwd, "folder"));
writeFileSync(join(cwd, "binary"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0]));
writeFileSync(join(cwd, "crlf.log"), LOG.replaceAll("\n", "\r\n"));
writeFileSync(join(cwd, "run.ndjson"), '{"type":"run","experiment":"x"}\n');

describe.skipIf(cannot !== null)(named("a log", cannot), () => {
  test.for([
    [["explain", "some.log"], undefined], [["explain", "-"], LOG], [["explain"], LOG], [["explain", "crlf.log"], undefined],
  ] as const)("%o", ([args, input]) => {
    const { code, out, err } = netlab(args, { cwd, ...(input === undefined ? {} : { input }) });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("connect(3,");
    expect(out).toMatch(/errno +Somebody answered that nobody listens there/);
    expect(out).toMatch(/line 1 · TCP · connect to 127\.0\.0\.1:1 failed at line 2: ECONNREFUSED/);
  });

  test("as data, and into a file", () => {
    expect(netlab(["explain", "some.log", "--json", "-o", "out.ndjson"], { cwd })).toMatchObject({ code: 0, out: "", err: "" });
    const lines = readFileSync(join(cwd, "out.ndjson"), "utf8").trim().split("\n").map((it) => JSON.parse(it) as { type: string });
    expect(lines.map((it) => it.type)).toEqual(["line", "line", "line", "sum"]);
  });

  test.for([
    ["not-there",                64, "cannot read not-there: no such file or directory"],
    ["folder",                   64, "cannot read folder: illegal operation on a directory"],
    ["binary",                   64, "binary is no text: explain reads what strace wrote"],
    ["run.ndjson",               64, "run.ndjson is a saved run of netlab's: netlab judge run.ndjson"],
    ["prose.txt",                64, "prose.txt is no log of strace's: none of its lines is a system call"],
    ["empty.log",                0,  "empty.log is empty"],
    ["some.log other.log",       64, "explain takes one log; to run a program: netlab explain -- some.log other.log"],
    ["some.log -- true",         64, "explain takes a log, or a program behind --, not both"],
    ["--",                       64, "behind -- stands a program: netlab explain -- curl example.org"],
    ["some.log -o /not/there",   64, "cannot write /not/there: no such file or directory"],
  ] as const)("%s: %i, %s", ([words, code, sentence]) => {
    expect(netlab(["explain", ...words.split(" ")], { cwd })).toMatchObject({ code, err: `netlab: ${sentence}\n` });
  });

  test("a line that is no call is passed, and a reader who goes away is no error", () => {
    expect(netlab(["explain", "prose.txt"], { cwd }).out).toContain("Once upon a time");
    const many = 'yes "recvfrom(3, NULL, 0, 0, NULL, NULL) = 0" | head -200000';
    const { out } = shell(`{ ${many} | $NETLAB explain; echo $? > code; } | head -3; cat code`, { cwd });
    expect(out.trim().split("\n").at(-1)).toBe("0");
  });
});

const traces = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;
const why = cannotRun ?? (traces ? null : "strace may not trace here");
const files = (): readonly string[] => readdirSync(tmpdir()).filter((it) => /^netlab-\w{6}$/.test(it));

describe.skipIf(why !== null)(named("a program", why), () => {
  test.for([["true", 0], ["false", 1], ["sh -c 'exit 7'", 7], ["sh -c 'kill -9 $$'", 137], ["sh -c 'kill -TERM $$'", 143]] as const)(
    "%s: its exit code is %i", ([line, code]) => expect(shell(`$NETLAB explain -- ${line}`, { cwd }).code).toBe(code));

  test("it keeps its input and output; what is said of it goes to standard error", () => {
    const before = files();
    const { code, out, err } = shell("echo hello | $NETLAB explain -- tr a-z A-Z", { cwd });
    expect({ code, out }).toEqual({ code: 0, out: "HELLO\n" });
    expect(err).toMatch(/exited with 0/);
    expect(files()).toEqual(before);
  });

  test("into a file, its standard error stays its own", () => {
    expect(shell("$NETLAB explain -o told -- sh -c 'echo oops >&2'", { cwd })).toMatchObject({ code: 0, out: "", err: "oops\n" });
    expect(readFileSync(join(cwd, "told"), "utf8")).toMatch(/execve\("/);
  });

  test("one that is not there", () => {
    expect(shell("$NETLAB explain -- no-such-program", { cwd })).toMatchObject({ code: 64, err: expect.stringMatching(/netlab: no-such-program could not be started\n$/) as string });
  });

  test("a signal to netlab alone is the program's", () => {
    const { code, out } = shell("setsid $NETLAB explain -o told -- sh -c 'trap \"echo got it; exit 3\" TERM; while :; do sleep 0.1; done' & "
      + "until grep -qs 'execve' told; do sleep 0.1; done; sleep 1; kill -TERM $!; wait $!", { cwd });
    expect({ code, out }).toEqual({ code: 3, out: "got it\n" });
  });
});

describe.skipIf(cannotRun !== null)(named("without strace", cannotRun), () => {
  test("it is said how to get it", () => {
    expect(netlab(["explain", "--", "true"], { env: { PATH: "/nowhere" } }))
      .toEqual({ code: 77, signal: null, out: "", err: expect.stringMatching(/^netlab: strace is not installed: install it: .*\n$/) as string });
  });
});

/** Programs of others. `$PORT` is one that is free, and none that the kernel gives to clients; a server that is asked is started before, and ended behind. */
const PROGRAMS: readonly (readonly [name: string, needs: readonly string[], script: string, told: readonly RegExp[]])[] = [
  ["curl", ["curl", "python3"], "python3 -m http.server $PORT --bind 127.0.0.1 >/dev/null 2>&1 & wait_for $PORT; "
    + "$NETLAB explain -o told -- curl -s -o /dev/null http://127.0.0.1:$PORT/; kill $!", [/· TCP · 127\.0\.0\.1:\d+ → 127\.0\.0\.1:PORT · sent \d+/]],
  ["python3's http.server", ["curl", "python3"], "$NETLAB explain -o told -- timeout -s INT 4 python3 -m http.server $PORT --bind 127.0.0.1 >/dev/null 2>&1 & wait_for $PORT; "
    + "curl -s -o /dev/null http://127.0.0.1:$PORT/; wait", [/TCP · listens on 127\.0\.0\.1:PORT · accepted [1-9]/]],
  ["python3, a client and a server", ["python3"], "$NETLAB explain -o told -- python3 -c 'import socket as s\na,b=s.socketpair()\na.send(b\"x\")\nb.recv(9)\n"
    + "l=s.create_server((\"127.0.0.1\",0))\nc=s.create_connection(l.getsockname())\nd,_=l.accept()\nc.sendall(b\"hello\")\nc.close()\nd.recv(9),d.recv(9)'",
  [/unix stream · sent 1 · received 0/, /sent 0 · received 5 · its peer was done at line \d+/]],
  ["node", ["node"], "$NETLAB explain -o told -- node -e 'require(\"net\").connect(1,\"127.0.0.1\").on(\"error\",()=>{})'", [/connect to 127\.0\.0\.1:1 failed at line \d+: ECONNREFUSED/]],
  ["ssh", ["ssh"], "$NETLAB explain -o told -- ssh -F none -p 1 -o BatchMode=yes 127.0.0.1 2>/dev/null", [/connect to 127\.0\.0\.1:1 failed at line \d+: ECONNREFUSED/]],
  ["ncat", ["ncat"], "ncat -l 127.0.0.1 $PORT >/dev/null & wait_for_listener $PORT; echo hi | $NETLAB explain -o told -- ncat 127.0.0.1 $PORT; wait", [/→ 127\.0\.0\.1:PORT · sent 3/]],
  ["nginx", ["nginx", "curl"], "printf 'daemon off; pid %s/pid; error_log /dev/null; events {} http { access_log off; client_body_temp_path %s; proxy_temp_path %s; "
    + "fastcgi_temp_path %s; uwsgi_temp_path %s; scgi_temp_path %s; server { listen 127.0.0.1:%s; return 204; } }' $PWD $PWD $PWD $PWD $PWD $PWD $PORT >nginx.conf; "
    + "$NETLAB explain -o told -- nginx -p $PWD -c $PWD/nginx.conf 2>/dev/null & wait_for $PORT; curl -s http://127.0.0.1:$PORT/; kill -QUIT $(cat pid); wait",
  [/TCP · listens on 127\.0\.0\.1:PORT · accepted [1-9]/, /from 127\.0\.0\.1:\d+/]],
];
const WAIT = 'wait_for() { for _ in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/$1) 2>/dev/null && return; sleep 0.1; done; }; '
  + "wait_for_listener() { for _ in $(seq 100); do grep -qi \":$(printf %04X $1) .* 0A \" /proc/net/tcp && return; sleep 0.1; done; }; ";
/** Debian has some servers where ordinary users do not look. */
const PATH = `${process.env.PATH}:/usr/sbin`;
/** A small python3 lacks modules that these scripts take. */
const has = (program: string): boolean => (program === "python3"
  ? spawnSync("python3", ["-c", "import http.server, socket"]).status === 0
  : spawnSync("which", [program], { env: { PATH } }).status === 0);

describe("programs that nobody here wrote", () => {
  for (const [i, [name, needs, script, told]] of PROGRAMS.entries()) {
    const absent = needs.find((it) => !has(it));
    const without = why ?? (absent === undefined ? null : `${absent} is not here`);
    test.skipIf(without !== null)(named(name, without), () => {
      const own = folder({});
      try {
        const port = String(20_000 + (process.pid % 1500) * 8 + i);
        const { err } = shell(WAIT + script, { cwd: own.path, env: { PATH, PORT: port, COLUMNS: "200" }, patience: 60_000 });
        expect(err).not.toMatch(/internal error/);
        const text = readFileSync(join(own.path, "told"), "utf8");
        for (const it of told) expect(text).toMatch(new RegExp(it.source.replaceAll("PORT", port)));
        expect(text).not.toMatch(/not strace's/);
      } finally {
        own.leave();
      }
    }, 70_000);
  }
});
