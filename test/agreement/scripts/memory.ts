/** Address space. */
import {
  MAP_ANONYMOUS, MAP_FIXED, MAP_POPULATE, MAP_PRIVATE, MAP_SHARED, MFD_CLOEXEC, MREMAP_FIXED, MREMAP_MAYMOVE, MS_SYNC, PROT_EXEC, PROT_NONE, PROT_READ, PROT_WRITE,
} from "../../../src/abi/constants/mman.ts";
import { buffer, cstring, wild } from "../../../src/memory/memory.ts";
import type { Calls } from "../../../src/sys/calls.ts";

export function memory({ mmap, munmap, mprotect, mremap, mincore, mlock, munlock, msync, memfd_create, ftruncate, close, attempt }: Calls): void {
  const a = mmap(null, 16_384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  a.bytes[0] = 1;
  mincore(a, 16_384, buffer(4));
  mincore(a, 1, buffer(4));
  attempt.mincore(a, 16_384, wild(0x1000));
  attempt.mincore(wild(0x1000), 4096, buffer(4));
  mlock(a, 4096);
  munlock(a, 4096);
  for (const it of [0, 4, 14, 15, 22, 23, 8]) attempt.madvise(a, 4096, it);
  attempt.madvise(a, 4096, 999);
  mprotect(a, 16_384, PROT_NONE);
  mprotect(a, 16_384, PROT_READ | PROT_EXEC);
  attempt.mprotect(wild(0x1000), 4096, PROT_READ | 0x100);
  mprotect(a, 16_384, PROT_READ | PROT_WRITE);
  const fresh = mmap(null, 16_384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const b = mremap(fresh, 16_384, 65_536, MREMAP_MAYMOVE, 0);
  attempt.mremap(b, 65_536, 32_768, 0, 0);
  attempt.mremap(b, 4096, 4096, MREMAP_FIXED, 0x1000);
  munmap(b, 32_768);
  attempt.munmap(wild(1), 4096);
  const m = memfd_create(cstring("shared"), MFD_CLOEXEC);
  ftruncate(m, 8192);
  const c = mmap(null, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, m, 0);
  const d = mmap(null, 4096, PROT_READ, MAP_PRIVATE, m, 4096);
  msync(c, 8192, MS_SYNC);
  attempt.msync(c, 8192, 3);
  attempt.mmap(null, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  attempt.mmap(null, 4096, PROT_READ, 0, -1, 0);
  attempt.mmap(wild(0x1000), 4096, PROT_READ, MAP_FIXED | MAP_SHARED | 0x40000 | (21 << 26), -1, 0);
  attempt.mmap(null, 4096, PROT_READ, 0x800000 | MAP_PRIVATE, -1, 0);
  attempt.mmap(null, 4096, 0x10_0000, MAP_PRIVATE, 77, 0x7000);
  munmap(c, 8192);
  munmap(d, 4096);
  close(m);
}
