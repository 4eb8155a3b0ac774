/** Every layout of src/abi against two others who know: the C compiler with the installed headers, and kernels' BTF. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { epollEventOn } from "../../src/abi/structs/poll.ts";
import { statOn } from "../../src/abi/structs/stat.ts";
import { type Btf, kernelBtf, readBtf } from "../../src/kernel/btf.ts";
import { compare } from "../../src/kernel/compare.ts";
import { type AnyStruct, isStruct } from "../../src/memory/struct.ts";
import { noCompiler, runC, valuesOf } from "./headers.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const filesOf = (folder: string): readonly string[] =>
  readdirSync(new URL(`../../src/abi/${folder}/`, import.meta.url)).map((it) => it.replace(/\.ts$/, ""));
const MODULES: readonly Readonly<Record<string, unknown>>[] = await Promise.all([
  ...filesOf("structs").map((file) => import(`../../src/abi/structs/${file}.ts`)),
  ...filesOf("headers").map((file) => import(`../../src/abi/headers/${file}.ts`)),
]);
const ALL: readonly AnyStruct[] = [...new Set(MODULES.flatMap((it) => Object.values(it)).filter(isStruct))];
const byTag = new Map(ALL.map((it) => [it.name, it]));

/** Translation units: headers that can be read together, and the structs they declare. */
const UNITS: readonly (readonly [headers: readonly string[], tags: readonly string[]])[] = [
  [["sys/socket.h", "sys/un.h", "sys/uio.h", "netinet/in.h", "net/if.h", "netinet/if_ether.h"], words(`
    sockaddr sockaddr_in sockaddr_in6 sockaddr_un iovec msghdr mmsghdr cmsghdr ucred linger in_pktinfo in6_pktinfo
    ip_mreq ip_mreqn ifreq ifmap arphdr ether_arp`)],
  [["time.h", "linux/if_packet.h", "linux/netlink.h", "linux/errqueue.h", "linux/filter.h", "linux/if_ether.h"], words(`
    sockaddr_ll sockaddr_nl nlmsghdr nlmsgerr sock_extended_err sock_filter sock_fprog ethhdr packet_mreq
    tpacket_req tpacket_req3 tpacket_stats tpacket_stats_v3 tpacket_rollover_stats tpacket_auxdata tpacket_hdr
    tpacket2_hdr tpacket3_hdr tpacket_hdr_variant1 tpacket_bd_ts tpacket_hdr_v1 tpacket_bd_header_u
    tpacket_block_desc fanout_args`)],
  [["linux/rtnetlink.h", "linux/inet_diag.h", "linux/ethtool.h"], words(`
    rtattr ifinfomsg ifaddrmsg rtmsg ndmsg tcmsg inet_diag_sockid inet_diag_req_v2 inet_diag_msg ethtool_value`)],
  [["linux/ip.h", "linux/ipv6.h", "linux/tcp.h", "linux/udp.h", "linux/icmp.h", "linux/icmpv6.h"], words(`
    iphdr ipv6hdr tcphdr tcp_info tcp_zerocopy_receive udphdr icmphdr icmp6hdr`)],
  [["time.h", "sys/time.h", "sys/resource.h", "sys/utsname.h", "poll.h", "sys/epoll.h", "fcntl.h", "signal.h"], words(`
    timespec timeval itimerspec rlimit rusage utsname pollfd epoll_data epoll_event f_owner_ex siginfo`)],
  [["linux/io_uring.h", "linux/perf_event.h", "linux/openat2.h", "linux/signalfd.h"], words(`
    io_uring_params io_uring_sqe io_uring_cqe io_sqring_offsets io_cqring_offsets io_uring_buf perf_event_attr
    perf_event_header open_how signalfd_siginfo`)],
  [["elf.h"],                         ["Elf64_auxv_t"]],
  [["linux/socket.h"],                ["sockaddr_storage"]],
  [["asm/signal.h"],                  ["sigaction"]],
  [["asm/stat.h", "asm/statfs.h"],    ["stat", "statfs"]],
];

/** Structs that no header of user space has: options' payloads, and what the kernel does not name. */
const NOWHERE = words("ip_recverr ipv6_recverr vlan_hdr tcp_timestamps tcp_sack_block_wire pagemap_entry");

/** What came after Linux 6.1, whose headers Debian 12 has. */
const NEWER = words(`
  tcp_info.tcpi_rcv_wnd tcp_info.tcpi_rehash tcp_info.tcpi_total_rto tcp_info.tcpi_total_rto_recoveries
  tcp_info.tcpi_total_rto_time tcp_info.tcpi_received_ce tcp_info.tcpi_delivered_e1_bytes
  tcp_info.tcpi_delivered_e0_bytes tcp_info.tcpi_delivered_ce_bytes tcp_info.tcpi_received_e1_bytes
  tcp_info.tcpi_received_e0_bytes tcp_info.tcpi_received_ce_bytes tcp_info.tcpi_accecn_fail_mode
  tcp_info.tcpi_accecn_opt_seen
  perf_event_attr.config3 perf_event_attr.aux_action perf_event_attr.inherit_thread
  io_uring_sqe.level io_uring_sqe.optname io_uring_sqe.optlen io_uring_sqe.optval
  io_sqring_offsets.user_addr io_cqring_offsets.user_addr`);

/** The C name of a struct or field, where it is not ours. */
const IN_C: Readonly<Record<string, string>> = {
  "Elf64_auxv_t":                 "Elf64_auxv_t",
  "Elf64_auxv_t.a_val":           "a_un.a_val",
  "siginfo":                      "siginfo_t",
  "sockaddr_storage":             "struct __kernel_sockaddr_storage",
  "icmphdr.id":                   "un.echo.id",
  "icmphdr.sequence":             "un.echo.sequence",
  "icmphdr.gateway":              "un.gateway",
  "icmphdr.mtu":                  "un.frag.mtu",
  "inet_diag_sockid.idiag_src4":  "idiag_src[0]",
  "inet_diag_sockid.idiag_dst4":  "idiag_dst[0]",
};
const typeInC = (layout: AnyStruct): string => IN_C[layout.name] ?? `${layout.kind} ${layout.name}`;

const isBits = (layout: AnyStruct, field: string): boolean => "bit" in layout.fields.find((it) => it.name === field)!.type;

/** What is asked about one layout: a name for each question, its C expression, and our own answer. */
function questions(layout: AnyStruct): readonly (readonly [name: string, expression: string, ours: number])[] {
  const type = typeInC(layout);
  const own = layout.fields.filter((it) => !isBits(layout, it.name)).flatMap(({ name, offset, type: { size } }) => {
    const member = IN_C[`${layout.name}.${name}`] ?? name;
    return [
      [`${layout.name}.${name}:offset`, `__builtin_offsetof(${type}, ${member})`, offset],
      [`${layout.name}.${name}:size`, `sizeof(((${type} *)0)->${member})`, size],
    ] as const;
  });
  return [[`${layout.name}:size`, `sizeof(${type})`, layout.size], ...own];
}

/** What is left over of a unit grows smaller with every field that is added. */
const LEFT_OVER = "__reserved_1";
const BIT_FIELDS = UNITS.flatMap(([headers, tags]) => tags.map((tag) => {
  const layout = byTag.get(tag)!;
  const names = layout.fields.map((it) => it.name)
    .filter((name) => isBits(layout, name) && name !== LEFT_OVER && !NEWER.includes(`${tag}.${name}`));
  return { layout, headers, names };
})).filter((it) => it.names.length > 0);

test("every layout is asked about, or named as one that no header has", () => {
  const asked = UNITS.flatMap(([, tags]) => tags);
  expect([...asked, ...NOWHERE].sort()).toEqual([...byTag.keys()].sort());
});

describe.skipIf(noCompiler !== null)(`the C compiler agrees${noCompiler === null ? "" : ` (${noCompiler})`}`, () => {
  describe.each(UNITS)("with <%s>", (headers, tags) => {
    const layouts = tags.map((tag) => byTag.get(tag)!);

    test("about every size and offset", () => {
      const asked = layouts.flatMap(questions);
      const answers = valuesOf(asked.map(([name]) => name), headers, Object.fromEntries(asked));
      const unknown = asked.map(([name]) => name).filter((name) => !answers.has(name)).map((name) => name.split(":")[0]!);
      expect(unknown.filter((name) => !NEWER.includes(name))).toEqual([]);
      const grown = new Set(unknown.map((name) => `${name.split(".")[0]}:size`));
      const said = asked.filter(([name]) => answers.has(name) && !grown.has(name));
      expect(said.map(([name]) => `${name} ${answers.get(name)}`)).toEqual(said.map(([name, , ours]) => `${name} ${ours}`));
    });
  });

  test.each(BIT_FIELDS)("about the bit fields of $layout.name: set alone, each changes the same bytes", ({ layout, headers, names }) => {
    const ours = names.map((name) => {
      const { width } = layout.fields.find((it) => it.name === name)!.type as unknown as { width: number };
      return [name, layout({ [name]: 2 ** width - 1 }).$.bytes.toString("hex")] as const;
    });
    const theirs = bitsInC(headers, layout, names);
    const common = Math.min(...[...theirs.values()].map((it) => it.length));
    expect(ours.map(([name, hex]) => [name, hex.slice(0, common)])).toEqual([...theirs].map(([name, hex]) => [name, hex.slice(0, common)]));
  });
});

/** The bytes of a struct as hex, all zero but for one bit field, by its name. */
function bitsInC(headers: readonly string[], layout: AnyStruct, names: readonly string[]): ReadonlyMap<string, string> {
  const type = typeInC(layout);
  const print = "for (unsigned i = 0; i < sizeof v; i++) printf(\"%02x\", ((unsigned char *)&v)[i]);";
  const { errors, output } = runC([
    ...headers.map((it) => `#include <${it}>`),
    "int printf(const char *, ...);",
    "int main(void) {",
    ...names.map((name) => `{ ${type} v; __builtin_memset(&v, 0, sizeof v); v.${name} = ~0; printf("${name} "); ${print} printf("\\n"); }`),
    "}",
  ].join("\n"));
  expect(errors).toBe("");
  return new Map(output.trim().split("\n").map((line) => line.split(" ") as [string, string]));
}

/** Not in BTF: glibc's, a packet's payload, or a struct without a tag. */
const NOT_IN_BTF = words("ip_mreq packet_mreq epoll_data ether_arp ip_recverr ipv6_recverr tcp_timestamps Elf64_auxv_t pagemap_entry");

const fixture = (release: string): Btf =>
  readBtf(readFileSync(new URL(`../fixtures/btf/${release}-x86_64.btf`, import.meta.url)));
const x86_64 = ALL.map((it) => (it.name === "stat" ? statOn("x64") : it.name === "epoll_event" ? epollEventOn("x64") : it));
const disagreeing = (btf: Btf, layouts: readonly AnyStruct[] = x86_64): readonly string[] => layouts.flatMap((layout) =>
  (compare(layout, btf)?.differences ?? []).map(({ field, ours, kernel }) => `${layout.name}.${field}: ${ours} / ${kernel}`));
const notes = (btf: Btf, tag: string): readonly string[] => compare(x86_64.find((it) => it.name === tag)!, btf)!.notes;

describe("kernels agree by their BTF", () => {
  test.each(["5.10", "6.18"])("Linux %s", (release) => {
    expect(disagreeing(fixture(release))).toEqual([]);
  });

  test("Linux 6.18 has every field that we have", () => {
    const extra = x86_64.flatMap((it) => compare(it, fixture("6.18"))?.notes ?? []);
    expect(extra.filter((note) => note.startsWith("only we have"))).toEqual([]);
  });

  test("Linux 7.2 has made bit fields of the last two of tcp_info", () => {
    expect(disagreeing(fixture("7.2"))).toEqual([
      "tcp_info.tcpi_accecn_fail_mode: offset 276, 2 bytes / bit 2212, 4 bits",
      "tcp_info.tcpi_accecn_opt_seen: offset 278, 2 bytes / bit 2210, 2 bits",
    ]);
  });

  test("what only one side has is told", () => {
    expect(notes(fixture("6.18"), "tcphdr")).toEqual(["only the kernel has ae, res1"]);
    expect(notes(fixture("6.18"), "tcp_info")).toEqual([]);
    expect(notes(fixture("5.10"), "tcp_info")[0]).toBe("232 bytes in the kernel, 280 here");
    expect(notes(fixture("5.10"), "tcp_info")[1]).toMatch(/^only we have tcpi_rcv_wnd, tcpi_rehash, /);
    expect(notes(fixture("7.2"), "perf_event_attr")).toEqual(["144 bytes in the kernel, 136 here", "only the kernel has config4"]);
  });

  const here = kernelBtf();
  test.skipIf(here === null)("the one that runs", () => {
    const known = disagreeing(fixture("7.2"));
    expect(disagreeing(here!, ALL).filter((it) => !known.includes(it))).toEqual([]);
    expect(ALL.filter((it) => compare(it, here!) === null).map((it) => it.name)).toEqual(expect.arrayContaining([...NOT_IN_BTF]));
  });
});
