import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { FIONREAD } from "../../src/abi/constants/ioctl.ts";
import { AF_INET, SO_MEMINFO, SO_RCVBUF, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { also, atLeast, figure, is, more } from "../../src/lab/check.ts";
import { claim, corrects, since, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, data, type Peer } from "../../src/lab/peer.ts";
import { cells } from "../../src/memory/array.ts";
import { int, u32 } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** The payload of a whole segment: what the hand-made end asks for in its SYN. */
const MSS = 1460;
/** SO_RCVBUF. The kernel doubles it: its own memory for the bytes counts too. socket(7). */
const ASKED = 16_384;
/** Of SO_MEMINFO: the memory that is used (sk_rmem_alloc), its limit (sk_rcvbuf). uapi linux/sock_diag.h. */
const USED = "optval[0]";
const LIMIT = "optval[1]";
const PLACES = 9;
const WINDOW = /window (\d+)/;

/** What the kernel told this peer last: how far it has received, and how much more it may be sent. */
const told = (peer: Peer) => ({ ack: 0, window: 0, ...peer.received().at(-1) });

/** Sends segments of so many bytes, while there is room and they are taken; tells of the last of them. */
function pour(peer: Peer, bytes: number): string {
  let last = "";
  for (let [at, sent] = [0, 0]; at === told(peer).ack && told(peer).window > 0; at += sent) {
    const { window } = told(peer);
    sent = Math.min(window, bytes);
    peer.send(data(sent, { seq: at }));
    peer.expect(ack());
    last = `window ${window}: ${sent} sent, ${told(peer).ack - at} taken`;
  }
  return last;
}

/**
 * Nobody reads, and the other end sends as much as it may.
 *
 *     window  16060 … 4380 2920 1460 0     // as the bytes come in
 *     recv(s, buf, 730, 0)                 // nothing is said
 *     recv(s, buf, 730, 0)                 // window 1460
 *     …                                    // 2920, 5840, 11680: when it is twice as large
 */
export default experiment({
  name: "flow-control",
  asks: "A program does not read: how is the sender made to wait, and when may it go on?",
  story: `Whoever receives says with every receipt how much still fits on the table. The table fills, the
    number gets smaller, and at last it is 0: wait. When you begin to clear it the clerk does not call out for
    every sheet; that would bring single sheets, each with a receipt of its own. He calls when there is
    room worth speaking of. And he reckons with the space on the table, where thin letters have thick
    envelopes: so the number that he says is an estimate.`,
  needs: ["veth"],
  parameters: { read: { is: "how many bytes each receive takes", default: 730, from: 100, to: 2920 } },
  next: "--set read=2920: how often is the sender told now? Then zero-window: what it does while it waits.",

  run({ socket, bind, listen, accept4, setsockopt, getsockopt, ioctl, recvfrom, close },
    { say, scene, look, net, known, peer, set }) {
    say("Over this route each segment is acknowledged at once.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", quickack: 1 });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(ASKED), 4);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    const status = (fd: number) => {
      ioctl(fd, FIONREAD, int(0));
      getsockopt(fd, SOL_SOCKET, SO_MEMINFO, cells(u32, PLACES), int(PLACES * u32.size));
    };

    scene("open", "The first window. SO_MEMINFO tells nine numbers: [0] is the memory used, [1] its limit.");
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    known("receiver", s);
    look("told", text(`window ${told(peer).window}`));
    status(s);

    scene("fill", "The other end sends whole segments while it may. Nobody reads.");
    pour(peer, MSS);
    const { ack: full, window } = told(peer);
    look("told", text(`ack ${full}, window ${window}`));
    status(s);

    scene("more", "It sends one byte although it may not.");
    peer.send(data(1, { seq: full }));
    peer.expect(ack(full, { window: 0 }));
    status(s);

    scene("read", "Now the program reads, in small pieces, until there is nothing left.");
    for (let left = full; left > 0; left -= set.read) recvfrom(s, buffer(set.read), set.read, 0, null, null);

    scene("small", "Another connection, and smaller segments: 1,000 bytes. Nobody reads.");
    peer.at(1).handshake(80);
    const r = accept4(l, null, null, 0);
    look("last", text(pour(peer.at(1), 1000)));
    status(r);
    for (const fd of [r, s, l]) close(fd);
  },

  claims: [
    claim("the window is less than the receive buffer: the buffer's limit is one of memory, not of bytes", {
      open: { getsockopt: 1, "look told": 1 }, fill: { ioctl: 1, getsockopt: 1 },
    }, ({ open: { getsockopt: empty, "look told": first }, fill: { ioctl: queued, getsockopt: full } }) => [
      is(empty.after(LIMIT), 2 * ASKED),
      more(empty.after(LIMIT), figure(first.bytes(), WINDOW)),
      more(full.after(USED), queued.after("*arg")),
    ], corrects("N3-44")),
    claim("the first window is an estimate: of whole segments more is taken in the end than it promised",
      { open: { "look told": 1 }, fill: { ioctl: 1 } },
      ({ open: { "look told": first }, fill: { ioctl: queued } }) => [
        more(queued.after("*arg"), figure(first.bytes(), WINDOW)),
      ], corrects("N3-44")),
    claim("when nobody reads the window goes down to 0",
      { open: { "look told": 1 }, fill: { "look told": 1, ioctl: 1 } },
      ({ open: { "look told": first }, fill: { "look told": last, ioctl: queued } }, seen) => [
        atLeast(figure(first.bytes(), WINDOW), MSS),
        is(figure(last.bytes(), WINDOW), 0),
        is(queued.after("*arg"), figure(last.bytes(), /ack (\d+)/).value),
        is(seen.counted("TcpExt.TCPToZeroWindowAdv", "fill"), 1),
      ], supports("N3-45", "N0-52", "N2-15")),
    claim("what is sent into a window of 0 is not taken, and answered: the window is 0",
      { fill: { ioctl: 1 }, more: { ioctl: 1 } },
      ({ fill: { ioctl: before }, more: { ioctl: after } }, seen) => [
        is(after.after("*arg"), Number(before.after("*arg").value)),
        also(() => is(seen.packets({ sport: 80 }, "more").field("window"), [0])),
      ], supports("N3-45")),
    claim("not every receive tells the sender of the new room: the window is told when it is twice as large",
      { read: { recvfrom: "all" } },
      ({ read: { recvfrom: reads } }, seen) => {
        const told = seen.packets({ sport: 80 }, "read").field("window");
        return [
          more(reads.count, seen.counted("Tcp.OutSegs", "read")),
          atLeast(seen.counted("Tcp.OutSegs", "read"), 2),
          is(told, told.value.filter((it, i, all) => i === 0 || Number(it) >= 2 * Number(all[i - 1]))),
        ];
      }, corrects("N3-47")),
    claim("where the memory is used up first, the kernel drops bytes for which its window had room",
      { small: { "look last": 1, getsockopt: 1 } },
      ({ small: { "look last": last, getsockopt: memory } }, seen) => [
        more(memory.after(USED), memory.after(LIMIT)),
        atLeast(figure(last.bytes(), WINDOW), 1),
        is(figure(last.bytes(), /(\d+) taken/), 0),
        is(seen.counted("TcpExt.TCPRcvQDrop", "small"), 1),
      ], corrects("N3-44", "N3-45"), since("6.12")),
  ],
});
