/** Rings and probes: io_uring/io_uring.c, kernel/bpf/syscall.c, kernel/events/core.c. */
import { i32, size_t, u8 } from "../../memory/integer.ts";
import { BPF_CMD } from "../constants/bpf.ts";
import { IORING_ENTER, IORING_REGISTER } from "../constants/io_uring.ts";
import { PERF_FLAG } from "../constants/perf_event.ts";
import { both, type Entry, each, fd, from, nr, value, word } from "../parameter.ts";
import { io_uring_params } from "../structs/io_uring.ts";
import { perf_event_attr } from "../structs/perf.ts";
import { unsigned } from "./number.ts";

/** What io_uring_register and bpf are handed depends on the command: plain bytes here. */
export const observers = {
  io_uring_setup:    [nr(425, 425), value("entries", unsigned), both("params", io_uring_params)],
  io_uring_enter:    [nr(426, 426), fd("fd"), value("to_submit", unsigned), value("min_complete", unsigned), value("flags", i32.flags(IORING_ENTER)), from("argp", "argsz"), value("argsz", size_t)],
  io_uring_register: [nr(427, 427), fd("fd"), value("opcode", i32.as(IORING_REGISTER)), word("arg", null), value("nr_args", unsigned)],
  bpf:               [nr(321, 280), value("cmd", i32.as(BPF_CMD)), both("uattr", each("size", u8)), value("size", unsigned)],
  perf_event_open:   [nr(298, 241), from("attr_uptr", perf_event_attr), value("pid", i32), value("cpu", i32), fd("group_fd"), value("flags", i32.flags(PERF_FLAG))],
} as const satisfies Readonly<Record<string, Entry>>;
