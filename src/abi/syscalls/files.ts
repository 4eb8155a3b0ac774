/**
 * Reading, writing and naming files, and what is done to descriptors: fs/read_write.c, fs/open.c,
 * fs/fcntl.c, fs/ioctl.c and their kin.
 */
import { i32, i64, size_t } from "../../memory/integer.ts";
import { AT, AT_FDCWD, CLOSE_RANGE, F, SEEK } from "../constants/fcntl.ts";
import { fcntlType } from "../fcntl.ts";
import { ioctlRequest, ioctlType } from "../ioctl.ts";
import {
  type Entry, each, fd, from, into, nr, path, scatters, type Typing, unsaid, value, word,
} from "../parameter.ts";
import { iovec } from "../structs/message.ts";
import { stat, statfs } from "../structs/stat.ts";
import { mode, shown, unsigned } from "./number.ts";
import { openFlags, plainFlags, takesMode } from "./open.ts";

const { AT_SYMLINK_NOFOLLOW, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, AT_NO_AUTOMOUNT, AT_EMPTY_PATH } = AT;

const whence = i32.as(SEEK);
const atFlags = i32.flags({
  AT_SYMLINK_NOFOLLOW, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, AT_NO_AUTOMOUNT, AT_EMPTY_PATH,
});
const openMode = (({ flags: it = 0 }) => (takesMode(it) ? mode : unsaid)) satisfies Typing;
const command = i32.as(F);
/** A directory to begin from: a descriptor, or the working directory. */
export const dirfd = shown((it) => ((it | 0) === AT_FDCWD ? "AT_FDCWD" : String(it | 0)));

/**
 * The position of preadv and its kin comes in two registers, of which a machine of 64 bits reads the first
 * alone.
 */
export const files = {
  read:            [nr(0, 63), fd("fd"), into("buf", "count"), value("count", size_t)],
  write:           [nr(1, 64), fd("fd"), from("buf", "count"), value("count", size_t)],
  readv:           [nr(19, 65), fd("fd"), scatters(from("vec", each("vlen", iovec))), value("vlen", size_t)],
  writev:          [nr(20, 66), fd("fd"), from("vec", each("vlen", iovec)), value("vlen", size_t)],
  pread64:         [nr(17, 67), fd("fd"), into("buf", "count"), value("count", size_t), value("pos", i64)],
  pwrite64:        [nr(18, 68), fd("fd"), from("buf", "count"), value("count", size_t), value("pos", i64)],
  preadv:          [nr(295, 69), fd("fd"), scatters(from("vec", each("vlen", iovec))), value("vlen", size_t), value("pos_l", i64), value("pos_h", unsaid)],
  pwritev:         [nr(296, 70), fd("fd"), from("vec", each("vlen", iovec)), value("vlen", size_t), value("pos_l", i64), value("pos_h", unsaid)],
  lseek:           [nr(8, 62), fd("fd"), value("offset", i64), value("whence", whence)],

  open:            [nr(2, null), path("filename"), value("flags", openFlags), value("mode", openMode)],
  openat:          [nr(257, 56), value("dfd", dirfd), path("filename"), value("flags", openFlags), value("mode", openMode)],
  close:           [nr(3, 57), fd("fd")],
  close_range:     [nr(436, 436), value("fd", unsigned), value("max_fd", unsigned), value("flags", i32.flags(CLOSE_RANGE))],
  dup:             [nr(32, 23), fd("fildes")],
  dup2:            [nr(33, null), fd("oldfd"), fd("newfd")],
  dup3:            [nr(292, 24), fd("oldfd"), fd("newfd"), value("flags", plainFlags)],
  fcntl:           [nr(72, 25), fd("fd"), value("cmd", command), word("arg", ({ cmd = 0 }) => fcntlType(cmd))],
  ioctl:           [nr(16, 29), fd("fd"), value("cmd", ioctlRequest), word("arg", ({ cmd = 0 }) => ioctlType(cmd))],

  fstat:           [nr(5, 80), fd("fd"), into("statbuf", stat)],
  stat:            [nr(4, null), path("filename"), into("statbuf", stat)],
  newfstatat:      [nr(262, 79), value("dfd", dirfd), path("filename"), into("statbuf", stat), value("flag", atFlags)],
  statfs:          [nr(137, 43), path("pathname"), into("buf", statfs)],
  fstatfs:         [nr(138, 44), fd("fd"), into("buf", statfs)],
  readlink:        [nr(89, null), path("path"), into("buf", "bufsiz"), value("bufsiz", i32)],
  readlinkat:      [nr(267, 78), value("dfd", dirfd), path("pathname"), into("buf", "bufsiz"), value("bufsiz", i32)],
  getdents64:      [nr(217, 61), fd("fd"), into("dirent", "count"), value("count", unsigned)],
  unlink:          [nr(87, null), path("pathname")],
  unlinkat:        [nr(263, 35), value("dfd", dirfd), path("pathname"), value("flag", atFlags)],
  mkdirat:         [nr(258, 34), value("dfd", dirfd), path("pathname"), value("mode", mode)],
  ftruncate:       [nr(77, 46), fd("fd"), value("length", i64)],
  fsync:           [nr(74, 82), fd("fd")],
  fdatasync:       [nr(75, 83), fd("fd")],
} as const satisfies Readonly<Record<string, Entry>>;
