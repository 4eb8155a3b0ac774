/** Limits and usage of a process, from <linux/resource.h>. */
import { exact, i64, u64, type WideInteger } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { RLIM_INFINITY } from "../constants/resource.ts";
import { timeval } from "./time.ts";

/** A limit; whole kibibytes are shown as such, as strace does. */
const limit: WideInteger = {
  ...u64,
  show(it) {
    if (BigInt(it) === RLIM_INFINITY) return "RLIM64_INFINITY";
    return BigInt(it) > 1024n && BigInt(it) % 1024n === 0n ? `${exact(BigInt(it) / 1024n)}*1024` : String(it);
  },
};

/**
 * What a process may use: rlim_cur it may raise itself, up to rlim_max. 16 bytes; prlimit64's rlimit64 is
 * the same.
 */
export const rlimit = struct("rlimit", 16, {
  rlim_cur: [0, limit],
  rlim_max: [8, limit],
});

/** What a process used, 144 bytes. Linux fills in less than half of it; ru_maxrss is in KiB. */
export const rusage = struct("rusage", 144, {
  ru_utime:    [0, timeval],
  ru_stime:    [16, timeval],
  ru_maxrss:   [32, i64],
  ru_ixrss:    [40, i64],
  ru_idrss:    [48, i64],
  ru_isrss:    [56, i64],
  ru_minflt:   [64, i64],
  ru_majflt:   [72, i64],
  ru_nswap:    [80, i64],
  ru_inblock:  [88, i64],
  ru_oublock:  [96, i64],
  ru_msgsnd:   [104, i64],
  ru_msgrcv:   [112, i64],
  ru_nsignals: [120, i64],
  ru_nvcsw:    [128, i64],
  ru_nivcsw:   [136, i64],
});
