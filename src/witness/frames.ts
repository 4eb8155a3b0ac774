/** From the addresses of a kernel stack to the names of its functions. */
import type { Symbols } from "../kernel/symbols.ts";

/**
 * What stands between a tracepoint and its record, at the innermost end of a stack. The kernel records from
 * inside a function that it hangs on the tracepoint (`perf_trace_…`, perf_syscall_enter), so what is
 * recorded as the place is who called that: the function that holds the tracepoint. But where several hang on
 * one, as when ftrace or BPF watch it too, `__traceiter_…` stands between and calls them one by one; and so
 * does `__do_trace_…` where the compiler did not inline it.
 */
const TRACING = new RegExp(`^(?:${[
  "__traceiter_", "__do_trace_", "perf_trace_", "perf_tp_event", "perf_syscall_(?:enter|exit)",
  "__bpf_trace_", "bpf_trace_run\\d", "bpf_prog_", "trace_event_raw_event_",
].join("|")})`);

/**
 * The functions of a stack, outermost first, by their names in the symbol table; of an address that lies in
 * none of them the address, `0x…`. `addresses` are innermost first, as decodeSample gives them. Innermost is
 * the function that holds the tracepoint: what only records it is left out.
 */
export function framesOf(symbols: Symbols | null, addresses: readonly bigint[]): readonly string[] {
  // Some unwinders begin with the address that the record begins with already.
  const each = addresses[0] === addresses[1] ? addresses.slice(1) : addresses;
  const frames = each.map((it, i) => nameOf(symbols, it, i > 0));
  const first = frames.findIndex((it) => !TRACING.test(it));
  return frames.slice(Math.max(first, 0)).reverse();
}

/** A return address may lie behind the last byte of the function that called: it is the call that counts. */
function nameOf(symbols: Symbols | null, address: bigint, returns: boolean): string {
  return symbols?.at(returns ? address - 1n : address)?.name ?? `0x${address.toString(16)}`;
}
