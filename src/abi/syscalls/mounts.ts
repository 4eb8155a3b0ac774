/**
 * Mounting: fs/namespace.c, and through descriptors fs/fsopen.c. A detached mount shows a namespace's own
 * /sys or tracefs to one process alone.
 */
import { i32 } from "../../memory/integer.ts";
import { AT } from "../constants/fcntl.ts";
import {
  FSCONFIG, FSMOUNT, FSOPEN, FSPICK, MOUNT_ATTR, MOVE_MOUNT, MS, OPEN_TREE, UMOUNT,
} from "../constants/mount.ts";
import { type Entry, fd, nr, path, type Typing, value } from "../parameter.ts";
import { dirfd } from "./files.ts";
import { flags } from "./number.ts";

const { AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_EMPTY_PATH, AT_RECURSIVE } = AT;
/** RELATIME is no bit, but the absence of two. */
const { MOUNT_ATTR_RELATIME: _, ...ATTRIBUTES } = MOUNT_ATTR;
const attributes = i32.flags(ATTRIBUTES);
const treeFlags = flags(
  { ...OPEN_TREE, AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_EMPTY_PATH, AT_RECURSIVE }, "OPEN_TREE_",
);
const PATHS: readonly number[] = [FSCONFIG.FSCONFIG_SET_PATH, FSCONFIG.FSCONFIG_SET_PATH_EMPTY];
const aux = (({ cmd = 0 }) => (PATHS.includes(cmd) ? dirfd : i32)) satisfies Typing;

export const mounts = {
  mount:      [nr(165, 40), path("dev_name"), path("dir_name"), path("type"), value("flags", i32.flags(MS)), path("data")],
  umount2:    [nr(166, 39), path("name"), value("flags", flags(UMOUNT, "MNT_"))],
  fsopen:     [nr(430, 430), path("_fs_name"), value("flags", i32.flags(FSOPEN))],
  fsconfig:   [nr(431, 431), fd("fd"), value("cmd", i32.as(FSCONFIG)), path("_key"), path("_value"), value("aux", aux)],
  fsmount:    [nr(432, 432), fd("fs_fd"), value("flags", i32.flags(FSMOUNT)), value("attr_flags", attributes)],
  fspick:     [nr(433, 433), value("dfd", dirfd), path("path"), value("flags", i32.flags(FSPICK))],
  open_tree:  [nr(428, 428), value("dfd", dirfd), path("filename"), value("flags", treeFlags)],
  move_mount: [nr(429, 429), value("from_dfd", dirfd), path("from_pathname"), value("to_dfd", dirfd), path("to_pathname"), value("flags", i32.flags(MOVE_MOUNT))],
} as const satisfies Readonly<Record<string, Entry>>;
