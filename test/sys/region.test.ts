/** Mapped memory: slices are arguments, what ends or loses its access may not be read, and nothing here crashes. */
import { describe, expect, test } from "vitest";
import { MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_PRIVATE, MAP_SHARED, MREMAP_MAYMOVE, PROT_NONE, PROT_READ, PROT_WRITE } from "../../src/abi/constants/mman.ts";
import { buffer, cstring, Home, type Memory } from "../../src/memory/memory.ts";
import type { Calls } from "../../src/sys/calls.ts";
import { Overrun } from "../../src/sys/overrun.ts";
import { isLive, live } from "./live.ts";

const PAGE = Home.page;
const EFAULT = -14;
const [RW, ANON] = [PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS];
const map = ({ mmap }: Calls, pages: number, prot = RW): Memory => mmap(0, pages * PAGE, prot, ANON, -1, 0);
/** What reading each page gives: its first byte, or why not. */
const pages = (memory: Memory): readonly (number | string)[] => Array.from({ length: memory.length / PAGE }, (_, n) => {
  try {
    return memory.slice(n * PAGE, n * PAGE + 1).bytes[0]!;
  } catch (error) {
    return (error as Error).message.replace(/^this memory may not be touched: /, "");
  }
});
/** A file without a name, of so many bytes, for as long as the body runs. */
function withFile(calls: Calls, length: number, body: (fd: number) => void): void {
  const fd = calls.memfd_create(cstring("file"), 0);
  calls.ftruncate(fd, length);
  body(fd);
  calls.close(fd);
}

describe.runIf(isLive)("mapped memory", () => {
  test("is memory: zero, written, and its slices are arguments", () => {
    const { calls, made } = live();
    withFile(calls, PAGE, (fd) => {
      const region = calls.mmap(0, PAGE, RW, MAP_SHARED, fd, 0);
      expect(pages(region)).toEqual([0]);
      region.bytes.write("0123456789", "latin1");
      expect(calls.pwrite64(fd, region.slice(4, 8), 4, 0)).toBe(4);
      const buf = buffer(10);
      calls.pread64(fd, buf, 10, 0);
      expect(buf.text()).toBe("4567456789");
      expect(region.slice(0, 4).text()).toBe("4567");
      calls.munmap(region, PAGE);
    });
    const write = made().find((it) => it.name === "pwrite64")!.args[1]!;
    expect(write).toMatchObject({ name: "buf", before: Buffer.from("4567").toString("hex"), room: 4 });
    expect(write.value).toBe(Number(made().find((it) => it.name === "mmap")!.result) + 4);
  });

  test("is guarded like any other", () => {
    const { calls } = live();
    const region = map(calls, 1);
    expect(() => calls.write(1, region.slice(PAGE - 4), 5)).toThrow(new Overrun("write: buf needs 5 bytes, but buf has room for 4"));
    calls.munmap(region, PAGE);
  });

  test("answers its address when it is only attempted, and a negated errno when it fails", () => {
    const { calls } = live();
    expect(calls.attempt.mmap(0, 0, RW, ANON, -1, 0)).toBe(-22);
    const address = calls.attempt.mmap(0, PAGE, RW, ANON, -1, 0);
    expect(address % PAGE).toBe(0);
    expect(calls.munmap(address, PAGE)).toBe(0);
  });
});

describe.runIf(isLive)("page 0", () => {
  test("gets no view, where it may be mapped at all: NULL points to nothing", () => {
    const { calls } = live();
    const result = calls.attempt.mmap(0, PAGE, RW, ANON | MAP_FIXED, -1, 0);
    expect([0, -1, -13]).toContain(result);   // with CAP_SYS_RAWIO; EPERM, EACCES without
    if (result === 0) calls.munmap(0, PAGE);
  });
});

describe.runIf(isLive)("memory that has ended", () => {
  test("may not be read, nor given to the kernel", () => {
    const { calls, made } = live();
    const region = map(calls, 1);
    const slice = region.slice(10, 20);
    calls.munmap(region, PAGE);
    const count = made().length;
    for (const it of [region, slice]) {
      expect(() => it.bytes).toThrow(new RangeError("this memory may not be touched: munmap #2 ended it"));
      expect(() => calls.attempt.write(1, it, 1)).toThrow(new Overrun("write: buf is no more: munmap #2 ended it"));
    }
    expect(made()).toHaveLength(count);
  });

  test("page by page", () => {
    const { calls } = live();
    const region = map(calls, 3);
    region.bytes[2 * PAGE] = 7;
    calls.munmap(region.slice(PAGE, 2 * PAGE), PAGE);
    expect(pages(region)).toEqual([0, "munmap #2 ended it", 7]);
    calls.munmap(region.address, 1);   // the kernel ends whole pages
    expect(pages(region)).toEqual(["munmap #3 ended it", "munmap #2 ended it", 7]);
    calls.munmap(region.address + 2 * PAGE, PAGE);
    expect(() => region.slice(2 * PAGE).bytes).toThrow("munmap #4 ended it");
  });

  test("stays ended when something else is mapped in its place", () => {
    const { calls } = live();
    const old = map(calls, 2);
    calls.munmap(old, PAGE);
    const young = calls.mmap(old.address, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0);
    young.bytes[0] = 9;
    calls.mprotect(young, PAGE, RW);
    expect([young.address, pages(young), pages(old)]).toEqual([old.address, [9], ["munmap #2 ended it", 0]]);
    calls.munmap(old.address + PAGE, PAGE);   // the old one's other page, by its address
    expect(pages(old)).toEqual(["munmap #2 ended it", "munmap #5 ended it"]);
    calls.munmap(young, PAGE);
    expect(pages(young)).toEqual(["munmap #6 ended it"]);
  });

  test("is forgotten: mapping and unmapping goes on for ever", () => {
    const { calls } = live();
    const first = map(calls, 1);
    calls.munmap(first, PAGE);
    for (let i = 0; i < 500; i++) calls.munmap(map(calls, 1), PAGE);
    expect(first.home.closed).toHaveLength(1);
  });
});

describe.runIf(isLive)("memory without access", () => {
  test("may not be read here; the kernel answers EFAULT", () => {
    const { calls, made } = live();
    withFile(calls, PAGE, (fd) => {
      const region = map(calls, 1, PROT_NONE);
      expect(() => region.bytes).toThrow("it was mapped without PROT_READ");
      expect(calls.attempt.write(fd, region, PAGE)).toBe(EFAULT);
      expect(calls.attempt.read(fd, region, PAGE)).toBe(EFAULT);
      calls.munmap(region, PAGE);
    });
    expect(made().find((it) => it.name === "write")!.args[1]).toMatchObject({ before: "", room: PAGE });
  });

  test("is told by mprotect, page by page, and so is that it came back", () => {
    const { calls } = live();
    const region = map(calls, 3);
    const why = "mprotect #2 took its access away";
    calls.mprotect(region, 3 * PAGE, PROT_NONE);
    expect(pages(region)).toEqual([why, why, why]);
    calls.mprotect(region.slice(PAGE, 2 * PAGE), PAGE, PROT_READ);
    expect(pages(region)).toEqual([why, 0, why]);
    calls.mprotect(region, 3 * PAGE, RW);
    expect(pages(region)).toEqual([0, 0, 0]);
    calls.munmap(region.slice(0, PAGE), PAGE);
    calls.mprotect(region.slice(PAGE), 2 * PAGE, PROT_NONE);
    calls.mprotect(region.slice(PAGE), 2 * PAGE, RW);
    expect(pages(region)).toEqual(["munmap #5 ended it", 0, 0]);
    calls.munmap(region.address + PAGE, 2 * PAGE);
  });

  test("that failed to change is as it was", () => {
    const { calls } = live();
    const region = map(calls, 1);
    expect(calls.attempt.mprotect(region.address + 1, PAGE, PROT_NONE)).toBe(-22);
    expect(calls.attempt.munmap(region.address + 1, PAGE)).toBe(-22);
    expect(pages(region)).toEqual([0]);
    calls.munmap(region, PAGE);
  });
});

describe.runIf(isLive)("moved memory", () => {
  test("has ended where it was", () => {
    const { calls } = live();
    const old = map(calls, 2);
    old.bytes[0] = 5;
    const young = calls.mremap(old, PAGE, 2 * PAGE, MREMAP_MAYMOVE, 0);   // there is no room behind its first page: the second is there
    expect(young.address).not.toBe(old.address);
    expect([pages(young), pages(old)]).toEqual([[5, 0], ["mremap #2 moved it", 0]]);
    calls.munmap(young, 2 * PAGE);
    calls.munmap(old.slice(PAGE), PAGE);
  });

  test("that became smaller has lost its end", () => {
    const { calls } = live();
    const old = map(calls, 3);
    const young = calls.mremap(old, 3 * PAGE, PAGE, 0, 0);
    expect([young.address, young.length]).toEqual([old.address, PAGE]);
    expect([pages(young), pages(old)]).toEqual([[0], [0, "mremap #2 cut it off", "mremap #2 cut it off"]]);
    calls.munmap(young, PAGE);
    expect(() => old.slice(0, 1).bytes).toThrow("munmap #3 ended it");
  });

  test("has no more access than it had", () => {
    const { calls } = live();
    const young = calls.mremap(map(calls, 1, PROT_NONE), PAGE, 2 * PAGE, MREMAP_MAYMOVE, 0);
    expect(() => young.bytes).toThrow("it was mapped without PROT_READ");
    calls.munmap(young, 2 * PAGE);
  });
});
