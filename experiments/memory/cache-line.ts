import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import {
  MAP_ANONYMOUS, MAP_PRIVATE, MFD_CLOEXEC, PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import { iovec } from "../../src/abi/structs/message.ts";
import { also, atLeast, figure, is, more, multiple, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { buffer, cstring } from "../../src/memory/memory.ts";

const FILE = "/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size";
/** The number that the file holds. */
const lineOf = (text: Parameters<typeof figure>[0]) => figure(text, /^(\d+)\n$/);

/**
 * How long a cache line is, and how to begin a buffer on one.
 *
 *     fd = open("/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size", O_RDONLY);
 *     read(fd, buf, …);                          // "64\n": ask, it is the machine's
 *     q = (p + line - 1) & ~(line - 1);          // the first line's beginning at or behind p
 */
export default experiment({
  name: "cache-line",
  asks: "Processors move memory in lines: how long is one here, and how does a buffer come to begin on one?",
  story: `A processor does not fetch single bytes from memory, but always a whole line of them, as one takes a
    carton of eggs and not an egg. Two things in one carton travel together; two workers who each need one of
    them take it out of each other's hands. So busy things get cartons of their own. How many eggs are in one
    is for the machine to say.`,
  next: `Only the geometry is shown here. What a miss costs, only a processor's own counters tell: perf stat
    -e cache-misses. Then address-space: what lies where in a process.`,

  run({ read, close, mmap, munmap, memfd_create, writev, attempt }, { scene, say, look }) {
    scene("asked", "The kernel knows from the processor.");
    const fd = attempt.openat(AT_FDCWD, cstring(FILE), O_RDONLY, 0);
    if (fd < 0) {
      say("This machine does not say how long its cache lines are.");
      return;
    }
    const told = buffer(16);
    read(fd, told, 16);
    close(fd);
    const line = Number.parseInt(told.text(), 10);
    look("processor", "/proc/cpuinfo", "clflush size");

    scene("mapped", "Where mmap puts things.");
    const [prot, flags] = [PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS];
    const some = [1, 100, 5000].map((it) => mmap(0, it, prot, flags, -1, 0));

    scene("placed", "Two buffers, not before byte 13: each begins with the next line that is free.");
    const room = some[2]!;
    const next = (at: number) => Math.ceil((room.address + at) / line) * line - room.address;
    const first = next(13);
    const second = next(first + 10);
    const file = memfd_create(cstring("lines"), MFD_CLOEXEC);
    const places = [first, second].map((at) => ({ iov_base: room.slice(at, at + 10), iov_len: 10 }));
    const vec = iovec.array(places);
    look("buffers", vec.value);
    writev(file, vec, 2);
    close(file);
    for (const it of some) munmap(it, it.length);
  },

  claims: [
    claim("how long a cache line is, the machine says", { asked: { read: 1, "look processor": 1 } },
      ({ asked: { read, "look processor": cpu } }) => [
        atLeast(lineOf(read.after("buf")), 16),
        also(() => same(figure(cpu.text, /clflush size\s*: (\d+)/), lineOf(read.after("buf")))),
      ], corrects("N0-13")),
    claim("every address that mmap returns is the beginning of a line", {
      asked: { read: 1 }, mapped: { mmap: 3 },
    }, ({ asked: { read }, mapped: { mmap: some } }) =>
      some.map((it) => multiple(it.result, lineOf(read.after("buf")))), supports("N0-13")),
    claim("a buffer is put on a line by rounding its address up, and so no two of them share one", {
      asked: { read: 1 }, placed: { "look buffers": 1, writev: 1 },
    }, ({ asked: { read }, placed: { "look buffers": buffers, writev } }) => {
      const line = lineOf(read.after("buf"));
      const [first, second] = [buffers.field("iov_base", 0), buffers.field("iov_base", 1)];
      return [
        multiple(first, line),
        multiple(second, line),
        more(second, first, line.value),
        is(writev.result, 20),
      ];
    }, supports("N0-13")),
  ],
});
