import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SOCK_DGRAM, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { receiveTcp, receiveUdp } from "../../src/kernel/paths/receive.ts";
import { transmitTcp, transmitUdp } from "../../src/kernel/paths/transmit.ts";
import { also, enough, is } from "../../src/lab/check.ts";
import { claim } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** What both protocols have in common on the way down, and on the way up. */
const DOWN = ["ip_finish_output2", "__dev_queue_xmit", "dev_hard_start_xmit", "loopback_xmit"];
const UP = ["net_rx_action", "process_backlog", "ip_local_deliver_finish"];
const TCP = ["tcp_sendmsg", "tcp_write_xmit", ...DOWN];
const UDP = ["udp_sendmsg", "udp_send_skb", ...DOWN];
/** Where the ways part: one of each. */
const ENDS = ["tcp_v4_rcv", "__udp_enqueue_schedule_skb"] as const;

/**
 * Below the protocols there is one way down, and one way up.
 *
 *     write   tcp_sendmsg ─┐                                 ┌─ tcp_v4_rcv
 *                          ├─ IP ─ neighbour ─ device ─ IP ──┤
 *     sendto  udp_sendmsg ─┘                                 └─ udp_rcv
 */
export default experiment({
  name: "down-and-up",
  asks: "TCP and UDP send over the same device: where do their ways meet, and where do they part again?",
  story: `Two shops in a house, and one goods lift. Each packs in its own way, and each unpacks in its own
    way. But between the two there is only the one lift: both go down by it, and whatever comes up is
    brought to one of the two according to the label. The lift does not look inside.`,
  paths: {
    "write transmit": transmitTcp, "sendto transmit": transmitUdp,
    "write receive": receiveTcp, "connect receive": receiveTcp, "sendto receive": receiveUdp,
  },
  next: "netlab path tcp receive --live draws the way up. Then call-table: the functions of each call.",

  run({
    socket, bind, listen, getsockname, setsockopt, connect, accept4, write, sendto, ppoll, recvfrom, close,
  }, { scene }) {
    const name = (fd: number, sin_addr = "127.0.0.1") => {
      const addr = sockaddr_in({ sin_family: AF_INET, sin_addr });
      bind(fd, addr, sizeof(addr));
      getsockname(fd, addr, int(sizeof(addr)));
      return addr;
    };
    const arrives = (fd: number) => {
      ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
      recvfrom(fd, buffer(8), 8, 0, null, null);
    };
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const at = name(l);
    listen(l, 8);
    const [c, rx, tx] = [socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), ...[0, 1]
      .map(() => socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP))] as [number, number, number];
    const to = name(rx);

    scene("connect", "A connection is opened: its segments go the same way.");
    connect(c, at, sizeof(at));
    const s = accept4(l, null, null, 0);
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, int(1), 4);

    scene("tcp", "Five bytes on it, twice.");
    for (let i = 0; i < 2; i++) {
      write(c, text("Hello"), 5);
      arrives(s);
    }

    scene("udp", "Five bytes in a datagram, twice.");
    for (let i = 0; i < 2; i++) {
      sendto(tx, text("Hello"), 5, 0, to, sizeof(to));
      arrives(rx);
    }
    for (const fd of [tx, rx, s, c, l]) close(fd);
  },

  claims: [
    claim("from IP to the device both go the same way: neighbour, queue, driver",
      { tcp: { write: 2 }, udp: { sendto: 2 } },
      ({ tcp: { write: [, tcp] }, udp: { sendto: [, udp] } }, seen) => [
        is(seen.inside(tcp).of("net:netif_rx").passed(TCP), TCP),
        is(seen.inside(udp).of("net:netif_rx").passed(UDP), UDP),
      ]),
    claim("and up again to IP; the packet's protocol decides who has it then",
      { tcp: { write: 2, recvfrom: 2 }, udp: { sendto: 2, recvfrom: 2 } },
      ({
        tcp: { write: [, tcp], recvfrom: [, stream] }, udp: { sendto: [, udp], recvfrom: [, datagram] },
      }, seen) => [
        is(stream.after("ubuf"), "Hello"),
        is(datagram.after("ubuf"), "Hello"),
        also(() => {
          const way = seen.inside(tcp).of("sock:sk_data_ready").passed([...UP, ...ENDS]);
          return is(enough(way, 1), [...UP, ENDS[0]]);
        }),
        also(() => {
          const way = seen.inside(udp).of("sock:sk_data_ready").passed([...UP, ...ENDS]);
          return is(enough(way, 1), [...UP, ENDS[1]]);
        }),
      ]),
  ],
});
