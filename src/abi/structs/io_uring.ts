/** io_uring(7): the two rings and what goes through them, from <linux/io_uring.h>. */
import { array } from "../../memory/array.ts";
import { i32, u8, u16, u32, u64 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { IORING_CQE_F, IORING_FEAT, IORING_OP, IORING_SETUP, IOSQE } from "../constants/io_uring.ts";

/** Where things lie in the mapping of the submission ring, 40 bytes. */
export const io_sqring_offsets = struct("io_sqring_offsets", 40, {
  head:         [0, u32],
  tail:         [4, u32],
  ring_mask:    [8, u32],
  ring_entries: [12, u32],
  flags:        [16, u32],
  dropped:      [20, u32],
  array:        [24, u32],
  resv1:        [28, u32],
  user_addr:    [32, u64],
});

/** Where things lie in the mapping of the completion ring, 40 bytes. */
export const io_cqring_offsets = struct("io_cqring_offsets", 40, {
  head:         [0, u32],
  tail:         [4, u32],
  ring_mask:    [8, u32],
  ring_entries: [12, u32],
  overflow:     [16, u32],
  cqes:         [20, u32],
  flags:        [24, u32],
  resv1:        [28, u32],
  user_addr:    [32, u64],
});

/** io_uring_setup: what is asked for, and what was made. 120 bytes. */
export const io_uring_params = struct("io_uring_params", 120, {
  sq_entries:     [0, u32],
  cq_entries:     [4, u32],
  flags:          [8, u32.flags(IORING_SETUP)],
  sq_thread_cpu:  [12, u32],
  sq_thread_idle: [16, u32],
  features:       [20, u32.flags(IORING_FEAT)],
  wq_fd:          [24, u32],
  resv:           [28, array(u32, 3)],
  sq_off:         [40, io_sqring_offsets],
  cq_off:         [80, io_cqring_offsets],
});

/** One submission, 64 bytes. Most fields have a second meaning under another name, by opcode. */
export const io_uring_sqe = struct("io_uring_sqe", 64, {
  opcode:          [0, u8.as(IORING_OP)],
  flags:           [1, u8.flags(IOSQE)],
  ioprio:          [2, u16],
  fd:              [4, i32],
  off:             [8, u64],
  addr2:           [8, u64],
  cmd_op:          [8, u32],
  addr:            [16, u64.hex()],
  level:           [16, u32],
  optname:         [20, u32],
  len:             [24, u32],
  rw_flags:        [28, u32],
  poll32_events:   [28, u32],
  msg_flags:       [28, u32],
  timeout_flags:   [28, u32],
  accept_flags:    [28, u32],
  cancel_flags:    [28, u32],
  msg_ring_flags:  [28, u32],
  uring_cmd_flags: [28, u32],
  user_data:       [32, u64],
  buf_index:       [40, u16],
  buf_group:       [40, u16],
  personality:     [42, u16],
  file_index:      [44, u32],
  splice_fd_in:    [44, i32],
  addr_len:        [44, u16],
  optlen:          [44, u32],
  addr3:           [48, u64],
  optval:          [48, u64],
  __pad2:          [56, array(u64, 1)],
}, {
  over: [
    "addr2", "cmd_op", "level", "optname", "poll32_events", "msg_flags", "timeout_flags", "accept_flags",
    "cancel_flags", "msg_ring_flags", "uring_cmd_flags", "buf_group", "splice_fd_in", "addr_len", "optlen",
    "optval",
  ],
});

/** One completion, 16 bytes: `res` is what the call would have returned, -errno on failure. */
export const io_uring_cqe = struct("io_uring_cqe", 16, {
  user_data: [0, u64],
  res:       [8, i32],
  flags:     [12, u32.flags(IORING_CQE_F)],
});

/** One buffer in a ring of provided buffers, 16 bytes. */
export const io_uring_buf = struct("io_uring_buf", 16, {
  addr: [0, u64.hex()],
  len:  [8, u32],
  bid:  [12, u16],
  resv: [14, u16],
});
