/**
 * Layouts as kernels have them: from excerpts of three kernels' BTF, with numbers that a C compiler's offsetof and the
 * kernels' headers gave, and from BTF made by hand for what those kernels do not do.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type BtfMember, kernelBtf, readBtf } from "../../src/kernel/btf.ts";
import { BtfError, Kind } from "../../src/kernel/btf-file.ts";
import * as make from "./btf-records.ts";

const excerpt = (kernel: string) =>
  readBtf(readFileSync(new URL(`../fixtures/btf/${kernel}-x86_64.btf`, import.meta.url)));
const kernels = { "5.10": excerpt("5.10"), "6.18": excerpt("6.18"), "7.2": excerpt("7.2") };
const member = (members: readonly BtfMember[] | undefined, name: string) => members?.find((it) => it.name === name);

describe.each(Object.entries(kernels))("what a kernel promises to programs is the same in %s", (_, btf) => {
  test.each([
    ["sockaddr_in",   "sin_port",           2,   2, "__be16"],
    ["sockaddr_in",   "sin_addr",           4,   4, "struct in_addr"],
    ["sockaddr_in6",  "sin6_addr",          8,  16, "struct in6_addr"],
    ["sockaddr_in6",  "sin6_scope_id",     24,   4, "__u32"],
    ["sockaddr_un",   "sun_path",           2, 108, "char[108]"],
    ["sockaddr_ll",   "sll_ifindex",        4,   4, "int"],
    ["sockaddr_ll",   "sll_addr",          12,   8, "unsigned char[8]"],
    ["iovec",         "iov_base",           0,   8, "void *"],
    ["iovec",         "iov_len",            8,   8, "__kernel_size_t"],
    ["user_msghdr",   "msg_iov",           16,   8, "struct iovec *"],
    ["user_msghdr",   "msg_controllen",    40,   8, "__kernel_size_t"],
    ["user_msghdr",   "msg_flags",         48,   4, "unsigned int"],
    ["mmsghdr",       "msg_len",           56,   4, "unsigned int"],
    ["cmsghdr",       "cmsg_type",         12,   4, "int"],
    ["epoll_event",   "data",               4,   8, "__u64"],
    ["ucred",         "gid",                8,   4, "__u32"],
    ["iphdr",         "ttl",                8,   1, "__u8"],
    ["iphdr",         "saddr",             12,   4, "__be32"],
    ["tcphdr",        "seq",                4,   4, "__be32"],
    ["tcphdr",        "window",            14,   2, "__be16"],
    ["ethhdr",        "h_source",           6,   6, "unsigned char[6]"],
    ["tcp_info",      "tcpi_unacked",      24,   4, "__u32"],
    ["tcp_info",      "tcpi_rtt",          68,   4, "__u32"],
    ["stat",          "st_mode",           24,   4, "unsigned int"],
  ])("%s.%s is at %i, %i bytes of %s", (struct, name, offset, size, type) => {
    expect(member(btf.struct(struct)?.members, name)).toEqual({ name, offset, size, type, bits: null });
  });

  test.each([
    ["sockaddr_in", 16], ["sockaddr_un", 110], ["sockaddr_ll", 20], ["__kernel_sockaddr_storage", 128], ["user_msghdr", 56],
    ["mmsghdr", 64], ["epoll_event", 12], ["iphdr", 20], ["tcphdr", 20], ["udphdr", 8], ["ethhdr", 14], ["stat", 144],
  ])("struct %s has %i bytes", (name, size) => {
    expect(btf.struct(name)?.size).toBe(size);
    expect(btf.size(`struct ${name}`)).toBe(size);
    expect(btf.size(name)).toBe(size);
  });

  test.each([["int", 4], ["size_t", 8], ["__be16", 2], ["long unsigned int", 8], ["char", 1]])("%s has %i bytes", (name, size) =>
    expect(btf.size(name)).toBe(size));

  test("bit fields say their bits, and where the unit is that they lie in", () => {
    const { members } = btf.struct("iphdr")!;
    expect(members[0]).toEqual({ name: "ihl",     offset: 0, size: 1, type: "__u8", bits: { offset: 0, size: 4 } });
    expect(members[1]).toEqual({ name: "version", offset: 0, size: 1, type: "__u8", bits: { offset: 4, size: 4 } });
    expect(member(btf.struct("tcphdr")?.members, "doff")).toEqual(
      { name: "doff", offset: 12, size: 2, type: "__u16", bits: { offset: 100, size: 4 } });
  });
});

describe("what is the kernel's own affair changes", () => {
  test.each([
    ["6.18", "tcp_info", 280], ["6.18", "sk_buff", 224], ["6.18", "sock", 784], ["6.18", "tcp_sock", 2304],
    ["6.18", "udp_sock", 1344], ["6.18", "net_device", 2496], ["6.18", "packet_type", 72], ["5.10", "tcp_info", 232],
  ] as const)("in %s struct %s has %i bytes", (kernel, name, size) => expect(kernels[kernel].size(name)).toBe(size));

  test.each([
    ["sk_buff",         "dev",               16, "struct net_device *"],
    ["sk_buff",         "sk",                24, "struct sock *"],
    ["sk_buff",         "cb",                40, "char[48]"],
    ["sk_buff",         "destructor",        96, "void (*)(struct sk_buff *)"],
    ["sk_buff",         "len",              112, "unsigned int"],
    ["sk_buff",         "protocol",         176, "__be16"],
    ["sk_buff",         "tail",             184, "sk_buff_data_t"],
    ["sk_buff",         "head",             192, "unsigned char *"],
    ["sk_buff",         "users",            212, "refcount_t"],
    ["skb_shared_info", "gso_size",           4, "short unsigned int"],
    ["net_device",      "_tx",               24, "struct netdev_queue *"],
    ["net_device",      "name",             280, "char[16]"],
    ["packet_type",     "list",              56, "struct list_head"],
    ["softnet_data",    "backlog",          264, "struct napi_struct"],
    ["proto_ops",       "sendmsg",          136, "int (*)(struct socket *, struct msghdr *, size_t)"],
    ["sock_common",     "skc_state",         18, "volatile unsigned char"],
  ])("in 6.18 %s.%s is at %i, a %s", (struct, name, offset, type) =>
    expect(member(kernels["6.18"].struct(struct)?.members, name)).toMatchObject({ offset, type }));

  test("bits of a struct inside a struct are counted from the outermost", () =>
    expect(member(kernels["6.18"].struct("sk_buff")?.members, "cloned")).toEqual(
      { name: "cloned", offset: 126, size: 1, type: "__u8", bits: { offset: 126 * 8, size: 1 } }));

  test.each([
    ["5.10", null],
    ["6.18", "int tcp_recvmsg_locked(struct sock *sk, struct msghdr *msg, size_t len, int flags, "
      + "struct scm_timestamping_internal *tss, int *cmsg_flags)"],
  ] as const)("in %s the prototype of tcp_recvmsg_locked is %j", (kernel, prototype) => {
    expect(kernels[kernel].prototype("tcp_recvmsg_locked")).toBe(prototype);
    expect(kernels[kernel].hasFunction("tcp_recvmsg_locked")).toBe(prototype !== null);
  });
});

describe("names", () => {
  const btf = kernels["6.18"];
  test("a union is one", () => expect(btf.struct("sk_buff_data_t")).toBeNull());
  test("a struct without a tag is found by its typedef", () =>
    expect(btf.struct("wait_queue_head_t")).toMatchObject({ name: "wait_queue_head_t", kind: "struct", size: 24 }));
  test("what is only declared has no layout and no size", () => {
    expect(btf.struct("super_block")).toBeNull();
    expect(btf.size("struct super_block")).toBeNull();
  });
  test.each(["", "no_such", "sk_buf", "k_buff", "sk_buff\0", "sk_buff\0len", "toString", "struct", "int"])("%j is no struct", (name) =>
    expect(btf.struct(name)).toBeNull());
  test.each(["", "struct ", "struct int", "udp_sendmsg", "struct  sk_buff"])("%j has no size", (name) => expect(btf.size(name)).toBeNull());
  test.each(["", "sk_buff", "udp_sendms", "dp_sendmsg"])("%j is no function", (name) => {
    expect(btf.hasFunction(name)).toBe(false);
    expect(btf.prototype(name)).toBeNull();
  });
  test("an answer is remembered", () => expect(btf.struct("sk_buff")).toBe(btf.struct("sk_buff")));
});

describe("made by hand", () => {
  const members = (types: readonly make.Made[], name = "s") => readBtf(make.btf(types)).struct(name)?.members;

  test("anonymous structs and unions give their members to the struct around them, in order", () => {
    const found = members([
      make.int("int", 4),
      make.union("", 8, [["a", 1, 0], ["", 3, 0]]),
      make.struct("", 8, [["b", 1, 0], ["c", 1, 32]]),
      make.struct("s", 16, [["first", 1, 0], ["", 2, 32], ["last", 1, 96]]),
    ]);
    expect(found?.map(({ name, offset }) => [name, offset])).toEqual([["first", 0], ["a", 4], ["b", 4], ["c", 8], ["last", 12]]);
  });

  test("an unnamed member of a named struct gives its members too (-fms-extensions), through qualifiers", () => {
    const types = [
      make.int("int", 4), make.struct("base", 4, [["x", 1, 0]]), make.wrapped(Kind.CONST, 2), make.struct("s", 8, [["", 3, 32]]),
    ];
    expect(members(types)?.map(({ name, offset }) => [name, offset])).toEqual([["x", 4]]);
  });

  test.each<[string, make.Made, Pick<BtfMember, "offset" | "size" | "bits">]>([
    ["by the member",            make.struct("s", 8, [["f", 1, 35, 5]]), { offset: 4, size: 4, bits: { offset: 35, size: 5 } }],
    ["by an integer of 5 bits",  make.struct("s", 8, [["f", 2, 35]]),    { offset: 4, size: 4, bits: { offset: 35, size: 5 } }],
    ["by a shifted integer",     make.struct("s", 8, [["f", 3, 32]]),    { offset: 4, size: 4, bits: { offset: 35, size: 5 } }],
    ["through a typedef",        make.struct("s", 8, [["f", 4, 35]]),    { offset: 4, size: 4, bits: { offset: 35, size: 5 } }],
    ["of an enum",               make.struct("s", 8, [["f", 5, 33, 2]]), { offset: 4, size: 4, bits: { offset: 33, size: 2 } }],
    ["across two units",         make.struct("s", 8, [["f", 1, 28, 8]]), { offset: 3, size: 4, bits: { offset: 28, size: 8 } }],
    ["whole, beside bit fields", make.struct("s", 8, [["f", 1, 32, 0]]), { offset: 4, size: 4, bits: null }],
    ["whole",                    make.struct("s", 8, [["f", 1, 32]]),    { offset: 4, size: 4, bits: null }],
  ])("a bit field: %s", (_, struct, expected) => {
    const types = [
      make.int("int", 4), make.int("int", 4, 5), make.int("int", 4, 5, 3), make.typedef("five", 2), make.choice("e", ["A"]), struct,
    ];
    expect(members(types)?.[0]).toMatchObject(expected);
  });

  test("a bit field in an anonymous struct is counted from the outermost", () => {
    const types = [make.int("int", 4), make.struct("", 4, [["f", 1, 3, 2]]), make.struct("s", 12, [["", 2, 64]])];
    expect(members(types)).toEqual([{ name: "f", offset: 8, size: 4, type: "int", bits: { offset: 67, size: 2 } }]);
  });

  test("sizes: arrays of arrays, pointers, enums of 8 bytes, floats; through typedefs and tags", () => {
    const types = [
      make.int("char", 1), make.array(1, 3), make.array(2, 4), make.pointer(3), make.choice64("big", ["A"]),
      make.float("double", 8), make.typedef("t", 8), make.typeTag("user", 3), make.declTag("tag", 7), make.data(1), make.section(10),
      make.struct("s", 64, [["a", 3, 0], ["p", 4, 96], ["e", 5, 160], ["d", 6, 224], ["t", 7, 288]]),
    ];
    expect(members(types)?.map(({ name, size }) => [name, size])).toEqual([["a", 12], ["p", 8], ["e", 8], ["d", 8], ["t", 12]]);
    expect(readBtf(make.btf(types)).size("enum big")).toBe(8);
    expect(readBtf(make.btf(types)).size("double")).toBe(8);
  });

  test("of several definitions the first is meant, a declaration never", () => {
    const btf = readBtf(make.btf([
      make.forward("s"), make.choice("e", []), make.struct("s", 4, []), make.struct("s", 8, []), make.choice("e", ["A"]),
      make.proto(0, []), make.fn("f", 6), make.proto(0, [["", 0]]), make.fn("f", 8),
    ]));
    expect(btf.size("struct s")).toBe(4);
    expect(btf.struct("s")?.size).toBe(4);
    expect(btf.size("enum e")).toBe(4);
    expect(btf.prototype("f")).toBe("void f(void)");
  });

  test("a name that is the end of another one is itself", () => {
    const types = [make.struct("in_addr", 4, []), make.struct("addr", 8, []), make.struct("dr", 12, [])];
    const btf = readBtf(make.btf(types));
    expect(["in_addr", "addr", "dr", "ddr"].map((name) => btf.size(name))).toEqual([4, 8, 12, null]);
  });

  test.each<[string, make.Made[], RegExp]>([
    ["contains itself",        [make.struct("s", 4, [["", 1, 0]])],                          /contains itself/],
    ["is a circle of typedefs", [make.struct("s", 4, [["a", 2, 0]]), make.typedef("t", 2)],  /in circles/],
    ["is a circle of arrays",  [make.struct("s", 4, [["a", 2, 0]]), make.array(2, 1)],       /in circles/],
    ["doubles and doubles",    [make.struct("s", 4, [["", 2, 0], ["", 2, 0]]), ...Array.from({ length: 30 }, (_, i) =>
      make.struct("", 4, [["", i + 3, 0], ["", i + 3, 0]])), make.struct("", 0, [])],        /in circles/],
    ["refers to nothing",      [make.struct("s", 4, [["a", 9, 0]])],                         /no type 9|not 9/],
    ["has a void member",      [make.struct("s", 4, [["a", 0, 0]])],                         /has no size/],
    ["has a declared member",  [make.struct("s", 4, [["a", 2, 0]]), make.forward("t")],      /has no size/],
    ["is too large",           [make.struct("s", 4, [["a", 3, 0]]), make.int("int", 4), make.array(4, 0xffff_ffff),
      make.array(2, 0xffff_ffff)],                                                           /larger than memory/],
  ])("a struct that %s", (_, types, message) => {
    const btf = readBtf(make.btf(types));
    expect(() => btf.struct("s")).toThrow(BtfError);
    expect(() => btf.struct("s")).toThrow(message);
  });
});

const kernel = kernelBtf();
describe("the running kernel", () => {
  test.skipIf(kernel === null)("tells its own layouts (skipped without /sys/kernel/btf/vmlinux)", () => {
    expect(kernel?.struct("sockaddr_in")).toEqual(kernels["6.18"].struct("sockaddr_in"));
    expect(kernel?.prototype("udp_sendmsg")).toBe("int udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)");
    expect(kernelBtf()).toBe(kernel);
  });
});
