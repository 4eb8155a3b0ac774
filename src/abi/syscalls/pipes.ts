/**
 * Pipes, and bytes that go from descriptor to descriptor without passing through the program: fs/pipe.c,
 * fs/splice.c.
 */
import { array } from "../../memory/array.ts";
import { i32, i64, size_t } from "../../memory/integer.ts";
import { SPLICE_F } from "../constants/splice.ts";
import { both, type Entry, each, fd, from, into, nr, value } from "../parameter.ts";
import { iovec } from "../structs/message.ts";
import { plainFlags } from "./open.ts";

const ends = array(i32, 2);
const spliceFlags = i32.flags(SPLICE_F);

export const pipes = {
  pipe:            [nr(22, null), into("fildes", ends)],
  pipe2:           [nr(293, 59), into("fildes", ends), value("flags", plainFlags)],
  splice:          [nr(275, 76), fd("fd_in"), both("off_in", i64), fd("fd_out"), both("off_out", i64), value("len", size_t), value("flags", spliceFlags)],
  vmsplice:        [nr(278, 75), fd("fd"), from("uiov", each("nr_segs", iovec)), value("nr_segs", size_t), value("flags", spliceFlags)],
  tee:             [nr(276, 77), fd("fdin"), fd("fdout"), value("len", size_t), value("flags", spliceFlags)],
  sendfile:        [nr(40, 71), fd("out_fd"), fd("in_fd"), both("offset", i64), value("count", size_t)],
  copy_file_range: [nr(326, 285), fd("fd_in"), both("off_in", i64), fd("fd_out"), both("off_out", i64), value("len", size_t), value("flags", i32)],
} as const satisfies Readonly<Record<string, Entry>>;
