/**
 * How every close begins: the number is free at once, and the last reference to the file takes the file apart.
 * Up to Linux 6.1 that happens as the call returns to the program (task_work_run); from 6.12 on inside it.
 */
import { entry, hidden, type Step, step } from "../path.ts";
import { BY_6_12, BY_6_18 } from "./changes.ts";

/** From the entry to __fput, which is 2 deep. On 6.12 its caller is called __fput_sync. */
export const letGo: readonly Step[] = [
  entry("close",                              "fs/open.c",       "takes the number out of the registers", { inNote: "sys_close" }),
  hidden(1, "unwatched", "close_fd",          "fs/file.c",       "frees the number, then lets go of the file", { until: BY_6_12 }),
  hidden(2, "unwatched", "filp_close",        "fs/open.c",       "POSIX locks, and who watches the folder: let go of", { until: BY_6_12 }),
  hidden(3, "unwatched", "fput",              "fs/file_table.c", "was this the last reference? Then on the way back", { until: BY_6_12 }),
  hidden(1, "unwatched", "file_close_fd",     "fs/file.c",       "frees the number: from now on it is EBADF", { since: BY_6_12 }),
  hidden(1, "unwatched", "filp_flush",        "fs/open.c",       "lets go of POSIX locks and of who watches the folder", { since: BY_6_12 }),
  hidden(1, "tail call", "fput_close_sync",   "fs/file_table.c", "was this the last reference? Then at once, not later", { since: BY_6_18 }),
  step(2, "__fput",                           "fs/file_table.c", "takes the file apart"),
];
