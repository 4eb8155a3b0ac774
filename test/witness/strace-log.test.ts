import { describe, expect, test } from "vitest";
import { readStraceLog, type TracedCall } from "../../src/witness/strace-log.ts";

const read = (...lines: readonly string[]): readonly TracedCall[] => readStraceLog(lines.join("\n")).calls;
const called = (it: Partial<TracedCall>): unknown => expect.objectContaining(it);

describe("one line", () => {
  const close = { name: "close", args: "3", result: "0", errno: null };
  test.each([
    ["bare",                   "close(3)                                = 0",                             { ...close, pid: null }],
    ["-o with -f",             "12345 close(3)                          = 0",                             { ...close, pid: 12345 }],
    ["-f to a terminal",       "[pid 12345] close(3)                    = 0",                             { ...close, pid: 12345 }],
    ["-t",                     "12:34:56 close(3)                       = 0",                             { ...close, pid: null }],
    ["-f -tt -T",              "12345 12:34:56.123456 close(3) = 0 <0.000008>",                           { ...close, pid: 12345 }],
    ["-ttt",                   "1763712345.123456 close(3) = 0",                                          { ...close, pid: null }],
    ["-r",                     "     0.000123 close(3) = 0",                                              { ...close, pid: null }],
    ["no arguments",           "getpid() = 7",                                                            { name: "getpid", args: "", result: "7" }],
    ["an error",               "close(9) = -1 EBADF (Bad file descriptor)",                               { result: "-1 EBADF (Bad file descriptor)", errno: "EBADF" }],
    ["an address",             "mmap(NULL, 8, PROT_READ, MAP_PRIVATE, -1, 0) = 0x7f00",                   { name: "mmap", result: "0x7f00" }],
    ["a remark behind",        "poll([{fd=3, events=POLLIN}], 1, 0) = 1 ([{fd=3, revents=POLLIN}])",      { args: "[{fd=3, events=POLLIN}], 1, 0", result: "1 ([{fd=3, revents=POLLIN}])" }],
    ["no result",              "exit_group(0) = ?",                                                       { result: "?", errno: null }],
    ["a signal came",          "read(0, 0x7ffe, 4) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)", { errno: "ERESTARTSYS" }],
    ["text that looks like it", 'write(1, ") = 0 \\" <0.1>", 10) = 10',                                   { args: '1, ") = 0 \\" <0.1>", 10', result: "10" }],
    ["brackets in text",       'write(1, "}])(", 4) = 4',                                                 { args: '1, "}])(", 4', result: "4" }],
  ])("%s", (_, line, call) => expect(read(line)).toEqual([called(call)]));
});

describe("broken lines", () => {
  test("are put together, by thread", () => {
    expect(read(
      "10 recvfrom(3,  <unfinished ...>",
      "11 accept(4, NULL, NULL <unfinished ...>",
      "10 <... recvfrom resumed>\"hi\", 8, 0, NULL, NULL) = 2",
      "11 <... accept resumed>) = 5",
    )).toEqual([
      called({ pid: 10, name: "recvfrom", args: '3, "hi", 8, 0, NULL, NULL', result: "2", line: 1, broken: false }),
      called({ pid: 11, name: "accept", args: "4, NULL, NULL", result: "5", line: 2, broken: false }),
    ]);
  });
  test("with times on either part", () => {
    expect(read("10 12:00:00.000001 read(3,  <unfinished ...>", '10 12:00:01.000001 <... read resumed>"", 8) = 0 <1.000000>'))
      .toEqual([called({ name: "read", args: '3, "", 8', result: "0" })]);
  });
  test("of a thread that was killed inside", () => {
    expect(read("10 sendfile(6, 5, [2] <unfinished ...>", "10 <... sendfile resumed> => [7], 5) = 5")[0]?.args)
      .toBe("6, 5, [2] => [7], 5");
    expect(read("10 recvfrom(3,  <unfinished ...>", "10 <... recvfrom resumed> <unfinished ...>) = ?", "10 +++ killed by SIGKILL +++"))
      .toEqual([called({ name: "recvfrom", args: "3", result: "?", broken: true })]);
  });
  test("where the log ends first", () => {
    expect(read("10 recvfrom(3,  <unfinished ...>")).toEqual([called({ name: "recvfrom", args: "3", result: "", broken: true })]);
  });
});

describe("a log", () => {
  test("of what is no call there is nothing", () => {
    const log = readStraceLog("10 --- SIGCHLD {si_signo=SIGCHLD} ---\n10 +++ exited with 0 +++\nstrace: Process 11 attached\n\n10 close(3) = 0\n");
    expect({ ...log, calls: log.calls.length }).toEqual({ calls: 1, followed: true, strange: 0 });
  });
  test("without a number before each line was made without -f", () => expect(readStraceLog("close(3) = 0\n").followed).toBe(false));
  test("of another kind is strange", () => expect(readStraceLog("Dear diary,\ntoday nothing\n")).toEqual({ calls: [], followed: false, strange: 2 }));
});
