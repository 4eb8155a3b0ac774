/**
 * Address space: mm/mmap.c, mm/madvise.c, mm/memfd.c and their kin. Addresses here are named, not read or
 * written.
 */
import { array } from "../../memory/array.ts";
import { i32, size_t, u8 } from "../../memory/integer.ts";
import { Home } from "../../memory/memory.ts";
import { MADV, MREMAP, MS_FLAGS, PROT } from "../constants/mman.ts";
import {
  amount, type Bound, type Entry, fd, into, nr, path, place, type Typing, unsaid, value,
} from "../parameter.ts";
import { mapFlags, memfdFlags } from "./map.ts";
import { hex } from "./number.ts";

const { MS_SYNC, MS_ASYNC, MS_INVALIDATE } = MS_FLAGS;
const prot = i32.flags(PROT);
/** Where to is only asked of one that may move, and must move there. */
const MOVED_TO = MREMAP.MREMAP_MAYMOVE | MREMAP.MREMAP_FIXED;
const newAddress = (({ flags: it = 0 }) => ((it & MOVED_TO) === MOVED_TO ? hex : unsaid)) satisfies Typing;
/** One byte for each page that `len` bytes touch. */
const bytePerPage: Bound = (it) => pages(it.value("len"));
/** Of a history from another machine the bytes that were kept say how many pages there were. */
const resident = (({ len = 0 }, memory) =>
  array(u8, Math.min(pages(len), memory?.length ?? Infinity))) satisfies Typing;
const pages = (length: number): number => Math.ceil(length / Home.page);

export const memory = {
  mmap:         [nr(9, 222), place("addr"), value("len", size_t), value("prot", prot), value("flags", mapFlags), fd("fd"), value("off", hex)],
  munmap:       [nr(11, 215), place("addr"), value("len", size_t)],
  mprotect:     [nr(10, 226), place("start"), value("len", size_t), value("prot", prot)],
  mremap:       [nr(25, 216), place("addr"), value("old_len", size_t), value("new_len", size_t), value("flags", i32.flags(MREMAP)), value("new_addr", newAddress)],
  madvise:      [nr(28, 233), place("start"), value("len_in", size_t), value("behavior", i32.as(MADV))],
  mincore:      [nr(27, 232), place("start"), value("len", size_t), into("vec", amount(bytePerPage), resident)],
  mlock:        [nr(149, 228), place("start"), value("len", size_t)],
  munlock:      [nr(150, 229), place("start"), value("len", size_t)],
  msync:        [nr(26, 227), place("start"), value("len", size_t), value("flags", i32.flags({ MS_SYNC, MS_ASYNC, MS_INVALIDATE }))],
  memfd_create: [nr(319, 279), path("uname"), value("flags", memfdFlags)],
} as const satisfies Readonly<Record<string, Entry>>;
