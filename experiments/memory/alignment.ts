import { AT_PAGESZ } from "../../src/abi/constants/auxvec.ts";
import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import { PACKET_RX_RING } from "../../src/abi/constants/packet.ts";
import {
  AF_INET, AF_PACKET, SO_RCVTIMEO, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, SOL_PACKET, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_ZEROCOPY_RECEIVE } from "../../src/abi/constants/tcp.ts";
import { Elf64_auxv_t } from "../../src/abi/structs/auxv.ts";
import { tpacket_req } from "../../src/abi/structs/packet.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_zerocopy_receive } from "../../src/abi/structs/tcp.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { is, multiple } from "../../src/lab/check.ts";
import { all, claim, contradicts, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const [RW, ANON] = [PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS];
const LETTER = "It does not matter where this text begins.";
const LENGTH = LETTER.length;
/** Places in a page; the last is its last byte. */
const places = (page: number): readonly number[] => [0, 1, 7, 63, page - 1];

/** Two ends of a TCP connection over lo. */
function connected(
  { socket, bind, listen, getsockname, connect, accept4, close }: Pick<Calls, Connecting>,
): readonly number[] {
  const listener = socket(AF_INET, SOCK_STREAM, 0);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(listener, addr, sizeof(addr));
  listen(listener, 1);
  getsockname(listener, addr, int(sizeof(addr)));
  const client = socket(AF_INET, SOCK_STREAM, 0);
  connect(client, addr, sizeof(addr));
  const server = accept4(listener, null, null, 0);
  close(listener);
  return [client, server];
}
type Connecting = "socket" | "bind" | "listen" | "getsockname" | "connect" | "accept4" | "close";

/**
 * Who cares where a buffer begins, and who does not.
 *
 *     send(s, p + 7, n, 0);                                  // n: it is copied byte by byte anyway
 *     getsockopt(t, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, { p + 1, … });   // EINVAL: pages are mapped there
 */
export default experiment({
  name: "alignment",
  asks: "Must a buffer for the network begin on a page boundary?",
  story: `Who dictates a letter over the telephone may hold the paper as he likes: the other one writes it
    down afresh. Only who wants his own sheet bound into the book has to cut it to the size of the page.`,
  needs: ["namespace", "packet"],
  next: "Then zero-copy-alias: calls that really do not copy, and what they ask instead.",

  run({
    openat, read, close, mmap, munmap, socket, bind, listen, getsockname, connect, accept4, setsockopt,
    sendto, recvfrom, attempt,
  }, { scene }) {
    scene("page", "How large is a page here?");
    const auxv = openat(AT_FDCWD, cstring("/proc/self/auxv"), O_RDONLY, 0);
    const entry = Elf64_auxv_t();
    while (read(auxv, entry, sizeof(entry)) > 0) if (entry.a_type === AT_PAGESZ) break;
    close(auxv);
    const page = Number(entry.a_val);

    scene("sent", "The same text, at five places of a page; the last reaches into the next one.");
    const udp = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(udp, addr, sizeof(addr));
    getsockname(udp, addr, int(sizeof(addr)));
    setsockopt(udp, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
    const p = mmap(0, 4 * page, RW, ANON, -1, 0);
    for (const at of places(page)) {
      p.bytes.write(LETTER, at, "latin1");
      sendto(udp, p.slice(at, at + LENGTH), LENGTH, 0, addr, sizeof(addr));
      const room = 2 * page + at;
      recvfrom(udp, p.slice(room, room + LENGTH), LENGTH, 0, null, null);
    }

    scene("mapped", "TCP may map received pages into the program: they go where pages go.");
    const tcp = { socket, bind, listen, getsockname, connect, accept4, close };
    const [client = 0, server = 0] = connected(tcp);
    const target = mmap(0, 2 * page, PROT_READ, MAP_SHARED, server, 0);
    const zerocopy = (address: number) => attempt.getsockopt(server, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE,
      tcp_zerocopy_receive({ address, length: page }), int(16));
    zerocopy(target.address + 1);
    zerocopy(target.address);

    scene("ring", "A packet socket shares whole pages with the program, in blocks.");
    const packet = socket(AF_PACKET, SOCK_RAW, 0);
    const ring = (block: number) => attempt.setsockopt(packet, SOL_PACKET, PACKET_RX_RING,
      tpacket_req({ tp_block_size: block, tp_block_nr: 1, tp_frame_size: block / 2, tp_frame_nr: 2 }), 16);
    ring(page - 96);
    ring(page);

    scene("unmapped", "A UDP socket has no pages to share.");
    attempt.mmap(0, page, PROT_READ, MAP_SHARED, udp, 0);
    munmap(p, 4 * page);
    munmap(target, 2 * page);
    for (const fd of [udp, client, server, packet]) close(fd);
  },

  claims: [
    claim("a send takes its bytes from anywhere, and a receive puts them anywhere", {
      page: { read: all }, sent: { mmap: 1, sendto: 5, recvfrom: 5 },
    }, ({ page: { read: { each } }, sent: { mmap, sendto: sent, recvfrom: received } }) => {
      const at = places(Number(each.at(-1)!.after("buf.a_val").value));
      return [
        ...sent.map((it, n) => is(it.address("buff"), Number(mmap.result.value) + at[n]!)),
        ...sent.map((it) => is(it.result, LENGTH)),
        ...received.map((it) => is(it.after("ubuf"), LETTER)),
      ];
    }, contradicts("N0-45")),
    claim("who has pages mapped does ask: TCP_ZEROCOPY_RECEIVE takes an address on a page boundary only", {
      page: { read: all }, mapped: { mmap: 1, getsockopt: 2 },
    }, ({ page: { read: { each } }, mapped: { mmap, getsockopt: [odd, even] } }) => [
      multiple(mmap.result, each.at(-1)!.after("buf.a_val")),
      is(odd.before("optval.address"), Number(mmap.result.value) + 1),
      is(odd.errno, "EINVAL"),
      is(even.before("optval.address"), Number(mmap.result.value)),
      is(even.result, 0),
    ], supports("N0-47")),
    claim("and so does a packet ring: its blocks are whole pages", {
      page: { read: all }, ring: { setsockopt: 2 },
    }, ({ page: { read: { each } }, ring: { setsockopt: [odd, even] } }) => {
      const page = Number(each.at(-1)!.after("buf.a_val").value);
      return [
        is(odd.before("optval.tp_block_size"), page - 96),
        is(odd.errno, "EINVAL"),
        is(even.before("optval.tp_block_size"), page),
        is(even.result, 0),
      ];
    }, supports("N0-47")),
    claim("a UDP socket cannot be mapped at all", { unmapped: { mmap: 1 } },
      ({ unmapped: { mmap } }) => [is(mmap.errno, "ENODEV")], supports("N0-47")),
  ],
});
