/** The kernel's structs as trees: members as they are declared and nest, gaps, and where a member is found. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readBtf } from "../../src/kernel/btf.ts";
import { BtfError } from "../../src/kernel/btf-file.ts";
import type { KernelLayout } from "../../src/kernel/btf-layout.ts";
import { joined } from "../../src/kernel/btf-source.ts";
import { findMember } from "../../src/kernel/find-member.ts";
import { isGap, partsOf, sumsOf } from "../../src/kernel/gaps.ts";
import { headerNames } from "../../src/kernel/header-names.ts";
import type { NamedType } from "../../src/kernel/named-type.ts";
import * as make from "./btf-records.ts";

const KERNELS = ["5.10", "6.18", "7.2"];
const excerpt = (kernel: string) => readBtf(readFileSync(new URL(`../fixtures/btf/${kernel}-x86_64.btf`, import.meta.url)));
const btf = excerpt("6.18");
function struct(types: readonly NamedType[]): KernelLayout {
  const [it] = types;
  if (it === undefined || !("members" in it)) throw new Error("it is no struct");
  return it;
}
const layout = (name: string, of = btf): KernelLayout => struct(of.types(name));
const made = (types: readonly make.Made[], name = "s"): KernelLayout => struct(readBtf(make.btf(types)).types(name));
const parts = (it: KernelLayout) => partsOf(it).map((part) => (isGap(part) ? [part.gap, part.first, part.bits] : part.declared));

describe("members are declared as in C, and nest as they are declared", () => {
  test("sk_buff", () => {
    const [first, sk, tstamp, cb, , , len] = layout("sk_buff").members;
    expect(first).toMatchObject({ name: "", offset: 0, size: 24, declared: "union {...}", inline: true });
    expect(first!.inside!.members.map((it) => it.declared))
      .toEqual(["struct {...}", "struct rb_node rbnode", "struct list_head list", "struct llist_node ll_node"]);
    expect(first!.inside!.members[0]!.inside!.members[2]!.inside!.members[0])
      .toMatchObject({ declared: "struct net_device *dev", offset: 16, size: 8, inside: null, inline: false });
    expect([sk, tstamp, cb, len].map((it) => [it!.offset, it!.declared])).toEqual(
      [[24, "struct sock *sk"], [32, "union {...}"], [40, "char cb[48]"], [112, "unsigned int len"]]);
  });

  test("a function pointer has its prototype, a bit field its width", () => {
    expect(layout("proto_ops").members.find((it) => it.name === "sendmsg")!.declared)
      .toBe("int (*sendmsg)(struct socket *, struct msghdr *, size_t)");
    expect(layout("iphdr").members[1]!.declared).toBe("__u8 version:4");
  });

  test("an array of structs is opened at its first", () => {
    const frags = layout("skb_shared_info").members.find((it) => it.name === "frags")!;
    expect(frags).toMatchObject({ declared: "skb_frag_t frags[17]", size: 272 });
    expect(frags.inside!.offset).toBe(frags.offset);
    expect(frags.inside!.members.map((it) => it.offset)).toEqual([frags.offset, frags.offset + 8, frags.offset + 12]);
  });
});

describe("gaps", () => {
  const [u8, u32, u64] = [make.int("u8", 1), make.int("u32", 4), make.int("u64", 8)];
  test("a hole lies between members, padding behind them", () => {
    const it = made([u8, u32, make.struct("s", 12, [["a", 1, 0], ["b", 2, 32], ["c", 1, 64]])]);
    expect(parts(it)).toEqual(["u8 a", ["hole", 8, 24], "u32 b", "u8 c", ["padding", 72, 24]]);
    expect(sumsOf(it)).toEqual(
      { members: 3, bytes: 6, bits: 0, holes: 1, holeBytes: 3, bitHoles: 0, holeBits: 0, paddingBytes: 3, paddingBits: 0 });
  });

  test("what is left of a byte with bit fields is a hole of its own", () => {
    expect(parts(layout("msghdr")).slice(5, 9))
      .toEqual(["bool msg_control_is_user:1", "bool msg_get_inq:1", ["hole", 514, 6], ["hole", 520, 24]]);
  });

  test("a union has none, and what is empty fills none", () => {
    expect(parts(made([u8, u64, make.union("u", 8, [["a", 1, 0], ["b", 2, 0]])], "u"))).toEqual(["u8 a", "u64 b"]);
    const empty = made([u8, make.array(1, 0), make.struct("s", 8, [["a", 1, 0], ["none", 2, 32]])]);
    expect(parts(empty)).toEqual(["u8 a", ["hole", 8, 24], "u8 none[0]", ["padding", 32, 32]]);
  });

  test("of a struct inside another they are counted from the outermost", () => {
    const it = made([u8, u32, make.struct("in", 8, [["a", 1, 0], ["b", 2, 32]]), make.struct("s", 16, [["first", 2, 0], ["in", 3, 64]])]);
    expect(parts(it.members[1]!.inside!)).toEqual(["u8 a", ["hole", 72, 24], "u32 b"]);
  });
});

describe("a member is found", () => {
  const paths = (name: string, member: string) => findMember(layout(name), member).map((it) => [it.path, it.member.offset]);
  test.each([
    ["sk_buff",  "len",                   [["len", 112]]],
    ["sk_buff",  "dev",                   [["dev", 16]]],
    ["tcp_sock", "skc_state",             [["inet_conn.icsk_inet.sk.__sk_common.skc_state", 18]]],
    ["tcp_sock", "__sk_common.skc_state", [["inet_conn.icsk_inet.sk.__sk_common.skc_state", 18]]],
    ["tcp_sock", "inet_conn.skc_state",   [["inet_conn.icsk_inet.sk.__sk_common.skc_state", 18]]],
    ["tcp_sock", "skc_state.inet_conn",   []],
    ["tcp_sock", "no_such",               []],
  ] as const)("in %s: %s", (name, member, found) => expect(paths(name, member)).toEqual(found));

  test("in several places", () => {
    expect(paths("sk_buff", "next")).toEqual(
      [["next", 0], ["list.next", 0], ["ll_node.next", 0], ["tcp_tsorted_anchor.next", 88]]);
    expect(paths("skb_shared_info", "frags[3].len")).toEqual([["frags[0].len", layout("skb_shared_info").members.at(-1)!.offset + 8]]);
  });

  test.each(KERNELS)("what a name of the headers stands for is there in %s", (kernel) => {
    const sock = layout("sock", excerpt(kernel));
    const [sk, unknown] = [[...headerNames].filter(([it]) => it.startsWith("sk_")), new Set<string>()];
    for (const [name, path] of sk) if (findMember(sock, path).length === 0) unknown.add(name);
    expect(unknown.size).toBeLessThan(5);
    expect(findMember(sock, headerNames.get("sk_state")!)).toHaveLength(1);
  });
});

describe("types of other kinds", () => {
  test("an enum has all its values, an integer and another name say what they are", () => {
    const it = readBtf(make.btf([
      make.int("u32", 4), make.choice("kind", ["A", "B"]), make.typedef("id_t", 1), make.typedef("kind_t", 2),
    ]));
    expect(it.types("kind")).toEqual([{ kind: "enum", name: "kind", size: 4, values: [["A", 0n], ["B", 1n]] }]);
    expect(it.types("kind_t")).toEqual(it.types("kind"));
    expect(it.types("id_t")).toEqual([{ kind: "typedef", name: "id_t", size: 4, declared: "typedef u32 id_t" }]);
    expect(it.types("u32")).toEqual([{ kind: "type", name: "u32", size: 4, declared: "u32" }]);
    expect(it.types("nothing")).toEqual([]);
    expect(it.typeNames()).toEqual(["id_t", "kind", "kind_t", "u32"]);
  });

  test("several structs of one name are all told", () => {
    const it = readBtf(make.btf([make.int("u8", 1), make.struct("s", 1, [["a", 1, 0]]), make.struct("s", 1, [["b", 1, 0]])]));
    expect(it.types("s").map((one) => struct([one]).members[0]!.name)).toEqual(["a", "b"]);
  });

  test("a struct that contains itself is told, not followed", () => {
    const it = made([make.int("u8", 1), make.struct("s", 1, [["a", 1, 0], ["s", 2, 0]])]);
    expect(() => findMember(it, "b")).toThrow(BtfError);
  });
});

test("a module's types go on where vmlinux's end", () => {
  const base = make.btf([make.int("u8", 1), make.struct("in_base", 1, [["a", 1, 0]])]);
  const whole = make.btf([
    make.int("u8", 1), make.struct("in_base", 1, [["a", 1, 0]]), make.struct("in_module", 2, [["a", 1, 0], ["more", 2, 8]]),
  ]);
  const [types, names] = [8, 16].map((at) => [base.readUInt32LE(at + 4), whole.readUInt32LE(at + 4), whole.readUInt32LE(at)] as const);
  const own = ([from, to, at]: readonly [number, number, number]) => whole.subarray(24 + at + from, 24 + at + to);
  const split = make.file(own(types!), own(names!));
  expect(joined(base, split)).toEqual(whole);
  expect(struct(readBtf(joined(base, split)).types("in_module")).members[1]!.inside!.name).toBe("in_base");
});
