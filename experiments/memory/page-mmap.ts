import { AT_PAGESZ } from "../../src/abi/constants/auxvec.ts";
import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import {
  MAP_ANONYMOUS, MAP_FIXED, MAP_PRIVATE, MFD_CLOEXEC, PROT_NONE, PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import { AF_UNIX, MSG_DONTWAIT, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { Elf64_auxv_t } from "../../src/abi/structs/auxv.ts";
import { atLeast, is, multiple, same } from "../../src/lab/check.ts";
import { all, claim, corrects, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { i32 } from "../../src/memory/integer.ts";
import { buffer, cstring, wild } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const [RW, ANON] = [PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS];

/**
 * mmap deals in pages, whatever length it is asked for.
 *
 *     fence = mmap(NULL, n * page, PROT_NONE, …);            // room that nobody may touch
 *     p = mmap(fence, 1, PROT_READ | PROT_WRITE, MAP_FIXED | …);   // one byte, please
 *     write(fd, p, n * page);                                // one page, all zeros; there the fence begins
 */
export default experiment({
  name: "page-mmap",
  asks: "A program asks mmap for one byte: what does it get?",
  story: `A warehouse lets floor space by the room, never by the square foot. Who needs one square foot gets
    a whole empty room, and its door is where the warehouse has a door. How large a room is, the warehouse
    says: 4096 bytes on most machines, 16 or 64 KiB on some. A locked room is no disaster: the porter who is
    sent there with a trolley comes back and says so.`,
  parameters: { length: { is: "bytes asked for", default: 1, from: 1, to: 262_144 } },
  next: `--set length=5000 takes two pages of 4096. Then page-faults: when the kernel looks for memory to
    put behind them.`,

  run({
    openat, read, close, mmap, munmap, memfd_create, write, pread64, socketpair, attempt,
  }, { scene, times, set }) {
    scene("page", "How large is a page here? The kernel told the program when it started it.");
    const auxv = openat(AT_FDCWD, cstring("/proc/self/auxv"), O_RDONLY, 0);
    const entry = Elf64_auxv_t();
    while (read(auxv, entry, sizeof(entry)) > 0) if (entry.a_type === AT_PAGESZ) break;
    close(auxv);
    const page = Number(entry.a_val);

    scene("lengths", "One byte, one more than a page, one more than two pages.");
    const some = [1, page + 1, 2 * page + 1].map((it) => mmap(0, it, RW, ANON, -1, 0));
    some.map((it) => munmap(it, it.length));

    scene("fenced", "Inside a range that nobody may touch, its beginning is opened: so many bytes of it.");
    const whole = Math.ceil(set.length / page) * page;
    const fence = mmap(0, whole + page, PROT_NONE, ANON, -1, 0);
    mmap(fence, set.length, RW, ANON | MAP_FIXED, -1, 0);

    scene("extent", "How far does it go, and what is in it? The kernel is told to store all, and the fence.");
    const [start, end] = [wild(fence.address), fence.address + whole];
    const file = memfd_create(cstring("pages"), MFD_CLOEXEC);
    write(file, start, whole + page);
    const buf = buffer(page);
    times("read back", whole / page, (n) => pread64(file, buf, page, n * page));

    scene("locked", "Calls are given memory behind the fence, and memory that reaches into it.");
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    const [a = 0, b = 0] = pair.value;
    attempt.sendto(a, wild(end), 10, 0, null, 0);
    attempt.write(a, wild(end - 100), 200);
    attempt.recvfrom(b, buffer(200), 200, MSG_DONTWAIT, null, null);
    attempt.pread64(file, wild(end), 10, 0);

    scene("refused", "No bytes at all; an address, and an offset, that are in the middle of a page.");
    attempt.mmap(0, 0, RW, ANON, -1, 0);
    attempt.mmap(fence.address + page / 2, 1, RW, ANON | MAP_FIXED, -1, 0);
    attempt.mmap(0, page, RW, ANON, -1, page / 2);

    scene("hint", "Without MAP_FIXED the address is only a wish.");
    munmap(fence, whole + page);
    const wished = mmap(fence.address + page / 2, 1, RW, ANON, -1, 0);
    munmap(wished, 1);
    for (const fd of [file, a, b]) close(fd);
  },

  claims: [
    claim("how large a page is, the kernel tells a program when it starts it; MAP_FIXED takes no half of one",
      { page: { read: all }, refused: { mmap: 3 } },
      ({ page: { read: { each } }, refused: { mmap: [, half] } }) => [
        is(each.at(-1)!.after("buf.a_type"), AT_PAGESZ),
        atLeast(each.at(-1)!.after("buf.a_val"), 4096),
        is(half.errno, "EINVAL"),
      ], corrects("N0-29")),
    claim("whatever the length, the address that mmap returns is a multiple of the page size",
      { page: { read: all }, lengths: { mmap: 3 } },
      ({ page: { read: { each } }, lengths: { mmap: some } }) =>
        some.map((it) => multiple(it.result, each.at(-1)!.after("buf.a_val"))), supports("N0-10")),
    claim("it hands out whole pages, full of zeros, however few bytes were asked for",
      { page: { read: all }, fenced: { mmap: 2 }, extent: { write: 1, pread64: sum } },
      ({
        page: { read: { each } }, fenced: { mmap: [fence, opened] }, extent: { write, pread64: back },
      }, seen) => {
        const page = Number(each.at(-1)!.after("buf.a_val").value);
        const whole = Math.ceil(seen.set("length") / page) * page;
        return [
          same(opened.result, fence.result),
          is(opened.before("len"), seen.set("length")),
          is(write.before("count"), whole + page),
          is(write.result, whole),
          is(back.bytes, [["\0", whole]]),
        ];
      }, supports("N0-10")),
    claim("memory that may not be touched is EFAULT for the call that is given it, and no more than that",
      { locked: { sendto: 1, write: 1, recvfrom: 1, pread64: 1 } },
      ({ locked: { sendto: behind, write: across, recvfrom, pread64 } }) => [
        is(behind.errno, "EFAULT"),
        is(across.errno, "EFAULT"),
        is(recvfrom.errno, "EAGAIN"),
        is(pread64.errno, "EFAULT"),
      ]),
    claim("no length, or an address or offset within a page: EINVAL", { refused: { mmap: 3 } },
      ({ refused: { mmap: [none, address, offset] } }) => [
        is(none.errno, "EINVAL"),
        is(address.errno, "EINVAL"),
        is(offset.errno, "EINVAL"),
      ], supports("N0-10")),
    claim("a wish within a page is no error, and still gets a multiple of the page size",
      { page: { read: all }, hint: { mmap: 1 } },
      ({ page: { read: { each } }, hint: { mmap } }) =>
        [multiple(mmap.result, each.at(-1)!.after("buf.a_val"))], supports("N0-10")),
  ],
});
