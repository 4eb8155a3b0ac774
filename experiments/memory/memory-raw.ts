import {
  F_ADD_SEALS, F_SEAL_GROW, F_SEAL_SHRINK, F_SEAL_WRITE,
} from "../../src/abi/constants/fcntl.ts";
import {
  MADV_DONTNEED, MADV_NOHUGEPAGE, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, MFD_ALLOW_SEALING, MFD_CLOEXEC,
  PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import { RUSAGE_THREAD } from "../../src/abi/constants/resource.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { rusage } from "../../src/abi/structs/resource.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { stat, statfs } from "../../src/abi/structs/stat.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { differ, is, more, multiple, same } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, type Memory } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const RW = PROT_READ | PROT_WRITE;
const anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
const PAGES = 16;
const TEXT = "one file, two views";
/** mincore answers a byte for each page: 1, it is in memory. */
const each = Array.from({ length: PAGES }, (_, i) => `vec[${i}]` as const);

/** Of the file system that a file is in. Of a memfd that is tmpfs, whose blocks are the machine's pages. */
function blockSize({ fstatfs }: Pick<Calls, "fstatfs">, fd: number): number {
  const system = statfs();
  fstatfs(fd, system);
  return Number(system.f_bsize);
}

/** Writes a byte to each page; how many page faults this thread had is asked before and after. */
function touchEach({ getrusage }: Pick<Calls, "getrusage">, memory: Memory, page: number): void {
  getrusage(RUSAGE_THREAD, rusage());
  for (let at = 0; at < memory.length; at += page) memory.bytes[at] = 1;
  getrusage(RUSAGE_THREAD, rusage());
}

/** A datagram from one memory to another, by a socket that sends to itself. */
function sendToSelf(
  { socket, setsockopt, bind, getsockname, sendto, recvfrom, close }: Pick<Calls,
    "socket" | "setsockopt" | "bind" | "getsockname" | "sendto" | "recvfrom" | "close">,
  from: Memory, to: Memory,
): void {
  const s = socket(AF_INET, SOCK_DGRAM, 0);
  const patience = timeval({ tv_sec: 4 });
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, patience, sizeof(patience));
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(s, addr, sizeof(addr));
  getsockname(s, addr, int(sizeof(addr)));
  sendto(s, from, from.length, 0, addr, sizeof(addr));
  recvfrom(s, to, from.length, 0, null, null);
  close(s);
}

/**
 * The third program of note N0: memory without malloc.
 *
 *     char *p = mmap(NULL, 16 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
 *     mincore(p, 16 * page, vec);                  // 0 of 16: nothing is there yet
 *     for (int i = 0; i < 16; i++)
 *         p[i * page] = 1;                         // now it is
 *     madvise(p, 16 * page, MADV_DONTNEED);        // an order, not a hint: p[0] is 0 again
 *     int m = memfd_create("nl", MFD_ALLOW_SEALING);
 *
 * native-shims/memory_explicit.c makes the same calls in C.
 */
export default experiment({
  name: "memory-raw",
  asks: "What does a program get when it asks the kernel for memory?",
  story: `Land is given out in plots of one size, however little you ask for, and at first on paper only: a
    plot is laid out when you first set foot on it. Who says "I do not need this" finds bare ground the next
    time. And two people may be given the same plot under two addresses: what one plants, the other sees.`,
  next: "Then page-mmap: how much is given, and where.",

  run({
    memfd_create, fstat, fstatfs, mmap, munmap, madvise, mincore, getrusage, ftruncate, pread64, fcntl,
    socket, setsockopt, bind, getsockname, sendto, recvfrom, close, attempt,
  }, { scene, look }) {
    scene("file", "Memory with a descriptor is a file. The blocks of its file system are pages.");
    const m = memfd_create(cstring("nl"), MFD_CLOEXEC | MFD_ALLOW_SEALING);
    fstat(m, stat());
    const page = blockSize({ fstatfs }, m);

    scene("map", "One page, one byte, nothing, sixteen pages.");
    const one = mmap(null, page, RW, anonymous, -1, 0);
    const byte = mmap(null, 1, RW, anonymous, -1, 0);
    attempt.mmap(null, 0, RW, anonymous, -1, 0);
    const p = mmap(null, PAGES * page, RW, anonymous, -1, 0);
    mincore(byte, page, buffer(1));

    scene("touch", "Small pages, please. Which of the sixteen are there, before and after a write to each?");
    attempt.madvise(p, PAGES * page, MADV_NOHUGEPAGE);
    mincore(p, PAGES * page, buffer(PAGES));
    touchEach({ getrusage }, p, page);
    mincore(p, PAGES * page, buffer(PAGES));

    scene("drop", "Advice to the kernel: they are not needed.");
    madvise(p, PAGES * page, MADV_DONTNEED);
    mincore(p, PAGES * page, buffer(PAGES));
    look("first byte", p.slice(0, 1));
    attempt.madvise(p.slice(1), page, MADV_DONTNEED);

    scene("share", "The file is mapped twice. Written through one mapping, read through the other.");
    ftruncate(m, 2 * page);
    const view = mmap(null, 2 * page, RW, MAP_SHARED, m, 0);
    const other = mmap(null, 2 * page, RW, MAP_SHARED, m, 0);
    view.bytes.write(TEXT, "latin1");
    look("other view", other.slice(0, TEXT.length));
    pread64(m, buffer(TEXT.length), TEXT.length, 0);

    scene("seal", "Nobody may change its size any more. Nor write?");
    fcntl(m, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    attempt.ftruncate(m, page);
    attempt.fcntl(m, F_ADD_SEALS, F_SEAL_WRITE);

    scene("send", "A datagram from 13 bytes behind a page's start, to 7 bytes behind another's.");
    p.bytes.fill("x", 13, 113);
    const calls = { socket, setsockopt, bind, getsockname, sendto, recvfrom, close };
    sendToSelf(calls, p.slice(13, 113), one.slice(7));

    scene("end");
    for (const it of [one, byte, p, view, other]) munmap(it, it.length);
    close(m);
  },

  claims: [
    claim("memory begins at a page, and comes in whole pages, however little was asked for",
      { file: { fstatfs: 1 }, map: { mmap: 4, mincore: 1 } },
      ({ file: { fstatfs }, map: { mmap: [one, byte, , many], mincore } }) => [
        ...[one, byte, many].map((it) => multiple(it.result, fstatfs.after("buf.f_bsize"))),
        is(byte.before("len"), 1),
        same(mincore.before("len"), fstatfs.after("buf.f_bsize")),
        is(mincore.result, 0),
      ], supports("N0-10")),
    claim("no memory has length 0: EINVAL", { map: { mmap: 4 } }, ({ map: { mmap: [, , none] } }) => [
      is(none.before("len"), 0),
      is(none.errno, "EINVAL"),
    ], supports("N0-10")),
    claim("a page is there from its first touch on, which costs a fault; before that there is none",
      { touch: { mincore: 2, getrusage: 2 } },
      ({ touch: { mincore: [fresh, touched], getrusage: [before, after] } }) => [
        ...each.map((it) => is(fresh.after(it), 0)),
        ...each.map((it) => is(touched.after(it), 1)),
        more(after.after("ru.ru_minflt"), before.after("ru.ru_minflt"), PAGES),
      ], corrects("N0-44")),
    claim("MADV_DONTNEED is an order: the pages are gone, and what was written there reads as 0",
      { drop: { madvise: 2, mincore: 1, "look first byte": 1 } },
      ({ drop: { madvise: [dropped, astray], mincore, "look first byte": first } }) => [
        is(dropped.result, 0),
        ...each.map((it) => is(mincore.after(it), 0)),
        is(first.bytes(), "\0"),
        is(astray.errno, "EINVAL"),
      ], corrects("N0-11")),
    claim("memory of memfd_create is a file without a name: empty at first, and all who map it see the same",
      { file: { fstat: 1 }, share: { ftruncate: 1, mmap: 2, pread64: 1, "look other view": 1 } },
      ({ file: { fstat }, share: { ftruncate, mmap: [one, other], pread64, "look other view": seen } }) => [
        is(fstat.after("statbuf.st_size"), 0),
        is(fstat.after("statbuf.st_nlink"), 0),
        is(ftruncate.result, 0),
        differ(one.result, other.result),
        is(seen.bytes(), TEXT),
        is(pread64.after("buf"), TEXT),
      ], corrects("N0-12")),
    claim("a sealed file keeps its size, and nobody can seal what is mapped to be written",
      { seal: { fcntl: 2, ftruncate: 1 } },
      ({ seal: { fcntl: [sealed, busy], ftruncate } }) => [
        is(sealed.result, 0),
        is(ftruncate.errno, "EPERM"),
        is(busy.errno, "EBUSY"),
      ], corrects("N0-12")),
    claim("madvise wants a page's start; a datagram leaves from anywhere, and arrives anywhere",
      { drop: { madvise: 2 }, send: { sendto: 1, recvfrom: 1 } },
      ({ drop: { madvise: [, astray] }, send: { sendto, recvfrom } }) => [
        is(astray.errno, "EINVAL"),
        is(sendto.result, 100),
        is(recvfrom.after("ubuf"), "x".repeat(100)),
      ], corrects("N0-45")),
  ],
});
