/** What the kernel says of files, from <asm/stat.h> and <asm/statfs.h>. stat differs by machine. */
import { array } from "../../memory/array.ts";
import { type Integer, i32, i64, u32, u64, type Wide, type WideInteger } from "../../memory/integer.ts";
import { layouts } from "../../memory/layouts.ts";
import { struct, type View, variant } from "../../memory/struct.ts";
import { S_IF, S_MODE } from "../constants/fcntl.ts";

const SPECIAL = ["S_ISUID", "S_ISGID", "S_ISVTX"] as const;

/** The kind of a file, then its rights in octal: S_IFREG|0644. */
const mode: Integer = {
  ...u32,
  show(it) {
    const kind = it & S_IF.S_IFMT;
    const known = Object.entries(S_IF).find(([, value]) => value === kind)?.[0];
    const special = SPECIAL.filter((name) => it & S_MODE[name]);
    const rights = `0${(it & 0o777).toString(8).padStart(3, "0")}`;
    return [known ?? `0${kind.toString(8)}`, ...special, rights].join("|");
  },
};
const hex = (it: bigint): string => (it === 0n ? "0" : `0x${it.toString(16)}`);
/** A device: the kernel's packing of its two numbers, undone. */
const device: WideInteger = {
  ...u64,
  show(value: Wide) {
    const it = BigInt(value);
    const major = ((it >> 8n) & 0xfffn) | ((it >> 32n) & ~0xfffn);
    const minor = (it & 0xffn) | ((it >> 12n) & 0xffff_ff00n);
    return `makedev(${hex(major)}, ${hex(minor)})`;
  },
};

/** strace says this much of a file when it is not asked for more. */
function show({ st_mode, st_size, st_rdev }: View): string {
  const isDevice = [S_IF.S_IFCHR, S_IF.S_IFBLK].some((kind) => (st_mode & S_IF.S_IFMT) === kind);
  const what = isDevice ? `st_rdev=${device.show(st_rdev)}` : `st_size=${st_size}`;
  return `{st_mode=${mode.show(st_mode)}, ${what}, ...}`;
}

/** The times are in the same places on both machines, from byte 72. */
const times = {
  st_atime: [72, i64], st_atime_nsec: [80, u64],
  st_mtime: [88, i64], st_mtime_nsec: [96, u64],
  st_ctime: [104, i64], st_ctime_nsec: [112, u64],
} as const;

/** x86-64: 144 bytes. */
const x64 = variant("stat", 144, {
  st_dev:     [0, device],
  st_ino:     [8, u64],
  st_nlink:   [16, u64],
  st_mode:    [24, mode],
  st_uid:     [28, u32],
  st_gid:     [32, u32],
  __pad0:     [36, u32],
  st_rdev:    [40, device],
  st_size:    [48, i64],
  st_blksize: [56, i64],
  st_blocks:  [64, i64],
  ...times,
  __unused:   [120, array(i64, 3)],
}, { show });

/** arm64, and most machines that came later: 128 bytes. */
const arm64 = variant("stat", 128, {
  st_dev:     [0, device],
  st_ino:     [8, u64],
  st_mode:    [16, mode],
  st_nlink:   [20, u32],
  st_uid:     [24, u32],
  st_gid:     [28, u32],
  st_rdev:    [32, device],
  __pad1:     [40, u64],
  st_size:    [48, i64],
  st_blksize: [56, i32],
  __pad2:     [60, i32],
  st_blocks:  [64, i64],
  ...times,
  __unused4:  [120, u32],
  __unused5:  [124, u32],
}, { show });

/** The layout of a machine: that which made the calls, where a history is read on another. */
export const statOn = (arch: string): typeof x64 | typeof arm64 => (arch === "arm64" ? arm64 : x64);
/** The layout of so many bytes: each machine's has a size of its own. Null for another size. */
export const statOf = (length: number): typeof x64 | typeof arm64 | null =>
  [x64, arm64].find((it) => it.size === length) ?? null;
/** As this machine has it: fstat, newfstatat. */
export const stat = statOn(process.arch);
layouts.set("stat", stat);

/** A file system, 120 bytes on both machines: statfs, fstatfs. */
export const statfs = struct("statfs", 120, {
  f_type:    [0, u64.hex()],
  f_bsize:   [8, i64],
  f_blocks:  [16, u64],
  f_bfree:   [24, u64],
  f_bavail:  [32, u64],
  f_files:   [40, u64],
  f_ffree:   [48, u64],
  f_fsid:    [56, array(i32, 2)],
  f_namelen: [64, i64],
  f_frsize:  [72, i64],
  f_flags:   [80, u64.hex()],
  f_spare:   [88, array(i64, 4)],
});
