import { AT_PAGESZ } from "../../src/abi/constants/auxvec.ts";
import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import {
  MADV_NOHUGEPAGE, MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import { RUSAGE_THREAD } from "../../src/abi/constants/resource.ts";
import { AF_UNIX, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { Elf64_auxv_t } from "../../src/abi/structs/auxv.ts";
import { pagemap_entry } from "../../src/abi/structs/pagemap.ts";
import { rusage } from "../../src/abi/structs/resource.ts";
import { adds, also, differ, is, more, multiple } from "../../src/lab/check.ts";
import { all, claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { i32 } from "../../src/memory/integer.ts";
import { buffer, cstring, text, wild } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const PAGES = [0, 1, 2, 3] as const;

/**
 * mmap hands out addresses; memory is put behind them when somebody touches them.
 *
 *     p = mmap(NULL, 4 * page, …);           // four pages of addresses, no memory
 *     mincore(p, 4 * page, vec);             // 0 0 0 0
 *     read(fd, p + 2 * page, 1);             // the kernel touches the third: it gets a frame now
 *     mincore(p, 4 * page, vec);             // 0 0 1 0
 */
export default experiment({
  name: "page-faults",
  asks: "mmap has returned four pages: is there memory behind them?",
  story: `A seating plan with four numbered seats costs nothing: it is paper. The chair is fetched from the
    store when somebody is about to sit down, whichever is free, whether the guest comes by himself or is led
    in by the usher. So seat numbers say nothing of where the chairs came from.`,
  next: `Look at the frames: neighbours lie in different ones. (Only root is shown them.) Then page-madvise:
    how pages are given back.`,

  run({
    openat, read, pread64, close, mmap, munmap, mincore, getrusage, socketpair, sendto, attempt,
  }, { scene, say, look }) {
    scene("page", "How large is a page here?");
    const auxv = openat(AT_FDCWD, cstring("/proc/self/auxv"), O_RDONLY, 0);
    const entry = Elf64_auxv_t();
    while (read(auxv, entry, sizeof(entry)) > 0) if (entry.a_type === AT_PAGESZ) break;
    close(auxv);
    const page = Number(entry.a_val);
    const pagemap = attempt.openat(AT_FDCWD, cstring("/proc/self/pagemap"), O_RDONLY, 0);
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    const [a = 0, b = 0] = pair.value;

    scene("fresh", "Four pages. Without huge ones, so that each comes by itself.");
    const p = mmap(0, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    attempt.madvise(p, 4 * page, MADV_NOHUGEPAGE);
    const entries = pagemap_entry.array(4);
    const ask = () => {
      mincore(p, 4 * page, buffer(4));
      const at = (p.address / page) * sizeof(pagemap_entry);
      if (pagemap >= 0) pread64(pagemap, entries, sizeof(entries), at);
      look("pages", pagemap >= 0 ? entries.value : []);
    };
    ask();

    scene("kernel", "A datagram is read into the third: it is the kernel that writes there.");
    sendto(a, text("x"), 1, 0, null, 0);
    read(b, wild(p.address + 2 * page), 1);
    ask();

    scene("program", "The program writes a byte into each of them.");
    getrusage(RUSAGE_THREAD, rusage());
    for (const n of PAGES) p.bytes[n * page] = 1 + n;
    getrusage(RUSAGE_THREAD, rusage());
    ask();
    const hidden = pagemap < 0 || entries.value.every(({ frame, frame_high }) => frame + frame_high === 0);
    if (hidden) say("Which frames these are is shown to root alone (CAP_SYS_ADMIN).");
    look("frames", hidden ? [] : entries.value.slice(0, 2));
    munmap(p, 4 * page);
    for (const fd of [pagemap, a, b]) if (fd >= 0) close(fd);
  },

  claims: [
    claim("fresh addresses have no memory behind them", { fresh: { mincore: 1, "look pages": 1 } },
      ({ fresh: { mincore, "look pages": pages } }) => [
        adds(PAGES.map((n) => mincore.after(`vec[${n}]`)), 0),
        also(() => adds(PAGES.map((n) => pages.field("present", n)), 0)),
      ], corrects("N0-44")),
    claim("a page gets memory when it is first touched, also when the kernel does it for a call",
      { kernel: { read: 1, mincore: 1, "look pages": 1 } },
      ({ kernel: { read, mincore, "look pages": pages } }) => [
        is(read.result, 1),
        ...PAGES.map((n) => is(mincore.after(`vec[${n}]`), n === 2 ? 1 : 0)),
        also(() => is(pages.field("present", 2), 1)),
        also(() => is(pages.field("present", 3), 0)),
      ], corrects("N0-44")),
    claim("touching the three others costs the program three minor faults, or more", {
      kernel: { mincore: 1 }, program: { getrusage: 2, mincore: 1, "look pages": 1 },
    }, ({
      kernel: { mincore: had }, program: { getrusage: [before, after], mincore, "look pages": pages },
    }) => [
      adds(PAGES.map((n) => had.after(`vec[${n}]`)), 1),
      more(after.after("ru.ru_minflt"), before.after("ru.ru_minflt"), 3),
      adds(PAGES.map((n) => mincore.after(`vec[${n}]`)), 4),
      also(() => adds(PAGES.map((n) => pages.field("present", n)), 4)),
    ], corrects("N0-44")),
    claim("the address divided by the page size is the page's row in a table, which says if there is memory",
      {
        page: { read: all }, fresh: { mmap: 1, pread64: 1, "look pages": 1 },
        kernel: { pread64: 1, "look pages": 1 }, program: { "look frames": 1 },
      },
      ({
        page: { read: { each } }, fresh: { mmap, pread64: first, "look pages": none },
        kernel: { pread64, "look pages": one }, program: { "look frames": frames },
      }) => {
        const size = each.at(-1)!.after("buf.a_val");
        const row = (Number(mmap.result.value) / Number(size.value)) * sizeof(pagemap_entry);
        return [
          multiple(mmap.result, size),
          is(first.before("pos"), row),
          is(none.field("present", 2), 0),
          is(pread64.before("pos"), row),
          is(one.field("present", 2), 1),
          also(() => differ(frames.field("frame", 0), frames.field("frame", 1))),
        ];
      }, corrects("N0-44")),
  ],
});
