/** Whole lines, in every dress, and what becomes of them together. */
import { describe, expect, test } from "vitest";
import type { Dress, Entry, StraceCall } from "../../../src/witness/strace-entry.ts";
import { readEntries, StraceReader } from "../../../src/witness/strace-reader.ts";
import { told, toldAll } from "./told.ts";

const read = (...lines: readonly string[]): readonly Entry[] => readEntries(lines.join("\n"));
const one = (line: string): Entry => read(`${line}\n`)[0]!;
const callIn = (it: Entry | undefined): StraceCall => {
  if (it === undefined || !("call" in it)) throw new Error(`no call: ${it?.kind}`);
  return it.call;
};
const brief = (it: StraceCall): unknown => ({ name: it.name, args: toldAll(it.args), result: it.result?.source ?? null, missing: it.missing });

describe("dress", () => {
  const bare: Omit<Dress, "source"> = { pid: null, comm: null, context: null, time: null, since: null, number: null, pointer: null };
  const clock = { kind: "clock", text: "12:34:56", seconds: 45_296 } as const;
  const span = { kind: "span", text: "0.000123", seconds: 0.000123 } as const;
  test.each<readonly [options: string, line: string, dress: Partial<Dress>]>([
    ["none",                  "close(3) = 0",                                         {}],
    ["-f -o",                 "12345 close(3) = 0",                                   { pid: 12345 }],
    ["-f -o, a short number", "12    close(3) = 0",                                   { pid: 12 }],
    ["-f",                    "[pid 12345] close(3) = 0",                             { pid: 12345 }],
    ["-f, a short number",    "[pid    12] close(3) = 0",                             { pid: 12 }],
    ["-f -Y -o",              "12<tmux: server> close(3) = 0",                        { pid: 12, comm: "tmux: server" }],
    ["-f -Y",                 "[pid    12<nginx>] close(3) = 0",                      { pid: 12, comm: "nginx" }],
    ["--secontext",           "12    [unconfined_t] close(3) = 0",                    { pid: 12, context: "unconfined_t" }],
    ["--secontext=full",      "12    [user_u:user_r:user_t:s0-s0:c0.c3] close(3) = 0", { pid: 12, context: "user_u:user_r:user_t:s0-s0:c0.c3" }],
    ["-t",                    "12:34:56 close(3) = 0",                                { time: clock }],
    ["-f -o -tt",             "12    12:34:56.5 close(3) = 0",                        { pid: 12, time: { kind: "clock", text: "12:34:56.5", seconds: 45_296.5 } }],
    ["-ttt",                  "1763712345.123456 close(3) = 0",                       { time: { kind: "epoch", text: "1763712345.123456", seconds: 1_763_712_345.123456 } }],
    ["-f -o -ttt in seconds", "12    1763712345 close(3) = 0",                        { pid: 12, time: { kind: "epoch", text: "1763712345", seconds: 1_763_712_345 } }],
    ["-ttt in seconds",       "1763712345 close(3) = 0",                              { time: { kind: "epoch", text: "1763712345", seconds: 1_763_712_345 } }],
    ["-r",                    "     0.000123 close(3) = 0",                            { since: span }],
    ["-r in seconds",         "     7 close(3) = 0",                                  { since: { kind: "span", text: "7", seconds: 7 } }],
    ["-f -o -r",              "12         0.000123 close(3) = 0",                     { pid: 12, since: span }],
    ["-r, unaligned",         "0.000123 close(3) = 0",                                { since: span }],
    ["-t -r",                 "12:34:56 (+     0.000123) close(3) = 0",               { time: clock, since: span }],
    ["-n",                    "[  41] close(3) = 0",                                  { number: 41 }],
    ["-n of a signal",        "[???] --- SIGINT {si_signo=SIGINT} ---",               {}],
    ["-i",                    "[00007f4cfdd93ad7] close(3) = 0",                      { pointer: "00007f4cfdd93ad7" }],
    ["-i, 32 bits",           "[08048000] close(3) = 0",                              { pointer: "08048000" }],
    ["-i, unknown",           "[????????????????] +++ exited with 0 +++",             { pointer: "????????????????" }],
    ["all of them",           "12<a> 12:34:56 (+     0.000123) [  41] [00007f4cfdd93ad7] close(3) = 0",
      { pid: 12, comm: "a", time: clock, since: span, number: 41, pointer: "00007f4cfdd93ad7" }],
  ])("%s", (_, line, dress) => {
    const entry = one(line);
    if (!("dress" in entry)) throw new Error(entry.kind);
    const { source, ...rest } = entry.dress;
    expect(rest).toEqual({ ...bare, ...dress });
    expect(source).toBe(line.slice(0, line.search(/close\(|---|\+\+\+/)));
  });
});

describe("results", () => {
  test.each<readonly [result: string, value: unknown, errno: string | null, behind: readonly (readonly unknown[])[]]>([
    ["3",                                                 3,                             null,          []],
    ["0x7f00ffff1000",                                    { pointer: 0x7f00ffff1000 },   null,          []],
    ["022",                                               { octal: 0o22 },               null,          []],
    ["?",                                                 "?",                           null,          []],
    ["3<TCP:[127.0.0.1:1->127.0.0.1:2]>",                 { fd: 3, is: "TCP:[127.0.0.1:1->127.0.0.1:2]" }, null, []],
    ["12<sh>",                                            { fd: 12, is: "sh" },          null,          []],
    ["12 /* 3 in strace's PID NS */",                     { said: "3 in strace's PID NS", of: 12 }, null, []],
    ["-1 EAGAIN (Resource temporarily unavailable)",      -1,                            "EAGAIN",      [[{ text: "Resource temporarily unavailable" }]]],
    ["-1 EINTR (Interrupted (really) so) (INJECTED)",     -1,                            "EINTR",       [[{ text: "Interrupted (really) so" }], [{ text: "INJECTED" }]]],
    ["-1 (errno 38)",                                     -1,                            null,          [[{ text: "errno 38" }]]],
    ["? ERESTARTSYS (To be restarted if SA_RESTART is set)", "?",                        "ERESTARTSYS", [[{ text: "To be restarted if SA_RESTART is set" }]]],
    ["? <unavailable>",                                   "?",                           null,          [[{ text: " <unavailable>" }]]],
    ["0 (Timeout)",                                       0,                             null,          [["Timeout"]]],
    ["0x8000 (flags O_RDWR|O_LARGEFILE)",                 0x8000,                        null,          [[{ flags: { flags: ["O_RDWR", "O_LARGEFILE"] } }]]],
    ["1 ([{fd=3, revents=POLLIN}])",                      1,                             null,          [[{ array: [{ struct: [{ fd: 3 }, { revents: "POLLIN" }] }] }]]],
    ["1 (in [3], left {tv_sec=0, tv_usec=5})",            1,                             null,          [[{ in: { array: [3] } }, { left: { struct: [{ tv_sec: 0 }, { tv_usec: 5 }] } }]]],
    ["5 (DELAYED)",                                       5,                             null,          [[{ text: "DELAYED" }]]],
    ["0 (INJECTED: args, retval)",                        0,                             null,          [[{ text: "INJECTED: args, retval" }]]],
  ])("%s", (source, value, errno, behind) => {
    for (const [line, spent] of [[`f(3) = ${source}`, null], [`f(3)                  = ${source} <0.000012>`, 0.000012]] as const) {
      const call = callIn(one(line));
      expect(call.result).toMatchObject({ source, errno, at: line.indexOf("= ") + 2 });
      expect({ value: told(call.result!.value), behind: call.result!.behind.map(toldAll) }).toEqual({ value, behind });
      expect(call.spent?.seconds ?? null).toBe(spent);
    }
  });
});

describe("lines that are no calls", () => {
  test.each<readonly [line: string, entry: object]>([
    ["--- SIGCHLD {si_signo=SIGCHLD, si_pid=5} ---",        { kind: "signal", name: "SIGCHLD", stopped: false }],
    ["12    --- stopped by SIGSTOP ---",                    { kind: "signal", name: "SIGSTOP", stopped: true, info: null }],
    ["--- SIGRT_1 ---",                                     { kind: "signal", name: "SIGRT_1", info: null }],
    ["--- SIGCHLD (Child exited) @ 0 (0) ---",              { kind: "signal", name: "SIGCHLD", info: expect.objectContaining({ kind: "text", source: "(Child exited) @ 0 (0)" }) }],
    ["12    +++ exited with 3 +++",                         { kind: "end", status: 3, signal: null, core: false, superseded: null, inside: null }],
    ["+++ killed by SIGKILL +++",                           { kind: "end", status: null, signal: "SIGKILL", core: false }],
    ["+++ killed by SIGSEGV (core dumped) +++",             { kind: "end", signal: "SIGSEGV", core: true }],
    ["12    +++ superseded by execve in pid 13 +++",        { kind: "end", status: null, signal: null, superseded: 13 }],
    ["strace: Process 12 attached",                         { kind: "message", text: "strace: Process 12 attached" }],
    ["/usr/bin/strace: Process 12 detached",                { kind: "message" }],
    ["Process 12 attached",                                 { kind: "message" }],
    ["strace: [ Process PID=12 runs in 32 bit mode. ]",     { kind: "message" }],
    ["[ Process PID=12 runs in 32 bit mode. ]",             { kind: "message" }],
    [" > /usr/lib/libc.so.6(exit+0x1a) [0x3e69a]",          { kind: "below", what: "stack" }],
    [" > unexpected_backtracing_error [0x7f]",              { kind: "below", what: "stack" }],
    [" | 00000  68 69 0a                                          hi.              |", { kind: "below", what: "bytes" }],
    [" * 3 bytes in buffer 0",                              { kind: "below", what: "bytes" }],
    ["% time     seconds  usecs/call     calls    errors syscall", { kind: "text" }],
    ["------ ----------- ----------- --------- --------- ----------------", { kind: "text" }],
    [" 51.40    0.000663           4       152           mmap", { kind: "text" }],
    ["12 apples",                                           { kind: "text", text: "12 apples" }],
    ["",                                                    { kind: "text", text: "" }],
  ])("%s", (line, entry) => expect(one(line)).toEqual(expect.objectContaining({ line: 1, raw: line, ...entry })));

  test("what a signal says is a value", () => {
    const entry = one("--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=5, si_utime=0 /* 0 s */} ---");
    expect(entry.kind === "signal" && told(entry.info!))
      .toEqual({ struct: [{ si_signo: "SIGCHLD" }, { si_code: "CLD_EXITED" }, { si_pid: 5 }, { si_utime: { said: "0 s", of: 0 } }] });
  });
});

describe("calls on two lines", () => {
  const recvfrom = { name: "recvfrom", args: [3, ["hi"], 8, 0, { pointer: 0 }, { pointer: 0 }], result: "2", missing: null };

  test("are put together by thread", () => {
    const entries = read(
      "10    recvfrom(3,  <unfinished ...>",
      "11    accept(4, NULL, NULL <unfinished ...>",
      '10    <... recvfrom resumed>"hi", 8, 0, NULL, NULL) = 2 <1.5>',
      "11    <... accept resumed>)                   = 5",
    );
    expect(entries.map((it) => it.kind)).toEqual(["begun", "begun", "resumed", "resumed"]);
    expect(brief(callIn(entries[0]))).toEqual({ name: "recvfrom", args: [3], result: null, missing: "end" });
    expect(brief(callIn(entries[2]))).toEqual(recvfrom);
    expect(callIn(entries[2])).toMatchObject({ pid: 10, lines: [1, 3], seam: "recvfrom(3, ".length, spent: { seconds: 1.5 } });
    expect(brief(callIn(entries[3]))).toMatchObject({ args: [4, { pointer: 0 }, { pointer: 0 }], result: "5" });
  });
  test("may be cut before an arrow, and have a space more, as strace 5 wrote", () => {
    const entries = read("10 sendfile(6, 5, [2] <unfinished ...>", "10 <... sendfile resumed> => [7], 5) = 5", "10 wait4(7, NULL, 0, NULL <unfinished ...>", "10 <... wait4 resumed> ) = 7");
    expect(brief(callIn(entries[1]))).toMatchObject({ args: [6, 5, { from: { array: [2] }, to: { array: [7] } }, 5] });
    expect(brief(callIn(entries[3]))).toMatchObject({ args: [7, { pointer: 0 }, 0, { pointer: 0 }], result: "7" });
  });
  test("of a thread that was killed inside", () => {
    const entries = read("10 recvfrom(3,  <unfinished ...>", "10 <... recvfrom resumed> <unfinished ...>) = ?", "10 +++ killed by SIGKILL +++");
    expect(brief(callIn(entries[1]))).toEqual({ name: "recvfrom", args: [3], result: "?", missing: "end" });
    expect(entries[2]).toMatchObject({ kind: "end", inside: null });
  });
  test("whose end never came", () => {
    const entries = read("pause( <unfinished ...>", "+++ killed by SIGKILL +++");
    expect(entries[1]).toMatchObject({ kind: "end", inside: { name: "pause", lines: [1], missing: "end" } });
  });
  test("whose beginning the log does not have", () => {
    const [entry] = read('10 <... recvfrom resumed>"hi", 8, 0, NULL, NULL) = 2');
    expect(brief(callIn(entry))).toEqual({ ...recvfrom, args: recvfrom.args.slice(1), missing: "begin" });
  });
  test("of another name belong to nothing", () => {
    const entries = read("10 read(3,  <unfinished ...>", "10 <... write resumed>) = 2");
    expect(callIn(entries[1])).toMatchObject({ name: "write", missing: "begin" });
  });
  test("that strace left", () => expect(callIn(one("12 wait4(-1,  <detached ...>"))).toMatchObject({ name: "wait4", missing: "end" }));
  test("on a terminal, where a thread that is alone has no number", () => {
    const entries = read("clone(child_stack=NULL <unfinished ...>", "[pid 11] <... clone resumed>) = 12", "[pid 11] wait4(-1,  <unfinished ...>", "[pid 12] +++ exited with 0 +++", "<... wait4 resumed>NULL, 0, NULL) = 12");
    expect(callIn(entries[1])).toMatchObject({ name: "clone", pid: 11, lines: [1, 2] });
    expect(callIn(entries[4])).toMatchObject({ name: "wait4", pid: 11, lines: [3, 5], missing: null });
  });
  test("whose execve made it the process's first thread", () => {
    const entries = read("11 execve(\"/bin/true\" <unfinished ...>", "10 +++ superseded by execve in pid 11 +++", "10 <... execve resumed>) = 0");
    expect(callIn(entries[2])).toMatchObject({ name: "execve", lines: [1, 3], missing: null });
  });
});

describe("on a terminal others write into a line", () => {
  test("strace itself", () => {
    const entries = read("clone(child_stack=NULLstrace: Process 12 attached", " <unfinished ...>", "[pid    12] close(3) = 0", "[pid    11] <... clone resumed>, flags=SIGCHLD) = 12");
    expect(entries.map((it) => it.kind)).toEqual(["begun", "begun", "call", "resumed"]);
    expect(brief(callIn(entries[3]))).toEqual({ name: "clone", args: [{ child_stack: { pointer: 0 } }, { flags: "SIGCHLD" }], result: "12", missing: null });
    expect(callIn(entries[3]).lines).toEqual([1, 2, 4]);
  });
  test("strace itself, and then the call goes on", () => {
    const entries = read("clone(child_stack=NULLstrace: Process 12 attached", ", flags=SIGCHLD) = 12");
    expect(brief(callIn(entries[1]))).toMatchObject({ args: [{ child_stack: { pointer: 0 } }, { flags: "SIGCHLD" }], result: "12" });
  });
  test("the program", () => {
    const entries = read('write(1, "a\\nb\\n", 4a', "b", ")               = 4");
    expect(entries.map((it) => it.kind)).toEqual(["text", "text", "resumed"]);
    expect(brief(callIn(entries[2]))).toEqual({ name: "write", args: [1, ["a\nb\n"], 4], result: "4", missing: null });
  });
  test("the program, and then another thread", () => {
    const entries = read('[pid 10] write(1, "42", 242', " <unfinished ...>", "[pid 11] close(3) = 0", "[pid 10] <... write resumed>) = 2");
    expect(entries.map((it) => it.kind)).toEqual(["text", "begun", "call", "resumed"]);
    expect(brief(callIn(entries[3]))).toEqual({ name: "write", args: [1, ["42"], 2], result: "2", missing: null });
  });
  test("and what only looks like a rest is text", () => expect(read(")  = 3", "foo(bar", "more", ", and so on").map((it) => it.kind)).toEqual(["text", "text", "text", "text"]));
});

describe("a log", () => {
  test("may end in the middle of a line", () => {
    expect(read('12 read(3, "ab').map((it) => [it.kind, callIn(it).missing])).toEqual([["begun", "end"]]);
    expect(read("12 close(3) = 0\n").length).toBe(1);
    expect(readEntries("")).toEqual([]);
  });
  test("may have carriage returns, and colours", () => {
    expect(one("close(3) = 0\r")).toMatchObject({ kind: "call", raw: "close(3) = 0\r", call: { source: "close(3) = 0" } });
    expect(one("\x1b[33mclose\x1b[0m(\x1b[35m3\x1b[0m) = \x1b[32m0\x1b[0m")).toMatchObject({ kind: "call", call: { source: "close(3) = 0" } });
  });
  test("comes in pieces", () => {
    const reader = new StraceReader();
    expect([...reader.push("close(3)")]).toEqual([]);
    expect([...reader.push(" = 0\nclose(4) = 0\ncl")].map((it) => it.line)).toEqual([1, 2]);
    expect([...reader.push("")]).toEqual([]);
    expect([...reader.end()].map((it) => [it.kind, it.line, it.raw])).toEqual([["text", 3, "cl"]]);
    expect([...reader.end()]).toEqual([]);
  });
});
