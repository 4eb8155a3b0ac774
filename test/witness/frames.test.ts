/** Addresses of a stack as names: what an address belongs to, and what is only there because somebody records. */
import { expect, test } from "vitest";
import { parseSymbols } from "../../src/kernel/symbols.ts";
import { framesOf } from "../../src/witness/frames.ts";

const names = [
  "entry_SYSCALL_64", "do_syscall_64", "__sys_sendto", "udp_sendmsg.part.0", "never_returns", "sock_def_readable", "__traceiter_sk_data_ready",
  "perf_trace_sk_data_ready", "perf_tp_event", "bpf_prog_7f3a_probe", "__bpf_trace_sk_data_ready", "bpf_trace_run1", "perf_syscall_enter", "__do_trace_sk_data_ready",
];
const start = (i: number): bigint => 0xffff_ffff_8100_0000n + 0x100n * BigInt(i);
const symbols = parseSymbols(names.map((name, i) => `${start(i).toString(16)} t ${name}`).join("\n"));
/** An address inside a function. */
const within = (name: string): bigint => start(names.indexOf(name)) + 0x10n;
const own = ["entry_SYSCALL_64", "do_syscall_64", "__sys_sendto", "udp_sendmsg.part.0", "sock_def_readable"];
const stack = (...inner: readonly string[]): readonly bigint[] => [...own, ...inner].map(within).reverse();

test("outermost first, by the names in the table", () => expect(framesOf(symbols, stack())).toEqual(own));

test.each([
  [["__traceiter_sk_data_ready"]],
  [["__traceiter_sk_data_ready", "perf_trace_sk_data_ready"]],
  [["__do_trace_sk_data_ready", "__traceiter_sk_data_ready", "__bpf_trace_sk_data_ready", "bpf_trace_run1", "bpf_prog_7f3a_probe"]],
  [["perf_trace_sk_data_ready", "perf_tp_event"]],
  [["perf_syscall_enter"]],
])("%s only records", (inner) => expect(framesOf(symbols, stack(...inner))).toEqual(own));

test("tracing that a function of the kernel was called by belongs to the stack", () => {
  const chain = [...stack("bpf_trace_run1")].reverse();
  const under = [...chain, within("never_returns")].reverse();
  expect(framesOf(symbols, under)).toEqual([...own, "bpf_trace_run1", "never_returns"]);
});

test("the innermost address twice is one frame; a function that calls itself is two", () => {
  const [inner, ...rest] = stack();
  expect(framesOf(symbols, [inner!, inner!, ...rest])).toEqual(own);
  expect(framesOf(symbols, [inner!, inner! + 4n, ...rest])).toEqual([...own, "sock_def_readable"]);
  expect(framesOf(symbols, [inner!, rest[0]!, rest[0]!])).toEqual(["udp_sendmsg.part.0", "udp_sendmsg.part.0", "sock_def_readable"]);
});

test("a return address behind a function's last call is that function's; the innermost address is no return", () => {
  const behind = start(names.indexOf("never_returns") + 1);
  expect(framesOf(symbols, [within("udp_sendmsg.part.0"), behind])).toEqual(["never_returns", "udp_sendmsg.part.0"]);
  expect(framesOf(symbols, [behind])).toEqual(["sock_def_readable"]);
});

test("an address that no function has, and addresses where the kernel hides its own", () => {
  const far = 0xffff_ffff_c020_1010n;
  expect(framesOf(symbols, [within("__sys_sendto"), far])).toEqual(["0xffffffffc0201010", "__sys_sendto"]);
  expect(framesOf(null, [within("__sys_sendto"), far])).toEqual(["0xffffffffc0201010", "0xffffffff81000210"]);
  expect(framesOf(parseSymbols("0000000000000000 T _text"), [far])).toEqual(["0xffffffffc0201010"]);
  expect(framesOf(symbols, [])).toEqual([]);
});
