/** `netlab struct --kernel`: of BTF that is the same everywhere, and of the running kernel's. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { columns } from "../../src/report/columns.ts";
import { cannot, named, netlab } from "./netlab.ts";

const BTF = fileURLToPath(new URL("../fixtures/btf/6.18-x86_64.btf", import.meta.url));
const struct = (line: string, env = {}) => netlab(["struct", ...line.split(" "), "--btf", BTF], { env });
const json = (line: string) => JSON.parse(struct(`${line} --json`).out) as Readonly<Record<string, unknown>>;
const running = cannot ?? (existsSync("/sys/kernel/btf/vmlinux") ? null : "this kernel has no BTF");

describe.skipIf(cannot !== null)(named("of a file", cannot), () => {
  test.for([
    ["sk_buff",                     /^struct sk_buff +224 bytes · 4 cache lines\n\n {2}offset {2}size\n {7}0 {4}24 {2}union \{\n {7}0 {4}24 {4}struct \{\n/],
    ["sk_buff",                     /\n {6}40 {4}48 {2}char cb\[48\]\n {6}64 {8}──── cache line 1, begins in cb\n/],
    ["sk_buff",                     /\n {3}126:2 {4}:2 {2}__u8 fclone:2\n/],
    ["sk_buff",                     /\n {3}131:5 {4}:3 {6}· hole ·\n/],
    ["sk_buff",                     /\n {2}28 members: 223 bytes and 8 bits\n {2}5 members are structs with members of their own: --depth 1 shows them\n/],
    ["sk_buff --depth 1",           /\n {7}0 {4}24 {4}struct rb_node \{\n {7}0 {5}8 {6}long unsigned int __rb_parent_color\n[\s\S]*\n {18}\} rbnode\n/],
    ["tcp_sock",                    /\n {2}171 members: 2,258 bytes and 54 bits · 12 holes: 29 bytes and 18 bits\n {2}padding: 8 bytes\n/],
    ["proto_ops",                   /\n {7}0 {5}4 {2}int family\n {7}4 {5}4 {2}· hole ·\n {7}8 {5}8 {2}struct module \*owner\n/],
    ["msghdr",                      /\n {2}What programs call struct msghdr is another one: the kernel's name for it is\n {2}user_msghdr, and netlab struct msghdr shows it\.\n/],
    ["tcp_info",                    /\n {2}netlab declares it by hand, for programs: netlab struct tcp_info\. The two\n {2}agree/],
    ["size_t",                      /^typedef __kernel_size_t size_t +8 bytes\n/],
    ["wait_queue_head_t",           /^typedef struct wait_queue_head wait_queue_head_t +24 bytes/],
    ["iphdr",                       /\n {2}From the BTF in \S+6\.18-x86_64\.btf\.\n$/],
    ["tcp_sock --find sk_state",    /\n {6}18 {5}1 {5}0 {2}inet_conn\.icsk_inet\.sk\.__sk_common\.skc_state\n {24}volatile unsigned char\n\n {2}sk_state is a macro of the kernel's headers, for __sk_common\.skc_state\.\n/],
    ["tcp_sock.skc_state",          /^skc_state in struct tcp_sock +2,304 bytes\n/],
    ["iphdr --find iphdr.version",  /\n {5}0:4 {4}:4 {5}0 {2}version {2}__u8\n/],
  ] as const)("netlab struct %s: %s", ([line, says]) => {
    const { code, out, err } = struct(line);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(says);
  });

  test.for([
    ["sk_bufff",                   /^there is no struct, union, enum or typedef "sk_bufff" in the BTF in \S+, did you mean sk_buff\?$/],
    ["skbuff",                     /, did you mean sk_buff\?$/],
    ["tcp_sock --find sk_sate",    /^tcp_sock has no member "sk_sate", nor has what lies inside it, did you mean skc_state\?$/],
    ["size_t --find a",            /^size_t is no struct and no union/],
    ["sock.sk_prot --find a",      /^sock\.sk_prot asks for a member already: leave out --find a$/],
  ] as const)("netlab struct %s", ([line, says]) => {
    const { code, out, err } = struct(line);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err.replace(/^netlab: /, "").trimEnd()).toMatch(says);
  });

  test("at any depth, in any width: a line is longer only where a name is", () => {
    for (const width of [60, 80, 160]) {
      for (const depth of [0, 2, 999_999_999]) {
        const { out } = struct(`tcp_sock --depth ${depth}`, { COLUMNS: String(width) });
        const long = out.split("\n").filter((it) => columns(it) > width && it.trim().split(/[ ,](?=\S)/).length > 7);
        expect(long).toEqual([]);
      }
    }
    expect(struct("sk_buff --depth 9 --plain").out).not.toMatch(/[^\n\x20-\x7e]/);
    expect(struct("sk_buff --depth 9").out).toBe(struct("sk_buff --depth 999999999").out);
  });

  test("as JSON", () => {
    expect(json("proto_ops")).toMatchObject({
      name: "proto_ops", tag: "proto_ops", kind: "struct", cacheLines: 4,
      sums: { holes: 1, holeBytes: 4 }, gaps: [{ gap: "hole", first: 32, bits: 32 }],
    });
    const { members } = json("iphdr") as { members: readonly object[] };
    expect(members.slice(1, 3)).toEqual([
      { name: "version", type: "__u8", offset: 0, size: 1, bits: { offset: 4, size: 4 } },
      { name: "tos", type: "__u8", offset: 1, size: 1, bits: null },
    ]);
    expect(members.at(-1)).toMatchObject({ name: "", type: "union {...}", offset: 12, size: 8, members: [{ members: [{ name: "saddr" }, { name: "daddr" }] }, { name: "addrs" }] });
    expect(json("tcp_sock --find sk_state").found).toEqual(
      [{ path: "inet_conn.icsk_inet.sk.__sk_common.skc_state", type: "volatile unsigned char", offset: 18, size: 1, bits: null, line: 0 }]);
    expect(JSON.parse(netlab(["struct", "--btf", BTF, "--json"]).out)).toContain("sk_buff");
  });
});

describe.skipIf(running !== null)(named("of the running kernel", running), () => {
  test("any struct is shown, and one that is not netlab's own is pointed at", () => {
    expect(netlab(["struct", "net_device", "--kernel"]).out).toMatch(/^struct net_device [\s\S]*\n {2}From the BTF of Linux \S+\.\n$/);
    expect(netlab(["struct", "skb_drop_reason", "-k"]).out).toMatch(/^enum skb_drop_reason +4 bytes\n\n +0 {2}SKB_NOT_DROPPED_YET\n/);
    expect(netlab(["struct", "sk_buff"])).toMatchObject({
      code: 64, err: 'netlab: there is no struct "sk_buff" among netlab\'s own; the kernel\'s is shown by netlab struct sk_buff --kernel\n',
    });
    expect(netlab(["struct", "--kernel"]).out.split("\n").length).toBeGreaterThan(5000);
  });
});
