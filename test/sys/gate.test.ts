/** The gate makes prepared calls as the kernel takes them: numbers, arguments, results, negated errnos, and nothing beyond the list. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from "../../src/abi/constants/mman.ts";
import { PR_SET_MDWE } from "../../src/abi/constants/prctl.ts";
import { buffer, type Memory } from "../../src/memory/memory.ts";
import type { Gate } from "../../src/sys/gate.ts";
import { numberOf } from "../../src/sys/number-of.ts";
import { noCompiler, runC } from "../abi/headers.ts";
import { isLive } from "./live.ts";

const { gate, isGate, preparedCall } = isLive ? await import("../../src/sys/gate.ts") : ({} as typeof import("../../src/sys/gate.ts"));
const made = isLive ? gate() : { why: "this is not Linux" };
const why = "why" in made ? ` (skipped: ${made.why})` : "";
const door = made as Gate;
afterAll(() => { if (why === "") door.close(); });

const SIZE = 80;
/** In the place of a result that nobody has written. */
const NOTHING = -1;
const call = (list: Memory, n: number, nr: number, ...args: readonly number[]): void => preparedCall.write(list, n * SIZE, { nr, args, result: NOTHING });
const results = (list: Memory): readonly (number | bigint)[] => Array.from({ length: list.length / SIZE }, (_, n) => preparedCall.at(list, n * SIZE).result);

test.skipIf(noCompiler !== null)(`a prepared call lies as native-shims/gate.h declares it${noCompiler === null ? "" : ` (skipped: ${noCompiler})`}`, () => {
  const header = readFileSync(new URL("../../native-shims/gate.h", import.meta.url), "utf8");
  const fields = preparedCall.fields.map(({ name }) => `printf("%zu ", offsetof(struct prepared_call, ${name}));`);
  const { output } = runC(`#include <stdio.h>\n#include <stddef.h>\n${header}\nint main(void) { ${fields.join(" ")} printf("%zu", sizeof(struct prepared_call)); }`);
  expect(output).toBe([...preparedCall.fields.map(({ offset }) => offset), preparedCall.size].join(" "));
});

describe.skipIf(why !== "")(`through the gate${why}`, () => {
  test.for([0, 1, 2, 64])("a list of 64 of which %i are made: the rest is not touched", (count) => {
    const list = buffer(64 * SIZE);
    for (let n = 0; n < 64; n++) call(list, n, numberOf("getppid"));
    const before = Buffer.from(list.bytes);
    door.run(list.address, count);
    expect(results(list)).toEqual(Array.from({ length: 64 }, (_, n) => (n < count ? process.ppid : NOTHING)));
    expect(list.bytes.subarray(count * SIZE).equals(before.subarray(count * SIZE))).toBe(true);
  });

  test("numbers and arguments stay as they were", () => {
    const list = buffer(SIZE);
    call(list, 0, numberOf("getppid"), 1, 2, 3, 4, 5, 6);
    const before = Buffer.from(list.bytes.subarray(0, 56));
    door.run(list.address, 1);
    expect(list.bytes.subarray(0, 56).equals(before)).toBe(true);
  });

  test("no to six arguments reach the kernel, each in its place", () => {
    const [file, into] = [buffer(16), buffer(16)];
    file.bytes.write("netlab's gate\0", "latin1");
    const list = buffer(5 * SIZE);
    const memory = PROT_READ | PROT_WRITE;
    call(list, 0, numberOf("mmap"), 0, 4096, memory, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    call(list, 1, numberOf("memfd_create"), file.address, 0);
    call(list, 2, numberOf("getpid"));
    door.run(list.address, 3);
    const [page, fd, pid] = results(list).map(Number) as [number, number, number];
    expect([page > 0 && page % 4096, pid]).toEqual([0, process.pid]);
    call(list, 0, numberOf("pwrite64"), fd, file.address, 13, 3);       // four
    call(list, 1, numberOf("pread64"), fd, into.address, 13, 3);
    call(list, 2, numberOf("sendto"), fd, file.address, 1, 0, 0, 0);    // six, and no socket
    call(list, 3, numberOf("munmap"), page, 4096);
    call(list, 4, numberOf("close"), fd);
    door.run(list.address, 5);
    expect(results(list)).toEqual([13, 13, -88, 0, 0]);
    expect(into.bytes.toString("latin1", 0, 13)).toBe("netlab's gate");
  });

  test("a failure is a negated errno, and the next call is made all the same", () => {
    const list = buffer(3 * SIZE);
    call(list, 0, numberOf("close"), -1);
    call(list, 1, 9999);
    call(list, 2, numberOf("getppid"));
    door.run(list.address, 3);
    expect(results(list)).toEqual([-9, -38, process.ppid]);
  });

  test("the clock goes on: before, after, and to the next call", () => {
    const list = buffer(64 * SIZE);
    for (let n = 0; n < 64; n++) call(list, n, numberOf("getppid"));
    door.run(list.address, 64);
    const ticks = Array.from({ length: 64 }, (_, n) => preparedCall.at(list, n * SIZE)).flatMap(({ before, after }) => [BigInt(before), BigInt(after)]);
    expect(ticks.filter((it, i) => i > 0 && it < ticks[i - 1]!)).toEqual([]);
    expect(ticks[0]! < ticks.at(-1)!).toBe(true);
  });

  test("no page is ever writable and executable, and none is left", () => {
    const executable = (): readonly string[] => readFileSync("/proc/self/maps", "latin1").split("\n").filter((it) => / r-xp 00000000 00:00 0\s*$/.test(it));
    const before = executable();
    const another = gate();
    if (!isGate(another)) throw new Error(another.why);
    const opened = executable().filter((it) => !before.includes(it));
    expect(opened).toHaveLength(1);
    another.close();
    expect(executable().filter((it) => opened.includes(it))).toEqual([]);
  });
});

const BENCH = fileURLToPath(new URL("../../dist/bench.cjs", import.meta.url));
/** PR_SET_MDWE: from now on nothing becomes executable. Node compiles nothing then. */
const REFUSING = `
const koffi = require("node:module").createRequire(${JSON.stringify(BENCH)})("koffi");
const syscall = koffi.load(null).func("long syscall(long, long, long, long, long, long)");
if (syscall(${numberOf("prctl")}, ${PR_SET_MDWE}, 1, 0, 0, 0) !== 0) process.exit(77);
process.argv = ["node", "bench", "gate"];
require(${JSON.stringify(BENCH)});
`;
const refused = isLive && existsSync(BENCH) ? spawnSync(process.execPath, ["--jitless", "-e", REFUSING], { encoding: "utf8" }) : null;
const noRefusal = refused === null ? "dist/ is not built" : refused.status === 77 ? "this kernel has no PR_SET_MDWE" : null;

test.skipIf(noRefusal !== null)(`where no page may become executable it says so${noRefusal === null ? "" : ` (skipped: ${noRefusal})`}`, () => {
  expect({ code: refused!.status, out: refused!.stdout, err: refused!.stderr.replace(/^.*(disabling flag|Warning:).*\n/gm, "") })
    .toEqual({ code: 0, out: '{"why":"mprotect(PROT_READ|PROT_EXEC): EACCES"}\n', err: "" });
});
