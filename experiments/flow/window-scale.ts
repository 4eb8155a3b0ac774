import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, SO_RCVBUF, SOCK_NONBLOCK, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { mss, type TcpOption, wscale } from "../../src/abi/headers/tcp-options.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack, type Peer, syn, synAck } from "../../src/lab/peer.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The field of 16 bits in the other end's segments. */
const FIELD = 1000;
/** RFC 7323: no shift is larger. */
const MOST = 14;
/** Of a connection: by how much the other end's windows are shifted, and its own; what may be sent. */
const THEIRS = "optval.tcpi_snd_wscale";
const OURS = "optval.tcpi_rcv_wscale";
const WINDOW = "optval.tcpi_snd_wnd";

type Options = readonly TcpOption[];
const at = (sin_addr: string, sin_port: number) => sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr });
const info = ({ getsockopt }: Calls, fd: number) =>
  getsockopt(fd, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));

/** A SYN with these options, SYN-ACK, and an ACK with this window: what does the kernel make of it? */
function connection(calls: Calls, listener: number, client: Peer, options: Options, window: number): void {
  client.send(syn({ options }));
  client.expect(synAck());
  client.send(ack({ window }));
  const s = calls.accept4(listener, null, null, 0);
  info(calls, s);
  calls.close(s);
}

/**
 * A field of 16 bits, and a shift that is agreed upon once, in the SYNs.
 *
 *     SYN, wscale 7      →
 *                        ←  SYN-ACK, wscale 14
 *     ACK, window 1000   →              // 1000 << 7: 128000 bytes may be sent
 */
export default experiment({
  name: "window-scale",
  asks: "The window is a field of 16 bits: how does it come to say more than 65,535?",
  story: `The form has room for five digits only. So both sides say, on the first sheet, in which unit they
    count: one in single letters, the other in boxes of 128. From then on the same five digits mean much more.
    The first sheet itself is always in single letters, for the unit is not agreed upon yet. And if one side
    says nothing of units, both count in letters.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_rmem": "4096 131072 1073741824", "net.ipv4.tcp_window_scaling": 1 },
  parameters: { shift: { is: "the shift that the other end offers", default: 7, from: 0, to: 14 } },
  next: "--set shift=14: how many bytes is the same field then? Then segmentation: how a send is cut into"
    + " segments.",

  run(calls, { scene, sysctl, peer, set }) {
    const { socket, bind, listen, setsockopt, close, attempt } = calls;
    const offer = [mss(1460), wscale(set.shift)];
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    bind(l, at("192.0.2.1", 80), sizeof(sockaddr_in));
    listen(l, 16);
    let peers = 0;
    const meet = (options: Options, window = FIELD) =>
      connection(calls, l, peer.at(peers++), options, window);

    scene("both", "A SYN with an offer, a SYN-ACK with one; then a window of 1000.");
    meet(offer);

    scene("none", "The same without an offer in the SYN.");
    meet([mss(1460)]);

    scene("off", "An offer in the SYN, but the kernel is told not to make one.");
    sysctl("net.ipv4.tcp_window_scaling", 0);
    meet(offer);
    sysctl("net.ipv4.tcp_window_scaling", 1);

    scene("large", "Offers of 14, 15 and 255, and the largest field there is.");
    for (const shift of [MOST, 15, 255]) meet([mss(1460), wscale(shift)], 65_535);

    scene("syn", "The kernel opens one itself. The SYN-ACK has an offer and a window of 1000.");
    const c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
    attempt.connect(c, at("192.0.2.2", 7777), sizeof(sockaddr_in));
    const server = peer.at(peers++);
    server.expect(syn());
    server.send(synAck({ window: FIELD, options: offer }));
    server.expect(ack());
    info(calls, c);

    scene("after", "The next segment says 1000, too.");
    server.send(ack({ window: FIELD }));
    server.fence();
    info(calls, c);
    close(c);

    scene("own", "Listeners with buffers of their own: 50,000 and 100,000 bytes.");
    for (const bytes of [50_000, 100_000]) {
      setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(bytes), 4);
      meet(offer);
    }
    close(l);
  },

  claims: [
    claim("where both SYNs offer a shift the field of the other end is shifted: so many bytes may be sent",
      { both: { getsockopt: 1 } },
      ({ both: { getsockopt: info } }, seen) => [
        is(info.after(THEIRS), seen.set("shift")),
        is(info.after(WINDOW), FIELD << seen.set("shift")),
        also(() => is(seen.packets({ syn: false, dport: 80 }, "both").field("window"), [FIELD])),
      ], supports("N3-50")),
    claim("where only one of the SYNs offers a shift nothing is shifted, in neither direction",
      { none: { getsockopt: 1 }, off: { getsockopt: 1 } },
      ({ none: { getsockopt: none }, off: { getsockopt: off } }) => [none, off].flatMap((info) => [
        is(info.after(THEIRS), 0),
        is(info.after(OURS), 0),
        is(info.after(WINDOW), FIELD),
      ]), supports("N3-50")),
    claim("no shift is larger than 14: offers of 15 and 255 are taken for 14, and 1 GB is the most",
      { large: { getsockopt: 3 } },
      ({ large: { getsockopt: each } }) => each.flatMap((info) => [
        is(info.after(THEIRS), MOST),
        is(info.after(WINDOW), 65_535 * 2 ** MOST),
      ]), supports("N3-50")),
    claim("the window of a SYN-ACK is not shifted, though it has the offer: that of the next segment is",
      { syn: { getsockopt: 1 }, after: { getsockopt: 1 } },
      ({ syn: { getsockopt: first }, after: { getsockopt: next } }, seen) => [
        is(first.after(THEIRS), seen.set("shift")),
        is(first.after(WINDOW), FIELD),
        is(next.after(WINDOW), FIELD << seen.set("shift")),
      ], supports("N3-50")),
    claim("the kernel's own offer is for the largest buffer there may be: 14 for 1 GB, 0 for 50,000 bytes",
      { both: { getsockopt: 1 }, own: { getsockopt: 2 } },
      ({ both: { getsockopt: grows }, own: { getsockopt: [small, twice] } }) => [
        is(grows.after(OURS), MOST),
        is(small.after(OURS), 0),
        is(twice.after(OURS), 1),
      ], supports("N3-50")),
  ],
});
