/** The auxiliary vector, what the kernel tells a program when it starts it: getauxval(3), proc_pid_auxv(5). */

/** a_type of an entry. uapi linux/auxvec.h; SYSINFO_EHDR and MINSIGSTKSZ from the asm/auxvec.h of both machines. */
export const AUXV = {
  AT_NULL:          0, AT_IGNORE:      1, AT_EXECFD:      2, AT_PHDR:           3, AT_PHENT:             4,
  AT_PHNUM:         5, AT_PAGESZ:      6, AT_BASE:        7, AT_FLAGS:          8, AT_ENTRY:             9,
  AT_NOTELF:       10, AT_UID:        11, AT_EUID:       12, AT_GID:           13, AT_EGID:             14,
  AT_PLATFORM:     15, AT_HWCAP:      16, AT_CLKTCK:     17, AT_SECURE:        23, AT_BASE_PLATFORM:    24,
  AT_RANDOM:       25, AT_HWCAP2:     26, AT_EXECFN:       31, AT_SYSINFO_EHDR: 33, AT_MINSIGSTKSZ:     51,
} as const;

export const {
  AT_NULL, AT_IGNORE, AT_EXECFD, AT_PHDR, AT_PHENT, AT_PHNUM, AT_PAGESZ, AT_BASE, AT_FLAGS, AT_ENTRY, AT_NOTELF, AT_UID,
  AT_EUID, AT_GID, AT_EGID, AT_PLATFORM, AT_HWCAP, AT_CLKTCK, AT_SECURE, AT_BASE_PLATFORM, AT_RANDOM, AT_HWCAP2,
  AT_EXECFN, AT_SYSINFO_EHDR, AT_MINSIGSTKSZ,
} = AUXV;
