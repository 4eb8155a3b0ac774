/** What a captured packet's comment says: the call in which it passed, and how the kernel came there. */
import type { CallEvent, StackEvent } from "../lab/events.ts";
import { callText } from "../sys/decode.ts";
import { by } from "./call-lines.ts";
import { shortened } from "./shorten.ts";

/** Of a longer path so many functions are kept at each end. */
const KEPT = 4;
/** What stands before the call's own function: how any system call comes in. */
const ENTRY = /^(entry_|do_syscall_|x64_sys_call|__(x64|arm64|se|do)_sys_|invoke_syscall|el0|do_el0)/;

/**
 * `#7 sendto(3, "hello", 5, 0, NULL, 0) = 5`, and below it `udp_sendmsg → … → dev_hard_start_xmit`, of the
 * stack's frames, outermost first. "" where neither is known.
 */
export function packetComment(inside: CallEvent | null, stack: StackEvent | null): string {
  const call = inside === null ? [] : [`#${inside.id} ${by(inside)}${callText(shortened(inside))}`];
  return [...call, ...(stack === null ? [] : [inShort(stack.frames)])].join("\n");
}

function inShort(frames: readonly string[]): string {
  const path = frames.slice(frames.findLastIndex((it) => ENTRY.test(it)) + 1);
  const kept = path.length > 2 * KEPT + 1 ? [...path.slice(0, KEPT), "…", ...path.slice(-KEPT)] : path;
  return kept.join(" → ");
}
