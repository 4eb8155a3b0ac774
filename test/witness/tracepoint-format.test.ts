/** Formats of tracepoints, of this and of other kernels, and records made for them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fieldsOf, parseFormat } from "../../src/witness/tracepoint-format.ts";

const texts = readFileSync(new URL("../fixtures/perf/formats.txt", import.meta.url), "latin1").split(/^# /m).slice(1);
/** By what is said of it. */
const format = (of: string): string => texts.find((it) => it.startsWith(of))!;

/** A record of a format, each field's bytes by its name. */
function made(text: string, bytes: Readonly<Record<string, readonly number[]>>, more: readonly number[] = []): Buffer {
  const fields = parseFormat(text);
  const record = Buffer.alloc(Math.max(...fields.map((it) => it.offset + it.size)) + more.length);
  for (const { name, offset } of fields) record.set(bytes[name] ?? [], offset);
  record.set(more, record.length - more.length);
  return record;
}
const ascii = (text: string): readonly number[] => [...Buffer.from(text, "latin1")];
const u64 = (value: bigint): readonly number[] => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return [...bytes];
};
const SKADDR = 0xffff_8881_0a2f_d500n;

describe("declarations", () => {
  test.each<[string, object]>([
    ["const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;",             { name: "skaddr", type: "const void *", isArray: false, loc: "here", offset: 8, size: 8, signed: false }],
    ["unsigned int len;\toffset:16;\tsize:4;\tsigned:0;",               { name: "len", type: "unsigned int", isArray: false, loc: "here" }],
    ["pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;",                 { name: "prev_pid", type: "pid_t", signed: true }],
    ["char prev_comm[16];\toffset:8;\tsize:16;\tsigned:1;",             { name: "prev_comm", type: "char", isArray: true, size: 16 }],
    ["__u8 saddr[sizeof(struct sockaddr_in6)];\toffset:8;\tsize:28;\tsigned:0;", { name: "saddr", type: "__u8", isArray: true, size: 28 }],
    ["__data_loc char[] name;\toffset:20;\tsize:4;\tsigned:0;",         { name: "name", type: "char", isArray: true, loc: "data" }],
    ["__data_loc cpumask_t cpumask;\toffset:8;\tsize:4;\tsigned:0;",    { name: "cpumask", type: "cpumask_t", isArray: false, loc: "data" }],
    ["__rel_loc char text[];\toffset:8;\tsize:4;\tsigned:1;",           { name: "text", type: "char", isArray: true, loc: "rel" }],
    ["__rel_loc char[] text;\toffset:8;\tsize:4;\tsigned:1;",           { name: "text", type: "char", isArray: true, loc: "rel" }],
    ["struct napi_struct * napi;       offset:8;       size:8; signed:0;", { name: "napi", type: "struct napi_struct *" }],
    ["char *name;\toffset:8;\tsize:8;\tsigned:0;",                      { name: "name", type: "char *" }],
    ["enum skb_drop_reason reason;\toffset:36;\tsize:4;\tsigned:0;",    { name: "reason", type: "enum skb_drop_reason" }],
  ])("%s", (line, field) => expect(parseFormat(`\tfield:${line}\n`)).toMatchObject([field]));

  test("what every tracepoint has, and what is no field, is left out", () => {
    expect(parseFormat("name: x\nID: 1\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\nprint fmt: \"field:int a; offset:1;\"")).toEqual([]);
    expect(parseFormat("\tfield:int (*f)(void);\toffset:8;\tsize:8;\tsigned:0;\n")).toEqual([]);
    expect(parseFormat("")).toEqual([]);
  });
});

describe("records", () => {
  test.each<[string, Readonly<Record<string, readonly number[]>>, readonly number[], Readonly<Record<string, number | string>>]>([
    ["4.18", {
      skaddr: u64(SKADDR), oldstate: [7], newstate: [2], dport: [0x50, 0], family: [2], protocol: [6],
      saddr: [127, 0, 0, 1], daddr: [192, 0, 2, 7], saddr_v6: [...Array(10).fill(0), 255, 255, 127, 0, 0, 1],
      daddr_v6: [0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), 1],
    }, [], {
      skaddr: "0xffff88810a2fd500", oldstate: 7, newstate: 2, sport: 0, dport: 80, family: 2, protocol: 6,
      saddr: "127.0.0.1", daddr: "192.0.2.7", saddr_v6: "::ffff:127.0.0.1", daddr_v6: "2001:db8::1",
    }],
    ["5.10: a length", {
      saddr: [2, 0, 0x1f, 0x90, 127, 0, 0, 1], daddr: [10, 0, 0, 80, 0, 0, 0, 0, ...Array(15).fill(0), 1], sport: [0x90, 0x1f],
      mark: [255, 255, 255, 255], snd_nxt: [0, 0, 0, 128], sock_cookie: u64(1n << 40n),
    }, [], {
      saddr: "127.0.0.1:8080", daddr: "[::1]:80", sport: 8080, dport: 0, mark: 0xffff_ffff, data_len: 0, snd_nxt: 2 ** 31,
      snd_una: 0, snd_cwnd: 0, ssthresh: 0, snd_wnd: 0, srtt: 0, rcv_wnd: 0, sock_cookie: 2 ** 40,
    }],
    ["5.10: the word", { skbaddr: u64(SKADDR), len: [42], name: [24, 0, 3, 0] }, ascii("lo\0"), { skbaddr: "0xffff88810a2fd500", len: 42, name: "lo" }],
    ["5.10: no reason", { skbaddr: u64(0n), location: u64(-1n), protocol: [0, 8] }, [], { skbaddr: "0x0", location: "0xffffffffffffffff", protocol: 0x800 }],
    ["6.1: with a reason", { reason: [6] }, [], { skbaddr: "0x0", location: "0x0", protocol: 0, reason: 6 }],
    ["5.10: char", {
      prev_comm: ascii("node\0dirty"), prev_pid: [1, 1], prev_prio: [120], prev_state: u64(-1n), next_comm: ascii("ksoftirqd/0     "), next_prio: [255, 255, 255, 255],
    }, [], { prev_comm: "node", prev_pid: 257, prev_prio: 120, prev_state: -1, next_comm: "ksoftirqd/0     ", next_pid: 0, next_prio: -1 }],
    ["5.17", { oldcomm: ascii("a"), newcomm: ascii("b"), oom_score_adj: [24, 252] }, [], { pid: 0, oldcomm: "a", newcomm: "b", oom_score_adj: -1000 }],
    ["6.4", { text: [4, 0, 5, 0], number: [9] }, ascii("Test\0"), { text: "Test", number: 9 }],
    ["6.1: a list", { id: u64(44n), args: [...u64(3n), ...u64(0x7fff_ffff_ffffn), ...u64(1n << 60n)] }, [], { id: 44, args: "3,140737488355327,0x1000000000000000,0,0,0" }],
    ["6.18: a mask", { cpumask: [32, 0, 8, 0] }, u64(6n), { cpumask: 6, callsite: "0x0", callback: "0x0" }],
    ["of no kernel", {
      fsid: Array(16).fill(1), addr: [2, 0, 0, 0, 0, 1], list: [76, 0, 16, 0], ts: [1, ...Array(15).fill(0)], address: u64(0x1000n), nice: u64(-(1n << 60n)), ok: [1], blob: [1, 2, 3],
    }, [...u64(1n), ...u64(2n)], {
      fsid: "01".repeat(16), addr: "02:00:00:00:00:01", list: "1,2", ts: `01${"00".repeat(15)}`, address: "0x1000", nice: "0xf000000000000000", ok: 1, blob: "010203",
    }],
  ])("%s", (of, bytes, more, values) => {
    const text = format(of);
    expect(fieldsOf(parseFormat(text), made(text, bytes, more))).toEqual(values);
  });

  test("a field that lies beyond the record, or says it does, is left out", () => {
    const text = format("5.10: the word");
    const fields = parseFormat(text);
    const record = made(text, { len: [1], name: [24, 0, 3, 0] }, ascii("lo\0"));
    expect(fieldsOf(fields, record.subarray(0, 26))).toEqual({ skbaddr: "0x0", len: 1 });
    expect(fieldsOf(fields, record.subarray(0, 18))).toEqual({ skbaddr: "0x0" });
    expect(fieldsOf(fields, Buffer.alloc(0))).toEqual({});
  });
});

describe("the running kernel's formats", () => {
  const events = "/sys/kernel/tracing/events";
  const families = ["sock", "tcp", "udp", "net", "skb", "fib", "napi", "sched", "kmem"];
  test("all fields of the tracepoints of the network are understood", ({ skip }) => {
    const list = families.flatMap((family) => {
      const at = `${events}/${family}`;
      return existsSync(at) ? readdirSync(at).map((it) => `${at}/${it}/format`).filter((it) => existsSync(it)) : [];
    });
    skip(list.length === 0, "there is no tracefs, or it may not be read");
    for (const path of list) {
      const text = readFileSync(path, "latin1");
      const lines = text.match(/^\tfield:(?!.*\bcommon_).*$/gm) ?? [];
      const fields = parseFormat(text);
      expect(fields.map(({ offset, size }) => [offset, size]), path).toEqual(lines.map((it) => [Number(/offset:(\d+)/.exec(it)![1]), Number(/size:(\d+)/.exec(it)![1])]));
      expect(fields.filter(({ name, type }) => !/^[a-z_]\w*$/.test(name) || type === ""), path).toEqual([]);
      const zeros = Buffer.alloc(Math.max(8, ...fields.map((it) => it.offset + it.size)));
      expect(Object.keys(fieldsOf(fields, zeros)), path).toEqual(fields.map(({ name }) => name));
    }
  });
});
