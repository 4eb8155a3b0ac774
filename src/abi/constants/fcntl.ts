/** Descriptors and files: open(2), fcntl(2), lseek(2), and the modes of fstat(2). */

import process from "node:process";

/**
 * The access mode, not a set of flags: the two low bits, and their mask. uapi asm-generic/fcntl.h, open(2).
 */
export const O_ACC = {
  O_RDONLY: 0o0, O_WRONLY: 0o1, O_RDWR: 0o2, O_ACCMODE: 0o3,
} as const;

/**
 * Flags of open(2) on x86-64, as asm-generic has them. O_SYNC stands before O_DSYNC and O_TMPFILE before
 * O_DIRECTORY, for each holds the other: who takes flags apart goes from first to last. The kernel says
 * FASYNC, libc O_ASYNC. uapi asm-generic/fcntl.h.
 */
export const O_X64 = {
  O_CREAT:         0o100, O_EXCL:           0o200, O_NOCTTY:        0o400, O_TRUNC:          0o1000,
  O_APPEND:       0o2000, O_NONBLOCK:      0o4000, O_NDELAY:       0o4000, O_SYNC:        0o4010000,
  __O_SYNC:    0o4000000, O_DSYNC:        0o10000, O_DIRECT:      0o40000, O_LARGEFILE:    0o100000,
  O_NOFOLLOW:   0o400000, O_NOATIME:    0o1000000, O_CLOEXEC:   0o2000000, O_PATH:       0o10000000,
  O_TMPFILE:  0o20200000, __O_TMPFILE: 0o20000000, O_DIRECTORY:  0o200000, O_EMPTYPATH: 0o400000000,
  FASYNC:        0o20000, O_ASYNC:        0o20000,
} as const;

/** The same on arm64, where five names have other numbers. arch/arm64 uapi asm/fcntl.h. */
export const O_ARM64 = {
  ...O_X64,
  O_DIRECT:    0o200000, O_LARGEFILE: 0o400000, O_NOFOLLOW: 0o100000, O_TMPFILE: 0o20040000,
  O_DIRECTORY:  0o40000,
} as const;

/**
 * Flags of open(2), and of F_GETFL and F_SETFL, where this process runs. Of a saved run: ask its machine.
 * open(2).
 */
export const O = process.arch === "arm64" ? O_ARM64 : O_X64;

/**
 * Commands of fcntl(2). uapi asm-generic/fcntl.h and linux/fcntl.h; GETLK, SETLK and SETLKW are those of
 * 64-bit machines.
 */
export const F = {
  F_DUPFD:               0, F_GETFD:          1, F_SETFD:            2, F_GETFL:               3,
  F_SETFL:               4, F_GETLK:          5, F_SETLK:            6, F_SETLKW:              7,
  F_SETOWN:              8, F_GETOWN:         9, F_SETSIG:          10, F_GETSIG:             11,
  F_SETOWN_EX:          15, F_GETOWN_EX:     16, F_GETOWNER_UIDS:   17, F_OFD_GETLK:          36,
  F_OFD_SETLK:          37, F_OFD_SETLKW:    38, F_SETLEASE:      1024, F_GETLEASE:         1025,
  F_NOTIFY:           1026, F_DUPFD_QUERY: 1027, F_CREATED_QUERY: 1028, F_CANCELLK:         1029,
  F_DUPFD_CLOEXEC:    1030, F_SETPIPE_SZ:  1031, F_GETPIPE_SZ:    1032, F_ADD_SEALS:        1033,
  F_GET_SEALS:        1034, F_GET_RW_HINT: 1035, F_SET_RW_HINT:   1036, F_GET_FILE_RW_HINT: 1037,
  F_SET_FILE_RW_HINT: 1038, F_GETDELEG:    1039, F_SETDELEG:      1040,
} as const;

/** type of a struct f_owner_ex. uapi asm-generic/fcntl.h, fcntl(2). */
export const F_OWNER = {
  F_OWNER_TID: 0, F_OWNER_PID: 1, F_OWNER_PGRP: 2,
} as const;

/** l_type of a struct flock. uapi asm-generic/fcntl.h. */
export const F_LCK = {
  F_RDLCK: 0, F_WRLCK: 1, F_UNLCK: 2,
} as const;

/** What F_ADD_SEALS forbids to a memfd. uapi linux/fcntl.h, memfd_create(2). */
export const F_SEAL = {
  F_SEAL_SEAL:  0x1, F_SEAL_SHRINK: 0x2, F_SEAL_GROW: 0x4, F_SEAL_WRITE: 0x8, F_SEAL_FUTURE_WRITE: 0x10,
  F_SEAL_EXEC: 0x20,
} as const;

/** Flags of a descriptor: F_GETFD, F_SETFD. uapi asm-generic/fcntl.h. */
export const FD = {
  FD_CLOEXEC: 1,
} as const;

/** Flags of close_range(2). uapi linux/close_range.h. */
export const CLOSE_RANGE = {
  CLOSE_RANGE_UNSHARE: 0x2, CLOSE_RANGE_CLOEXEC: 0x4,
} as const;

/**
 * Flags of the calls whose names end in at. AT_REMOVEDIR belongs to unlinkat, AT_EACCESS to faccessat,
 * AT_HANDLE_FID to name_to_handle_at. uapi linux/fcntl.h, openat(2).
 */
export const AT = {
  AT_SYMLINK_NOFOLLOW:  0x100, AT_REMOVEDIR:        0x200, AT_EACCESS:        0x200, AT_HANDLE_FID:  0x200,
  AT_SYMLINK_FOLLOW:    0x400, AT_NO_AUTOMOUNT:     0x800, AT_EMPTY_PATH:    0x1000, AT_RECURSIVE:  0x8000,
  AT_STATX_FORCE_SYNC: 0x2000, AT_STATX_DONT_SYNC: 0x4000, AT_EXECVE_CHECK: 0x10000,
} as const;

/** The directory that the process is in, where such a call wants a descriptor. uapi linux/fcntl.h. */
export const AT_FDCWD = -100;

/** whence of lseek(2). uapi linux/fs.h. */
export const SEEK = {
  SEEK_SET: 0, SEEK_CUR: 1, SEEK_END: 2, SEEK_DATA: 3, SEEK_HOLE: 4,
} as const;

/** Operations of flock(2). uapi asm-generic/fcntl.h. */
export const LOCK = {
  LOCK_SH: 0x1, LOCK_EX: 0x2, LOCK_NB: 0x4, LOCK_UN: 0x8,
} as const;

/** What a file is: st_mode under the mask S_IFMT. uapi linux/stat.h, inode(7). */
export const S_IF = {
  S_IFSOCK: 0o140000, S_IFLNK: 0o120000, S_IFREG: 0o100000, S_IFBLK: 0o60000, S_IFDIR: 0o40000,
  S_IFCHR:   0o20000, S_IFIFO:  0o10000, S_IFMT:  0o170000,
} as const;

/** Who may do what with it: the other twelve bits. uapi linux/stat.h, inode(7). */
export const S_MODE = {
  S_ISUID: 0o4000, S_ISGID: 0o2000, S_ISVTX: 0o1000, S_IRWXU: 0o700, S_IRUSR: 0o400, S_IWUSR: 0o200,
  S_IXUSR:  0o100, S_IRWXG:   0o70, S_IRGRP:   0o40, S_IWGRP:  0o20, S_IXGRP:  0o10, S_IRWXO:   0o7,
  S_IROTH:    0o4, S_IWOTH:    0o2, S_IXOTH:    0o1,
} as const;

export const { O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE } = O_ACC;
export const {
  F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, F_SETOWN, F_GETOWN, F_SETSIG,
  F_GETSIG, F_SETOWN_EX, F_GETOWN_EX, F_GETOWNER_UIDS, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE,
  F_GETLEASE, F_NOTIFY, F_DUPFD_QUERY, F_CREATED_QUERY, F_CANCELLK, F_DUPFD_CLOEXEC, F_SETPIPE_SZ,
  F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS, F_GET_RW_HINT, F_SET_RW_HINT, F_GET_FILE_RW_HINT,
  F_SET_FILE_RW_HINT, F_GETDELEG, F_SETDELEG,
} = F;
export const { F_OWNER_TID, F_OWNER_PID, F_OWNER_PGRP } = F_OWNER;
export const { F_RDLCK, F_WRLCK, F_UNLCK } = F_LCK;
export const {
  F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE, F_SEAL_FUTURE_WRITE, F_SEAL_EXEC,
} = F_SEAL;
export const { FD_CLOEXEC } = FD;
export const { CLOSE_RANGE_UNSHARE, CLOSE_RANGE_CLOEXEC } = CLOSE_RANGE;
export const {
  AT_SYMLINK_NOFOLLOW, AT_REMOVEDIR, AT_EACCESS, AT_HANDLE_FID, AT_SYMLINK_FOLLOW, AT_NO_AUTOMOUNT,
  AT_EMPTY_PATH, AT_RECURSIVE, AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC, AT_EXECVE_CHECK,
} = AT;
export const { SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE } = SEEK;
export const { LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN } = LOCK;
export const { S_IFSOCK, S_IFLNK, S_IFREG, S_IFBLK, S_IFDIR, S_IFCHR, S_IFIFO, S_IFMT } = S_IF;
export const {
  S_ISUID, S_ISGID, S_ISVTX, S_IRWXU, S_IRUSR, S_IWUSR, S_IXUSR, S_IRWXG, S_IRGRP, S_IWGRP, S_IXGRP, S_IRWXO,
  S_IROTH, S_IWOTH, S_IXOTH,
} = S_MODE;
export const {
  O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_NONBLOCK, O_NDELAY, O_SYNC, __O_SYNC, O_DSYNC, O_DIRECT,
  O_LARGEFILE, O_NOFOLLOW, O_NOATIME, O_CLOEXEC, O_PATH, O_TMPFILE, __O_TMPFILE, O_DIRECTORY, O_EMPTYPATH,
  FASYNC, O_ASYNC,
} = O;
