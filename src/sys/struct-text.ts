/**
 * Structs that strace writes otherwise than field by field: it leaves out most of the large ones (`...`), and
 * orders those of io_uring by who fills them in. By the struct's tag; a struct that is not here shows itself.
 */
import { IORING_SETUP_ATTACH_WQ } from "../abi/constants/io_uring.ts";
import {
  PERF_ATTR_SIZE, PERF_COUNT_SW, PERF_TYPE_SOFTWARE, PERF_TYPE_TRACEPOINT,
} from "../abi/constants/perf_event.ts";
import { io_cqring_offsets, io_sqring_offsets, io_uring_params } from "../abi/structs/io_uring.ts";
import { perf_event_attr } from "../abi/structs/perf.ts";
import { rusage } from "../abi/structs/resource.ts";
import { statfs } from "../abi/structs/stat.ts";
import { utsname } from "../abi/structs/utsname.ts";
import { flagged, type Names, named } from "../memory/integer.ts";
import type { Memory } from "../memory/memory.ts";
import type { AnyStruct, View } from "../memory/struct.ts";
import { fieldsText } from "./memory-text.ts";

type Say = (view: View, failed: boolean) => string;

/** Fields by name, each as its own type shows it. */
const fields = (layout: AnyStruct, view: View, names: readonly string[]): readonly string[] =>
  names.map((name) => `${name}=${layout.fields.find((it) => it.name === name)!.type.show(view[name])}`);
const hex = (it: number): string => (it === 0 ? "0" : `0x${it.toString(16)}`);

/** f_type: what every file system is known by. <linux/magic.h>. */
const FILE_SYSTEMS: Names = {
  BTRFS_SUPER_MAGIC: 0x9123683e, EXT2_SUPER_MAGIC: 0xef53,     FUSE_SUPER_MAGIC: 0x65735546,
  HUGETLBFS_MAGIC:   0x958458f6, NSFS_MAGIC:   0x6e736673,     OVERLAYFS_SUPER_MAGIC: 0x794c7630,
  PIPEFS_MAGIC:      0x50495045, PROC_SUPER_MAGIC: 0x9fa0,     RAMFS_MAGIC:      0x858458f6,
  SOCKFS_MAGIC:      0x534f434b, SYSFS_MAGIC:  0x62656572,     TMPFS_MAGIC:      0x01021994,
  TRACEFS_MAGIC:     0x74726163, XFS_SUPER_MAGIC: 0x58465342,
};
const ST_VALID = 0x20;
/** f_flags: how it is mounted, in strace's order. <linux/statfs.h>. */
const MOUNTED: Names = {
  ST_VALID,                ST_RDONLY: 0x1,          ST_NOSUID: 0x2,          ST_NODEV: 0x4,
  ST_NOEXEC: 0x8,          ST_SYNCHRONOUS: 0x10,    ST_MANDLOCK: 0x40,       ST_NOATIME: 0x400,
  ST_NODIRATIME: 0x800,    ST_RELATIME: 0x1000,     ST_NOSYMFOLLOW: 0x2000,
};

function fileSystem(view: View): string {
  const { f_type, f_fsid, f_flags } = view as unknown as
    { readonly f_type: number; readonly f_fsid: readonly number[]; readonly f_flags: number };
  const known = Object.keys(FILE_SYSTEMS).find((it) => FILE_SYSTEMS[it] === f_type);
  return fieldsText([
    `f_type=${known ?? hex(f_type)}`,
    ...fields(statfs, view, ["f_bsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree"]),
    `f_fsid={val=[${f_fsid.map((it) => hex(it >>> 0)).join(", ")}]}`,
    ...fields(statfs, view, ["f_namelen", "f_frsize"]),
    f_flags & ST_VALID ? `f_flags=${flagged(MOUNTED, f_flags)}` : null,
  ]);
}

/** What the caller asks for, then what the kernel answers, if it did. */
function rings(view: View, failed: boolean): string {
  const { sq_thread_cpu, flags, sq_off, cq_off } = view as unknown as
    { readonly sq_thread_cpu: number; readonly flags: number; readonly sq_off: View; readonly cq_off: View };
  const SHOWN = ["head", "tail", "ring_mask", "ring_entries"];
  return fieldsText([
    ...fields(io_uring_params, view, ["flags"]),
    `sq_thread_cpu=${hex(sq_thread_cpu)}`,
    ...fields(io_uring_params, view, ["sq_thread_idle"]),
    ...fields(io_uring_params, view, flags & IORING_SETUP_ATTACH_WQ ? ["wq_fd"] : []),
    ...(failed ? [] : [
      ...fields(io_uring_params, view, ["sq_entries", "cq_entries", "features"]),
      `sq_off=${fieldsText(fields(io_sqring_offsets, sq_off, [...SHOWN, "flags", "dropped", "array"]))}`,
      `cq_off=${fieldsText(fields(io_cqring_offsets, cq_off, [...SHOWN, "overflow", "cqes", "flags"]))}`,
    ]),
  ]);
}

const SKID = ["arbitrary skid", "constant skid", "requested to have 0 skid", "must have 0 skid"];
const COUNTED: Readonly<Record<number, (config: number) => string>> = {
  [PERF_TYPE_SOFTWARE]:   (it) => named(PERF_COUNT_SW, it),
  [PERF_TYPE_TRACEPOINT]: String,
};
/** Its bits, in order. */
const BITS = perf_event_attr.fields.filter(({ type }) => "bit" in type).map((it) => it.name)
  .filter((name) => !name.startsWith("__"));

/** Bits that are 0 are left out, and so is all that comes behind them. */
function event(view: View): string {
  const it = view as unknown as Readonly<Record<string, number>>;
  const bit = (name: string): string | null =>
    (name === "precise_ip" ? `precise_ip=${it[name]} /* ${SKID[it[name]!]} */`
      : it[name] ? `${name}=${it[name]}` : null);
  return fieldsText([
    ...fields(perf_event_attr, view, ["type"]),
    `size=${named(PERF_ATTR_SIZE, it.size!)}`,
    `config=${(COUNTED[it.type!] ?? hex)(it.config!)}`,
    `${it.freq ? "sample_freq" : "sample_period"}=${it.sample_period}`,
    ...fields(perf_event_attr, view, ["sample_type", "read_format"]),
    ...BITS.map(bit),
    "...",
  ]);
}

/** Only these fields, and that there are more. */
const first = (layout: AnyStruct, names: readonly string[]): Say => (view) =>
  fieldsText([...fields(layout, view, names), "..."]);

const SAID: Readonly<Record<string, Say>> = {
  rusage:          first(rusage, ["ru_utime", "ru_stime"]),
  utsname:         first(utsname, ["sysname", "nodename"]),
  statfs:          fileSystem,
  io_uring_params: rings,
  perf_event_attr: event,
};

/** One struct in strace's words. `failed`: the call did not fill it in. */
export function structText(layout: AnyStruct, memory: Memory, failed: boolean): string {
  const view = layout.at(memory) as never;
  return SAID[layout.name]?.(view, failed) ?? layout.show(view);
}
