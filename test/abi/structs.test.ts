/** What the structs of src/abi build, and how they are read back. Their texts are in texts.test.ts, offsets in layouts.test.ts. */
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ETH_P_IP } from "../../src/abi/constants/ether.ts";
import { IP_PKTINFO } from "../../src/abi/constants/in.ts";
import { SIGIO, SIGUSR2 } from "../../src/abi/constants/signal.ts";
import { AF_INET, AF_UNIX, MSG_DONTWAIT, SCM_RIGHTS, SOL_IP, SOL_PACKET, SOL_SOCKET, SOL_UDP } from "../../src/abi/constants/socket.ts";
import { CMSG_TYPES } from "../../src/abi/structs/cmsg-types.ts";
import { ifreq } from "../../src/abi/structs/if.ts";
import { cmsg, cmsgText, control, iovec, message, mmsghdr, msghdr, scm_credentials, scm_rights } from "../../src/abi/structs/message.ts";
import { attributes, messages } from "../../src/abi/structs/netlink.ts";
import { epoll_event, epollEventOn, fd_set, pollfd } from "../../src/abi/structs/poll.ts";
import { sigset } from "../../src/abi/structs/signal.ts";
import { sockaddr_in, sockaddr_ll, sockaddr_storage, sockaddr_un, sockaddrOf } from "../../src/abi/structs/sockaddr.ts";
import { statOn } from "../../src/abi/structs/stat.ts";
import { tcp_info, tcpInfoOf } from "../../src/abi/structs/tcp.ts";
import { u32 } from "../../src/memory/integer.ts";
import { buffer, bytesOf, memoryOf, text } from "../../src/memory/memory.ts";
import { cell } from "../../src/memory/type.ts";

const address = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "127.0.0.1" });

describe("sockaddrOf", () => {
  test("fits any bytes, and is never longer than they are", () => {
    const families = fc.constantFrom(0, 1, 2, 10, 16, 17, 40, 99);
    fc.assert(fc.property(families, fc.uint8Array({ maxLength: 140 }), (family, rest) => {
      const memory = bytesOf([family, 0, ...rest]);
      const layout = sockaddrOf(memory)!;
      expect(layout.size).toBeLessThanOrEqual(memory.length);
      expect(layout.show(layout.at(memory))).toMatch(/^\{sa_family=.*\}$/s);
    }), { numRuns: 1000 });
  });

  test.each([
    [2, 16, "sockaddr_in"], [2, 128, "sockaddr_in"], [2, 15, "sockaddr"], [10, 28, "sockaddr_in6"], [10, 24, "sockaddr_in6"],
    [10, 23, "sockaddr"], [1, 110, "sockaddr_un"], [1, 2, "sockaddr_un"], [1, 9, "sockaddr_un"], [16, 12, "sockaddr_nl"],
    [16, 11, "sockaddr"], [17, 20, "sockaddr_ll"], [17, 18, "sockaddr_ll"], [17, 11, "sockaddr"], [99, 30, "sockaddr"],
  ])("family %i in %i bytes is %s", (family, length, name) => {
    expect(sockaddrOf(bytesOf([family, 0, ...new Uint8Array(length - 2)]))!.name).toBe(name);
  });

  test("needs a family", () => {
    expect([sockaddrOf(null), sockaddrOf(bytesOf([])), sockaddrOf(bytesOf([2]))]).toEqual([null, null, null]);
  });

  test("an address that ends early is still read by name", () => {
    const whole = sockaddr_ll({ sll_family: 17, sll_protocol: ETH_P_IP, sll_ifindex: 3, sll_halen: 6, sll_addr: [2, 0, 0, 0, 0, 1] });
    const part = whole.$.slice(0, 18);
    const view = sockaddrOf(part)!.at(part);
    expect([view.sll_protocol, view.sll_ifindex, [...(view.sll_addr as Uint8Array)]]).toEqual([ETH_P_IP, 3, [2, 0, 0, 0, 0, 1]]);
  });
});

describe("sun_path", () => {
  test("is a path up to its NUL, or an abstract name as long as the address", () => {
    const path = sockaddr_un({ sun_family: AF_UNIX, sun_path: "/tmp/x" });
    expect(path.sun_path).toBe("/tmp/x");
    const name = sockaddr_un({ sun_family: AF_UNIX, sun_path: "\0lab" }).$.slice(0, 6);
    expect(sockaddrOf(name)!.at(name).sun_path).toBe("\0lab");
    expect(sockaddr_un({ sun_path: "a".repeat(108) }).sun_path).toHaveLength(108);
    expect(() => sockaddr_un({ sun_path: "a".repeat(109) })).toThrow(RangeError);
  });
});

test("sockaddr_storage shows what it holds", () => {
  const storage = sockaddr_storage({ ss_family: AF_INET });
  storage.$.bytes.set(address.$.bytes);
  expect(sockaddr_storage.show(storage)).toBe('{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}');
});

describe("message", () => {
  test("builds the iovec array and fills every length in", () => {
    const [a, b, room] = [text("abc"), buffer(10), buffer(64)];
    const it = message({ name: address, iov: [a, b], control: room, flags: MSG_DONTWAIT });
    expect([it.msg_namelen, it.msg_iovlen, it.msg_controllen, it.msg_flags]).toEqual([16, 2, 64, MSG_DONTWAIT]);
    expect([it.msg_name, it.msg_control]).toEqual([address, room]);
    const pieces = memoryOf(it.msg_iov!)!;
    expect([iovec.at(pieces).iov_base, iovec.at(pieces).iov_len]).toEqual([a, 3]);
    expect([iovec.at(pieces, 16).iov_base, iovec.at(pieces, 16).iov_len]).toEqual([b, 10]);
  });

  test("of nothing is all zero", () => {
    expect(message({}).$.bytes.equals(Buffer.alloc(56))).toBe(true);
    expect(message({ control: [scm_rights([3])] }).msg_controllen).toBe(24);
  });

  test("keeps its pointers in an array of mmsghdr", () => {
    const one = message({ name: address, iov: [text("x")] });
    const many = mmsghdr.array([{ msg_hdr: one }, { msg_hdr: one }]);
    expect(many.value.map((it) => it.msg_hdr.msg_name)).toEqual([address, address]);
    expect(many.value[1]!.msg_hdr.msg_iov).toBe(one.msg_iov);
  });

  test("says where its pointers lead", () => {
    const reach = Object.fromEntries(msghdr.fields.map((it) => [it.name, "reach" in it.type ? it.type.reach : null]));
    expect(reach).toMatchObject({
      msg_name:    { to: "sockaddr", length: "msg_namelen", wrote: "length" },
      msg_iov:     { length: "msg_iovlen", wrote: "result" },
      msg_control: { to: "cmsg", length: "msg_controllen", wrote: "length" },
    });
  });
});

describe("control messages", () => {
  test.each([[0, 16], [1, 24], [4, 24], [8, 24], [12, 32], [20, 40]])("CMSG_SPACE(%i) is %i", (length, space) => {
    expect(cmsg.space(length)).toBe(space);
  });

  test("are laid out as C does", () => {
    const both = control([scm_rights([3]), scm_credentials({ pid: 7, uid: 0, gid: 5 })]);
    expect(both.bytes.toString("hex")).toBe([
      "1400000000000000", "01000000", "01000000", "0300000000000000",
      "1c00000000000000", "01000000", "02000000", "07000000" + "00000000" + "05000000" + "00000000",
    ].join(""));
  });

  test("give descriptors and credentials back", () => {
    const [rights, who] = cmsg.read(control([scm_rights([3, 4, 5]), scm_credentials({ pid: 7, uid: 1, gid: 2 })]));
    expect(rights!.head).toEqual({ cmsg_level: SOL_SOCKET, cmsg_type: SCM_RIGHTS });
    expect(rights!.type!.read(rights!.payload, 0)).toEqual([3, 4, 5]);
    expect(who!.type!.read(who!.payload, 0)).toMatchObject({ pid: 7, uid: 1, gid: 2 });
  });

  test.each(CMSG_TYPES)("$name is typed when it is whole, and bytes when it is not", ({ level, type, name, payload }) => {
    const head = { cmsg_level: level, cmsg_type: type };
    const { size } = payload(64);
    const whole = cmsg.read(control([[head, bytesOf(new Uint8Array(size))]]))[0]!;
    expect(whole.type!.size).toBe(size);
    expect(cmsgText(control([[head, whole.payload]]))).toContain(`cmsg_type=${name}, cmsg_data=`);
    const cut = cmsg.read(control([[head, bytesOf(new Uint8Array(size - 1))]]))[0]!;
    expect(cut.type === null || cut.type.size < size).toBe(true);
  });

  test("that nobody knows have no data", () => {
    expect(cmsgText(control([[{ cmsg_level: SOL_IP, cmsg_type: 99 }, text("x")]]))).toBe(
      "[{cmsg_len=17, cmsg_level=SOL_IP, cmsg_type=0x63}]");
  });

  test.each([[SOL_PACKET, 8, "tpacket_auxdata"], [SOL_IP, IP_PKTINFO, "in_pktinfo"], [SOL_UDP, 104, "i32"], [SOL_UDP, 103, "u16"]])(
    "level %i type %i carries %s", (cmsg_level, cmsg_type, name) => {
      expect(cmsg.shape.payload({ cmsg_level, cmsg_type }, 64)?.name).toBe(name);
    });
});

describe("tcp_info", () => {
  test.each([[280, 280, "tcpi_accecn_opt_seen"], [300, 280, "tcpi_accecn_opt_seen"], [232, 232, "tcpi_snd_wnd"], [104, 104, "tcpi_total_retrans"],
    [50, 50, "tcpi_last_data_sent"], [8, 8, "tcpi_fastopen_client_fail"], [1, 1, "tcpi_state"]])(
    "of %i bytes is as long as %i, up to %s", (length, size, last) => {
      const layout = tcpInfoOf(length)!;
      expect([layout.name, layout.size, layout.fields.at(-1)!.name]).toEqual(["tcp_info", size, last]);
      expect(tcpInfoOf(length)).toBe(layout);
    });

  test("of no bytes is nothing; its bit fields are apart", () => {
    expect(tcpInfoOf(0)).toBeNull();
    const it = tcp_info({ tcpi_state: 1, tcpi_snd_wscale: 7, tcpi_rcv_wscale: 10, tcpi_delivery_rate_app_limited: 1 });
    expect(it.$.bytes.toString("hex", 0, 8)).toBe("010000000000a701");
    expectTypeOf(it.tcpi_rtt).toEqualTypeOf<number>();
  });
});

describe("poll, select, epoll", () => {
  test("epoll_event: packed on x86-64, aligned on arm64; the data has four names", () => {
    const [x64, arm64] = [epollEventOn("x64"), epollEventOn("arm64")];
    expect([x64.size, arm64.size]).toEqual([12, 16]);
    for (const [layout, at] of [[x64, 4], [arm64, 8]] as const) {
      const event = layout({ events: 1, data: { fd: 7 } });
      expect([event.data.fd, event.data.u64, event.$.bytes[at]]).toEqual([7, 7, 7]);
    }
    expect(epoll_event.size).toBe(process.arch === "arm64" ? 16 : 12);
  });

  test("fd_set holds 0 to 1023", () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(1023)), (fds) => {
      expect(cell(fd_set, fds).value).toEqual([...fds].sort((a, b) => a - b));
    }), { numRuns: 50 });
    expect(fd_set.show([3, 5])).toBe("[3 5]");
    expect(cell(fd_set, [0, 9]).bytes.toString("hex", 0, 2)).toBe("0102");
    for (const fd of [-1, 1024, 0.5]) expect(() => cell(fd_set, [fd])).toThrow(RangeError);
  });

  test("pollfd", () => {
    expect(pollfd.show(pollfd({ fd: 3, events: 1, revents: 0x11 }))).toBe("{fd=3, events=POLLIN, revents=POLLIN|POLLHUP}");
  });
});

test("sigset_t holds 1 to 64", () => {
  expect(cell(sigset, [SIGIO, SIGUSR2]).value).toEqual([SIGUSR2, SIGIO]);
  for (const signal of [0, 65, 1.5]) expect(() => cell(sigset, [signal])).toThrow(RangeError);
});

test.each([
  ["x64",   24, 0o41777,  0n,      4096, "{st_mode=S_IFDIR|S_ISVTX|0777, st_size=4096, ...}"],
  ["x64",   24, 0o104755, 0n,      7,    "{st_mode=S_IFREG|S_ISUID|0755, st_size=7, ...}"],
  ["arm64", 16, 0o20666,  0x103n,  0,    "{st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...}"],
  ["x64",   24, 0o60660,  0x1231_0345n, 0, "{st_mode=S_IFBLK|0660, st_rdev=makedev(0x103, 0x12345), ...}"],
  ["arm64", 16, 0o140644, 0n,      0,    "{st_mode=S_IFSOCK|0644, st_size=0, ...}"],
])("stat on %s, st_mode at %i: %#", (arch, at, st_mode, st_rdev, st_size, expected) => {
  const layout = statOn(arch);
  const it = layout.at(layout({ st_mode, st_size } as never).$);
  it.st_rdev = Number(st_rdev);
  expect(u32.read(it.$, at)).toBe(st_mode);
  expect(layout.show(it as never)).toBe(expected);
});

test("ifreq: one name, one of many values", () => {
  const it = ifreq({ ifr_name: "lo", ifr_mtu: 65_536 });
  expect([it.ifr_name, it.ifr_ifindex, it.ifr_addr.sa_family]).toEqual(["lo", 65_536, 0]);
  it.ifr_flags = 0x49;
  expect(it.$.bytes.toString("hex", 16, 18)).toBe("4900");
});

test("netlink messages hold attributes", () => {
  const inside = attributes.make([[3, text("lo\0")], [4, cell(u32, 1500)]]);
  const row = messages.make([[{ nlmsg_type: 16, nlmsg_flags: 5, nlmsg_seq: 1, nlmsg_pid: 0 }, inside]]);
  expect(row.bytes.toString("hex")).toBe("2000000010000500010000000000000007000300" + "6c6f0000" + "08000400" + "dc050000");
  const [only] = messages.read(row);
  expect(attributes.read(only!.payload).map((it) => [it.head, it.payload.length])).toEqual([[3, 3], [4, 4]]);
});
