/** Mounts, rings and probes: most of these calls only fail here. */

import { io_uring_params } from "../../../src/abi/structs/io_uring.ts";
import { perf_event_attr } from "../../../src/abi/structs/perf.ts";
import { allocate, buffer, cstring, wild } from "../../../src/memory/memory.ts";
import type { Calls } from "../../../src/sys/calls.ts";

export function mounts({ attempt, close }: Calls): void {
  attempt.mount(cstring("none"), cstring("/nonexistent"), cstring("tmpfs"), 0, cstring("size=1m"));
  attempt.mount(null, cstring("/nonexistent"), null, 0x1000 | 0x4000, null);
  attempt.mount(null, cstring("/nonexistent"), null, 1, wild(0x1000));
  attempt.umount2(cstring("/nonexistent"), 0);
  attempt.umount2(cstring("/nonexistent"), 2 | 8);
  attempt.umount2(cstring("/nonexistent"), 0x100);
  const f = attempt.fsopen(cstring("tmpfs"), 1);
  attempt.fsopen(cstring("nonexistent"), 0);
  attempt.fsopen(cstring("tmpfs"), 8);
  attempt.fsconfig(f, 1, cstring("size"), cstring("1m"), 0);
  attempt.fsconfig(f, 0, cstring("ro"), null, 0);
  attempt.fsconfig(f, 6, null, null, 0);
  attempt.fsconfig(-1, 2, cstring("k"), wild(0x1000), 5);
  attempt.fsconfig(-1, 3, cstring("k"), cstring("path"), -100);
  attempt.fsconfig(-1, 5, cstring("k"), null, 7);
  const m = attempt.fsmount(f, 1, 0);
  attempt.fsmount(-1, 0, 1 | 2 | 0x10);
  attempt.fsmount(-1, 7, 1 << 20);
  attempt.fspick(-100, cstring("/nonexistent"), 1);
  attempt.open_tree(-100, cstring("/nonexistent"), 0x80000 | 1);
  attempt.open_tree(-100, cstring("/nonexistent"), 0x8000 | 0x1000);
  attempt.move_mount(-1, cstring(""), -100, cstring("/nonexistent"), 4);
  attempt.move_mount(-1, cstring(""), 5, cstring("/nonexistent"), 0);
  for (const fd of [f, m]) if (fd >= 0) close(fd);
}

export function probes({ attempt, close }: Calls): void {
  const params = io_uring_params({});
  const ring = attempt.io_uring_setup(4, params);
  attempt.io_uring_setup(0, io_uring_params({}));
  attempt.io_uring_setup(4, io_uring_params({ flags: 0x2 | 0x8 }));
  attempt.io_uring_setup(4, wild(0x1000));
  attempt.io_uring_enter(ring, 0, 0, 0, null, 0);
  attempt.io_uring_enter(-1, 1, 2, 3, null, 8);
  attempt.io_uring_register(-1, 0, null, 0);
  attempt.io_uring_register(-1, 2, buffer(8), 2);
  attempt.io_uring_register(-1, 99, 0, 2);
  if (ring >= 0) close(ring);
  attempt.bpf(0, allocate(64, 0), 64);
  attempt.bpf(1, wild(0x1000), 16);
  attempt.bpf(99, allocate(8, 0), 8);
  const software = perf_event_attr({ type: 1, size: 136, config: 1, sample_period: 1000 });
  const p = attempt.perf_event_open(software, 0, -1, -1, 8);
  attempt.perf_event_open(perf_event_attr({ type: 2, size: 136, config: 99_999, disabled: 1 }), 0, -1, -1, 0);
  attempt.perf_event_open(wild(0x1000), 0, -1, -1, 0);
  if (p >= 0) {
    attempt.ioctl(p, 0x2400, 0);
    attempt.ioctl(p, 0x2401, 1);
    attempt.ioctl(p, 0x2405, -1);
    close(p);
  }
}
