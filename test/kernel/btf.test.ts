/**
 * Layouts as kernels have them: from excerpts of three kernels' BTF, with numbers that a C compiler's
 * offsetof and the kernels themselves gave.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type BtfMember, kernelBtf, readBtf } from "../../src/kernel/btf.ts";

const excerpt = (kernel: string) =>
  readBtf(readFileSync(new URL(`../fixtures/btf/${kernel}-x86_64.btf`, import.meta.url)));
const kernels = { "5.10": excerpt("5.10"), "6.18": excerpt("6.18"), "7.2": excerpt("7.2") };
const member = (members: readonly BtfMember[] | undefined, name: string) =>
  members?.find((it) => it.name === name);

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

  test.each([
    ["int", 4], ["size_t", 8], ["__be16", 2], ["long unsigned int", 8], ["char", 1],
  ])("%s has %i bytes", (name, size) => expect(btf.size(name)).toBe(size));

  test("bit fields say their bits, and where the unit is that they lie in", () => {
    expect(btf.struct("iphdr")?.members.slice(0, 2)).toEqual([
      { name: "ihl",     offset: 0, size: 1, type: "__u8", bits: { offset: 0, size: 4 } },
      { name: "version", offset: 0, size: 1, type: "__u8", bits: { offset: 4, size: 4 } },
    ]);
    expect(member(btf.struct("tcphdr")?.members, "doff")).toEqual(
      { name: "doff", offset: 12, size: 2, type: "__u16", bits: { offset: 100, size: 4 } });
  });
});

describe("what is the kernel's own affair changes", () => {
  test.each([
    ["6.18", "tcp_info", 280], ["6.18", "sk_buff", 224], ["6.18", "sock", 784], ["6.18", "tcp_sock", 2304],
    ["6.18", "udp_sock", 1344], ["6.18", "net_device", 2496], ["6.18", "packet_type", 72], ["5.10", "tcp_info", 232],
  ] as const)("in %s struct %s has %i bytes", (kernel, name, size) =>
    expect(kernels[kernel].size(name)).toBe(size));

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
  test("a struct without a tag is found by its typedef", () =>
    expect(btf.struct("wait_queue_head_t")).toMatchObject(
      { name: "wait_queue_head_t", kind: "struct", size: 24 }));
  test("what is only declared has no layout and no size", () => {
    expect(btf.struct("super_block")).toBeNull();
    expect(btf.size("struct super_block")).toBeNull();
  });
  test.each([
    "", "no_such", "sk_buf", "k_buff", "sk_buff\0", "sk_buff\0len", "toString", "int", "sk_buff_data_t",
  ])("%j is no struct", (name) => expect(btf.struct(name)).toBeNull());
  test.each(["", "struct ", "struct int", "udp_sendmsg", "struct  sk_buff"])("%j has no size", (name) =>
    expect(btf.size(name)).toBeNull());
  test.each(["", "sk_buff", "udp_sendms", "dp_sendmsg"])("%j is no function", (name) => {
    expect(btf.hasFunction(name)).toBe(false);
    expect(btf.prototype(name)).toBeNull();
  });
  test("an answer is remembered", () => expect(btf.struct("sk_buff")).toBe(btf.struct("sk_buff")));
});

describe("the running kernel", () => {
  test("tells its own layouts", ({ skip }) => {
    const kernel = kernelBtf();
    skip(kernel === null, "there is no /sys/kernel/btf/vmlinux");
    expect(kernel?.struct("sockaddr_in")).toEqual(kernels["6.18"].struct("sockaddr_in"));
    expect(kernel?.prototype("udp_sendmsg")).toMatch(/^int udp_sendmsg\(struct sock \*sk, struct msghdr \*/);
    expect(kernelBtf()).toBe(kernel);
  });
});
