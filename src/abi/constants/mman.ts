/** Memory: mmap(2), madvise(2), memfd_create(2), mremap(2) and their kin. */

/** prot of mmap(2) and mprotect(2). uapi asm-generic/mman-common.h; BTI and MTE exist on arm64 only. */
export const PROT = {
  PROT_NONE:  0x0, PROT_READ:  0x1, PROT_WRITE:           0x2, PROT_EXEC:          0x4, PROT_SEM: 0x8,
  PROT_BTI:  0x10, PROT_MTE:  0x20, PROT_GROWSDOWN: 0x1000000, PROT_GROWSUP: 0x2000000,
} as const;

/**
 * flags of mmap(2). SHARED, PRIVATE and SHARED_VALIDATE are one choice of three. uapi
 * asm-generic/mman-common.h; 32BIT and ABOVE4G exist on x86 only.
 */
export const MAP = {
  MAP_FILE:                0x0, MAP_SHARED:              0x1, MAP_PRIVATE:              0x2,
  MAP_SHARED_VALIDATE:     0x3, MAP_DROPPABLE:           0x8, MAP_FIXED:               0x10,
  MAP_ANONYMOUS:          0x20, MAP_32BIT:              0x40, MAP_ABOVE4G:             0x80,
  MAP_NORESERVE:        0x4000, MAP_POPULATE:         0x8000, MAP_NONBLOCK:         0x10000,
  MAP_GROWSDOWN:         0x100, MAP_DENYWRITE:         0x800, MAP_EXECUTABLE:        0x1000,
  MAP_LOCKED:           0x2000, MAP_STACK:           0x20000, MAP_HUGETLB:          0x40000,
  MAP_SYNC:            0x80000, MAP_UNINITIALIZED: 0x4000000, MAP_FIXED_NOREPLACE: 0x100000,
} as const;

/**
 * The size of huge page to be or-ed to MAP_HUGETLB: its logarithm, 26 bits up. uapi
 * asm-generic/hugetlb_encode.h, linux/mman.h.
 */
export const MAP_HUGE = {
  MAP_HUGE_16KB:  0x38000000, MAP_HUGE_64KB: 0x40000000, MAP_HUGE_512KB: 0x4c000000,
  MAP_HUGE_1MB:   0x50000000, MAP_HUGE_2MB:  0x54000000, MAP_HUGE_8MB:   0x5c000000,
  MAP_HUGE_16MB:  0x60000000, MAP_HUGE_32MB: 0x64000000, MAP_HUGE_256MB: 0x70000000,
  MAP_HUGE_512MB: 0x74000000, MAP_HUGE_1GB:  0x78000000, MAP_HUGE_2GB:   0x7c000000,
  MAP_HUGE_16GB:  0x88000000,
} as const;

/** Advice of madvise(2), some of it orders. uapi asm-generic/mman-common.h. */
export const MADV = {
  MADV_NORMAL:           0, MADV_RANDOM:            1, MADV_SEQUENTIAL:     2, MADV_WILLNEED:        3,
  MADV_DONTNEED:         4, MADV_FREE:              8, MADV_REMOVE:         9, MADV_DONTFORK:       10,
  MADV_DOFORK:          11, MADV_MERGEABLE:        12, MADV_UNMERGEABLE:   13, MADV_HUGEPAGE:       14,
  MADV_NOHUGEPAGE:      15, MADV_DONTDUMP:         16, MADV_DODUMP:        17, MADV_WIPEONFORK:     18,
  MADV_KEEPONFORK:      19, MADV_COLD:             20, MADV_PAGEOUT:       21, MADV_POPULATE_READ:  22,
  MADV_POPULATE_WRITE:  23, MADV_DONTNEED_LOCKED:  24, MADV_COLLAPSE:      25, MADV_HWPOISON:      100,
  MADV_SOFT_OFFLINE:   101, MADV_GUARD_INSTALL:   102, MADV_GUARD_REMOVE: 103,
} as const;

/** flags of mremap(2). uapi linux/mman.h. */
export const MREMAP = {
  MREMAP_MAYMOVE: 0x1, MREMAP_FIXED: 0x2, MREMAP_DONTUNMAP: 0x4,
} as const;

/** flags of msync(2). uapi asm-generic/mman-common.h. */
export const MS_FLAGS = {
  MS_ASYNC: 0x1, MS_INVALIDATE: 0x2, MS_SYNC: 0x4,
} as const;

/** flags of mlockall(2). uapi asm-generic/mman.h. */
export const MCL = {
  MCL_CURRENT: 0x1, MCL_FUTURE: 0x2, MCL_ONFAULT: 0x4,
} as const;

/** flags of mlock2(2). uapi asm-generic/mman-common.h. */
export const MLOCK = {
  MLOCK_ONFAULT: 0x1,
} as const;

/** flags of memfd_create(2). uapi linux/memfd.h. */
export const MFD = {
  MFD_CLOEXEC: 0x1, MFD_ALLOW_SEALING: 0x2, MFD_HUGETLB: 0x4, MFD_NOEXEC_SEAL: 0x8, MFD_EXEC: 0x10,
} as const;

/** Sizes for MFD_HUGETLB, the same numbers as MAP_HUGE_*. uapi linux/memfd.h. */
export const MFD_HUGE = {
  MFD_HUGE_64KB: 0x40000000, MFD_HUGE_512KB: 0x4c000000, MFD_HUGE_1MB:   0x50000000,
  MFD_HUGE_2MB:  0x54000000, MFD_HUGE_8MB:   0x5c000000, MFD_HUGE_16MB:  0x60000000,
  MFD_HUGE_32MB: 0x64000000, MFD_HUGE_256MB: 0x70000000, MFD_HUGE_512MB: 0x74000000,
  MFD_HUGE_1GB:  0x78000000, MFD_HUGE_2GB:   0x7c000000, MFD_HUGE_16GB:  0x88000000,
} as const;

/** Where the logarithm of a huge page size begins in flags. uapi asm-generic/hugetlb_encode.h. */
export const MAP_HUGE_SHIFT = 26;

export const {
  PROT_NONE, PROT_READ, PROT_WRITE, PROT_EXEC, PROT_SEM, PROT_BTI, PROT_MTE, PROT_GROWSDOWN, PROT_GROWSUP,
} = PROT;
export const {
  MAP_FILE, MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE, MAP_DROPPABLE, MAP_FIXED, MAP_ANONYMOUS, MAP_32BIT,
  MAP_ABOVE4G, MAP_NORESERVE, MAP_POPULATE, MAP_NONBLOCK, MAP_GROWSDOWN, MAP_DENYWRITE, MAP_EXECUTABLE,
  MAP_LOCKED, MAP_STACK, MAP_HUGETLB, MAP_SYNC, MAP_UNINITIALIZED, MAP_FIXED_NOREPLACE,
} = MAP;
export const {
  MAP_HUGE_16KB, MAP_HUGE_64KB, MAP_HUGE_512KB, MAP_HUGE_1MB, MAP_HUGE_2MB, MAP_HUGE_8MB, MAP_HUGE_16MB,
  MAP_HUGE_32MB, MAP_HUGE_256MB, MAP_HUGE_512MB, MAP_HUGE_1GB, MAP_HUGE_2GB, MAP_HUGE_16GB,
} = MAP_HUGE;
export const {
  MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE, MADV_REMOVE,
  MADV_DONTFORK, MADV_DOFORK, MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP,
  MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK, MADV_COLD, MADV_PAGEOUT, MADV_POPULATE_READ,
  MADV_POPULATE_WRITE, MADV_DONTNEED_LOCKED, MADV_COLLAPSE, MADV_HWPOISON, MADV_SOFT_OFFLINE,
  MADV_GUARD_INSTALL, MADV_GUARD_REMOVE,
} = MADV;
export const { MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP } = MREMAP;
export const { MS_ASYNC, MS_INVALIDATE, MS_SYNC } = MS_FLAGS;
export const { MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT } = MCL;
export const { MLOCK_ONFAULT } = MLOCK;
export const { MFD_CLOEXEC, MFD_ALLOW_SEALING, MFD_HUGETLB, MFD_NOEXEC_SEAL, MFD_EXEC } = MFD;
export const {
  MFD_HUGE_64KB, MFD_HUGE_512KB, MFD_HUGE_1MB, MFD_HUGE_2MB, MFD_HUGE_8MB, MFD_HUGE_16MB, MFD_HUGE_32MB,
  MFD_HUGE_256MB, MFD_HUGE_512MB, MFD_HUGE_1GB, MFD_HUGE_2GB, MFD_HUGE_16GB,
} = MFD_HUGE;
