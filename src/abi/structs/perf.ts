/** perf_event_open(2), from <linux/perf_event.h>. */
import { bits } from "../../memory/bits.ts";
import { flagged, i32, type Names, u16, u32, u64, type WideInteger } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";
import { PERF_FORMAT, PERF_SAMPLE, PERF_TYPE } from "../constants/perf_event.ts";

const wideFlags = (names: Names): WideInteger => ({ ...u64, show: (it) => flagged(names, Number(it)) });
/** The kernel has one unit of 64 bits at byte 40; we read it as two of 32. */
const low = (bit: number, width = 1) => [40, bits(u32, bit, width)] as const;
const high = (bit: number, width = 1) => [44, bits(u32, bit - 32, width)] as const;

/**
 * What to count or sample, 136 bytes (PERF_ATTR_SIZE_VER8); `size` says how many of them the caller knows.
 */
export const perf_event_attr = struct("perf_event_attr", 136, {
  type:                     [0, u32.as(PERF_TYPE)],
  size:                     [4, u32],
  config:                   [8, u64],
  sample_period:            [16, u64],
  sample_freq:              [16, u64],
  sample_type:              [24, wideFlags(PERF_SAMPLE)],
  read_format:              [32, wideFlags(PERF_FORMAT)],
  disabled:                 low(0),
  inherit:                  low(1),
  pinned:                   low(2),
  exclusive:                low(3),
  exclude_user:             low(4),
  exclude_kernel:           low(5),
  exclude_hv:               low(6),
  exclude_idle:             low(7),
  mmap:                     low(8),
  comm:                     low(9),
  freq:                     low(10),
  inherit_stat:             low(11),
  enable_on_exec:           low(12),
  task:                     low(13),
  watermark:                low(14),
  precise_ip:               low(15, 2),
  mmap_data:                low(17),
  sample_id_all:            low(18),
  exclude_host:             low(19),
  exclude_guest:            low(20),
  exclude_callchain_kernel: low(21),
  exclude_callchain_user:   low(22),
  mmap2:                    low(23),
  comm_exec:                low(24),
  use_clockid:              low(25),
  context_switch:           low(26),
  write_backward:           low(27),
  namespaces:               low(28),
  ksymbol:                  low(29),
  bpf_event:                low(30),
  aux_output:               low(31),
  cgroup:                   high(32),
  text_poke:                high(33),
  build_id:                 high(34),
  inherit_thread:           high(35),
  remove_on_exec:           high(36),
  sigtrap:                  high(37),
  __reserved_1:             high(38, 26),
  wakeup_events:            [48, u32],
  wakeup_watermark:         [48, u32],
  bp_type:                  [52, u32],
  bp_addr:                  [56, u64.hex()],
  config1:                  [56, u64],
  bp_len:                   [64, u64],
  config2:                  [64, u64],
  branch_sample_type:       [72, u64],
  sample_regs_user:         [80, u64],
  sample_stack_user:        [88, u32],
  clockid:                  [92, i32],
  sample_regs_intr:         [96, u64],
  aux_watermark:            [104, u32],
  sample_max_stack:         [108, u16],
  __reserved_2:             [110, u16],
  aux_sample_size:          [112, u32],
  aux_action:               [116, u32],
  sig_data:                 [120, u64],
  config3:                  [128, u64],
}, { over: ["sample_freq", "wakeup_watermark", "config1", "config2"] });

/** The head of every record in a perf ring, 8 bytes; `size` counts it. */
export const perf_event_header = struct("perf_event_header", 8, {
  type: [0, u32],
  misc: [4, u16],
  size: [6, u16],
});
