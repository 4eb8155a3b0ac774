import {
  AT_FDCWD, F_ADD_SEALS, F_SEAL_GROW, F_SEAL_SHRINK, F_SEAL_WRITE,
} from "../../src/abi/constants/fcntl.ts";
import {
  MAP_SHARED, MFD_ALLOW_SEALING, MFD_CLOEXEC, MFD_EXEC, PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import { stat } from "../../src/abi/structs/stat.ts";
import { differ, is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";

const RW = PROT_READ | PROT_WRITE;
const SIZE = 100;
/** Of st_mode: before 6.3 all are of the old kind, which may be executed. */
const ANY_EXECUTES = 0o111;

/**
 * Memory that is a file without a place in any directory.
 *
 *     int fd = memfd_create("netlab", MFD_ALLOW_SEALING);   // size 0, no links
 *     ftruncate(fd, 100);
 *     p = mmap(…, MAP_SHARED, fd, 0);  q = mmap(…, MAP_SHARED, fd, 0);
 *     p[5] = 'x';                                            // q[5] is 'x', and pread() reads it too
 *     fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);   // now it stays as large as it is
 */
export default experiment({
  name: "memfd",
  asks: "memfd_create gives anonymous memory: what is it, if it is not a file?",
  story: `It is a notebook that stands on no shelf. It has a name on its cover, but nobody finds it by that,
    and another may bear the same. Whoever holds it reads and writes in it as in any book, or lays it open on
    two desks at once: it is the same page on both. And one can seal it: whoever gets it then may trust that
    nobody tears pages out any more.`,
  next: `Pass its descriptor to another process, as pass-fds does, and both have the same memory. Then
    cache-line: what is smaller than a page.`,

  run({
    memfd_create, fstat, readlinkat, ftruncate, mmap, munmap, pread64, pwrite64, fcntl, close, attempt,
  }, { say, scene, look }) {
    scene("made", "Two, of one name. What does the kernel say of them?");
    const fd = memfd_create(cstring("netlab"), MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const other = memfd_create(cstring("netlab"), MFD_CLOEXEC);
    fstat(fd, stat());
    const status = stat();
    fstat(other, status);
    readlinkat(AT_FDCWD, cstring(`/proc/self/fd/${fd}`), buffer(64), 64);
    readlinkat(AT_FDCWD, cstring(`/proc/self/fd/${other}`), buffer(64), 64);

    scene("names", "A name of 249 bytes, and one of 250.");
    const long = memfd_create(cstring("n".repeat(249)), MFD_CLOEXEC);
    attempt.memfd_create(cstring("n".repeat(250)), MFD_CLOEXEC);

    scene("shared", "It is given a size, and mapped twice. One view is written to.");
    ftruncate(fd, SIZE);
    const p = mmap(0, SIZE, RW, MAP_SHARED, fd, 0);
    const q = mmap(0, SIZE, RW, MAP_SHARED, fd, 0);
    p.bytes.write("written here", 50, "latin1");
    look("other view", q.slice(50, 62));
    pread64(fd, buffer(12), 12, 50);
    pwrite64(fd, text("WRITTEN"), 7, 50);
    look("first view", p.slice(50, 62));

    scene("sealed", "Its size is sealed.");
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    attempt.ftruncate(fd, SIZE - 1);
    attempt.ftruncate(fd, SIZE + 1);
    pwrite64(fd, text("still"), 5, 0);

    scene("content", "Its content cannot be sealed while somebody has it mapped for writing.");
    attempt.fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE);
    munmap(p, SIZE);
    munmap(q, SIZE);
    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE);
    attempt.pwrite64(fd, text("never"), 5, 0);
    attempt.mmap(0, SIZE, RW, MAP_SHARED, fd, 0);

    scene("unsealable", "One without MFD_ALLOW_SEALING, of the old kind (MFD_EXEC, since 6.3).");
    const old = attempt.memfd_create(cstring("plain"), MFD_EXEC);
    const plain = old < 0 && (status.st_mode & ANY_EXECUTES) !== 0 ? other : old;
    if (plain >= 0) attempt.fcntl(plain, F_ADD_SEALS, F_SEAL_SHRINK);
    else say("There is none here to try it on: vm.memfd_noexec = 2 forbids the old kind.");
    for (const it of [fd, other, long, old]) if (it >= 0) close(it);
  },

  claims: [
    claim("memfd_create makes a file: empty, with no link in any directory, and shown with its name", {
      made: { memfd_create: 2, fstat: 2, readlinkat: 2 },
    }, ({ made: { memfd_create: [first], fstat: [one], readlinkat: [link] } }) => [
      is(first.before("uname"), "netlab"),
      is(one.after("statbuf.st_size"), 0),
      is(one.after("statbuf.st_nlink"), 0),
      is(link.after("buf"), "/memfd:netlab (deleted)"),
    ], corrects("N0-12")),
    claim("the name is for people to read: two files may have the same", {
      made: { fstat: 2, readlinkat: 2 },
    }, ({ made: { fstat: [one, other], readlinkat: [link, second] } }) => [
      is(link.after("buf"), "/memfd:netlab (deleted)"),
      is(second.after("buf"), "/memfd:netlab (deleted)"),
      differ(one.after("statbuf.st_ino"), other.after("statbuf.st_ino")),
    ], corrects("N0-12")),
    claim("a name has at most 249 bytes: with memfd: before it they are 255", {
      names: { memfd_create: 2 },
    }, ({ names: { memfd_create: [long, longer] } }) => [
      is(long.before("uname"), "n".repeat(249)),
      is(long.errno, null),
      is(longer.errno, "EINVAL"),
    ]),
    claim("two shared mappings are one memory, and what read and write reach is the same", {
      shared: { ftruncate: 1, "look other view": 1, pread64: 1, pwrite64: 1, "look first view": 1 },
    }, ({ shared: { ftruncate, "look other view": other, pread64, pwrite64, "look first view": first } }) => [
      is(ftruncate.result, 0),
      is(other.bytes(), "written here"),
      is(pread64.after("buf"), "written here"),
      is(pwrite64.before("buf"), "WRITTEN"),
      is(first.bytes(), "WRITTEN here"),
    ], corrects("N0-12")),
    claim("its size can be sealed: then nobody shrinks it and nobody makes it grow", {
      sealed: { fcntl: 1, ftruncate: 2, pwrite64: 1 },
    }, ({ sealed: { fcntl, ftruncate: [less, more], pwrite64 } }) => [
      is(fcntl.result, 0),
      is(less.errno, "EPERM"),
      is(more.errno, "EPERM"),
      is(pwrite64.result, 5),
    ]),
    claim("its content can be sealed, but not while there is a shared mapping for writing", {
      content: { fcntl: 2, pwrite64: 1, mmap: 1 },
    }, ({ content: { fcntl: [early, late], pwrite64, mmap } }) => [
      is(early.errno, "EBUSY"),
      is(late.result, 0),
      is(pwrite64.errno, "EPERM"),
      is(mmap.errno, "EPERM"),
    ]),
    claim("without MFD_ALLOW_SEALING there is nothing to seal", { unsealable: { fcntl: 1 } },
      ({ unsealable: { fcntl } }) => [is(fcntl.errno, "EPERM")]),
  ],
});
