/**
 * Waiting for many descriptors: poll, select and epoll, from <poll.h>, <linux/posix_types.h> and
 * <linux/eventpoll.h>.
 */
import { i16, i32, u32, u64 } from "../../memory/integer.ts";
import { layouts } from "../../memory/layouts.ts";
import { pointer } from "../../memory/pointer.ts";
import { struct, union, variant } from "../../memory/struct.ts";
import type { Type } from "../../memory/type.ts";
import { EPOLL } from "../constants/epoll.ts";
import { POLL } from "../constants/poll.ts";

/** One descriptor to poll, 8 bytes: what is waited for, and what was found. */
export const pollfd = struct("pollfd", 8, {
  fd:      [0, i32],
  events:  [4, i16.flags(POLL)],
  revents: [6, i16.flags(POLL)],
});

/** What a program wants back with an event, 8 bytes; the kernel does not look at it. */
export const epoll_data = union("epoll_data", 8, {
  u64, fd: i32, u32, ptr: pointer,
}, { show: ({ u32: low, u64: all }) => `{u32=${low}, u64=${all}}` });

const events = u32.flags(EPOLL);

/** arm64, as the C compiler lays it out: 16 bytes, with a hole before the data. */
const arm64 = variant("epoll_event", 16, { events: [0, events], data: [8, epoll_data] });
/** x86-64: 12 bytes, packed, so that 32-bit programs on it have the same. */
const x64 = variant("epoll_event", 12, { events: [0, events], data: [4, epoll_data] }, { packed: true });

/** The layout of a machine: that which made the calls, where a history is read on another. */
export const epollEventOn = (arch: string): typeof x64 | typeof arm64 => (arch === "arm64" ? arm64 : x64);
/** An event, and what the program wanted back with it, as this machine has it. */
export const epoll_event = epollEventOn(process.arch);
layouts.set("epoll_event", epoll_event);

const EVERY_FD = Array.from({ length: 1024 }, (_, fd) => fd);
/** `fd_set`: 1024 bits, 128 bytes, read and written as the numbers of the descriptors that are set. */
export const fd_set: Type<readonly number[]> = {
  name: "fd_set", size: 128, align: 8,
  read(memory, at) {
    const { bytes } = memory;
    return EVERY_FD.filter((fd) => bytes[at + (fd >> 3)]! & (1 << (fd & 7)));
  },
  write(memory, at, fds) {
    const wrong = fds.find((fd) => !EVERY_FD.includes(fd));
    if (wrong !== undefined) throw new RangeError(`${wrong} does not fit an fd_set (0…1023)`);
    const bytes = memory.bytes.fill(0, at, at + 128);
    for (const fd of fds) bytes[at + (fd >> 3)]! |= 1 << (fd & 7);
  },
  show: (fds) => `[${fds.join(" ")}]`,
};
