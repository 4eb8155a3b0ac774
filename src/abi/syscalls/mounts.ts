/** Mounting through descriptors: fs/fsopen.c, fs/namespace.c. A detached mount shows a namespace's own /sys or tracefs to one process alone. */
import { i32 } from "../../memory/integer.ts";
import { FSCONFIG, FSMOUNT, FSOPEN, FSPICK, MOUNT_ATTR, MOVE_MOUNT, OPEN_TREE } from "../constants/mount.ts";
import { type Entry, fd, nr, path, value } from "../parameter.ts";
import { dirfd } from "./files.ts";

export const mounts = {
  fsopen:     [nr(430, 430), path("_fs_name"), value("flags", i32.flags(FSOPEN))],
  fsconfig:   [nr(431, 431), fd("fd"), value("cmd", i32.as(FSCONFIG)), path("_key"), path("_value"), value("aux", dirfd)],
  fsmount:    [nr(432, 432), fd("fs_fd"), value("flags", i32.flags(FSMOUNT)), value("attr_flags", i32.flags(MOUNT_ATTR))],
  fspick:     [nr(433, 433), value("dfd", dirfd), path("path"), value("flags", i32.flags(FSPICK))],
  open_tree:  [nr(428, 428), value("dfd", dirfd), path("filename"), value("flags", i32.flags(OPEN_TREE))],
  move_mount: [nr(429, 429), value("from_dfd", dirfd), path("from_pathname"), value("to_dfd", dirfd), path("to_pathname"), value("flags", i32.flags(MOVE_MOUNT))],
} as const satisfies Readonly<Record<string, Entry>>;
