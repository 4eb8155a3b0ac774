import { AT_PAGESZ } from "../../src/abi/constants/auxvec.ts";
import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import {
  MADV_DONTNEED, MADV_NOHUGEPAGE, MADV_POPULATE_WRITE, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, MFD_CLOEXEC,
  PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import { Elf64_auxv_t } from "../../src/abi/structs/auxv.ts";
import { adds, is } from "../../src/lab/check.ts";
import { claim, corrects, since } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { buffer, cstring, type Memory } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const RW = PROT_READ | PROT_WRITE;
const PAGES = [0, 1, 2, 3] as const;

/**
 * Advice that is obeyed.
 *
 *     memcpy(p, "data", 4);
 *     madvise(p, page, MADV_DONTNEED);    // "I do not need it": it is gone, at once
 *     p[0] == 0;
 */
export default experiment({
  name: "page-madvise",
  asks: "A program tells the kernel that it does not need some pages: may it still read them?",
  story: `Who tells the cleaners "I don't need what is on this desk" should not mean it politely. They clear
    the desk at once, and next time you find it empty. Only what is also filed in the archive is there again.
    And they clear whole desks: point at one corner, and all of it is empty.`,
  next: "Then memfd: memory that is a file, and therefore survives this advice.",

  run({
    openat, read, close, mmap, munmap, madvise, mincore, memfd_create, ftruncate, attempt,
  }, { scene, look }) {
    scene("page", "How large is a page here?");
    const auxv = openat(AT_FDCWD, cstring("/proc/self/auxv"), O_RDONLY, 0);
    const entry = Elf64_auxv_t();
    while (read(auxv, entry, sizeof(entry)) > 0) if (entry.a_type === AT_PAGESZ) break;
    close(auxv);
    const page = Number(entry.a_val);
    const write = (to: Memory) => PAGES.map((n) => to.bytes.write(`page ${n}`, n * page, "latin1"));
    const words = (of: Memory) => PAGES.map((n) => of.slice(n * page, n * page + 6));

    scene("written", "Four pages with a word in each, and one at the very end of the first.");
    const p = mmap(0, 4 * page, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    attempt.madvise(p, 4 * page, MADV_NOHUGEPAGE);
    write(p);
    p.bytes.write("end", page - 3, "latin1");
    mincore(p, 4 * page, buffer(4));
    look("words", words(p));

    scene("advised", "One byte of the first page, and the whole of the third, are not needed.");
    madvise(p, 1, MADV_DONTNEED);
    madvise(p.slice(2 * page, 3 * page), page, MADV_DONTNEED);
    mincore(p, 4 * page, buffer(4));
    look("words", [...words(p), p.slice(page - 3, page)]);

    scene("filed", "The same advice on pages of a file.");
    const file = memfd_create(cstring("archive"), MFD_CLOEXEC);
    ftruncate(file, 4 * page);
    const shared = mmap(0, 4 * page, RW, MAP_SHARED, file, 0);
    write(shared);
    madvise(shared, 4 * page, MADV_DONTNEED);
    look("words", words(shared));

    scene("refused", "An address within a page, advice that does not exist, an address where nothing is.");
    attempt.madvise(p.address + 1, page, MADV_DONTNEED);
    attempt.madvise(p, page, 999);
    attempt.madvise(page, page, MADV_DONTNEED);   // page 1: page 0 may be there, personality(2)

    scene("populate", "The opposite: fetch memory now, before anybody touches it.");
    const fresh = mmap(0, 4 * page, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    attempt.madvise(fresh, 4 * page, MADV_POPULATE_WRITE);
    mincore(fresh, 4 * page, buffer(4));
    for (const it of [p, shared, fresh]) munmap(it, 4 * page);
    close(file);
  },

  claims: [
    claim("MADV_DONTNEED is no hint: the page is given back at once, and reads as zeros from then on", {
      written: { mincore: 1, "look words": 1 }, advised: { madvise: 2, mincore: 1, "look words": 1 },
    }, ({
      written: { mincore: had, "look words": before },
      advised: { madvise: [, third], mincore, "look words": words },
    }) => [
      adds(PAGES.map((n) => had.after(`vec[${n}]`)), 4),
      is(before.bytes(2), "page 2"),
      is(third.result, 0),
      is(mincore.after("vec[1]"), 1),
      is(mincore.after("vec[2]"), 0),
      is(words.bytes(1), "page 1"),
      is(words.bytes(2), "\0".repeat(6)),
    ], corrects("N0-11")),
    claim("its length is rounded up: one byte is a whole page", { advised: { madvise: 2, "look words": 1 } },
      ({ advised: { madvise: [first], "look words": words } }) => [
        is(first.before("len_in"), 1),
        is(first.result, 0),
        is(words.bytes(0), "\0".repeat(6)),
        is(words.bytes(4), "\0".repeat(3)),
      ], corrects("N0-11")),
    claim("pages of a file lose nothing: what is in the file is read from there again",
      { filed: { madvise: 1, "look words": 1 } }, ({ filed: { madvise, "look words": words } }) =>
        [is(madvise.result, 0), ...PAGES.map((n) => is(words.bytes(n), `page ${n}`))]),
    claim("an address within a page or unknown advice is EINVAL, an address where nothing is mapped ENOMEM",
      { refused: { madvise: 3 } },
      ({ refused: { madvise: [within, unknown, nothing] } }) => [
        is(within.errno, "EINVAL"),
        is(unknown.errno, "EINVAL"),
        is(nothing.errno, "ENOMEM"),
      ], corrects("N0-11")),
    claim("MADV_POPULATE_WRITE puts memory behind pages that nobody has touched",
      { populate: { madvise: 1, mincore: 1 } },
      ({ populate: { madvise, mincore } }) => [
        is(madvise.result, 0),
        adds(PAGES.map((n) => mincore.after(`vec[${n}]`)), 4),
      ], corrects("N0-11"), since("5.14")),
  ],
});
