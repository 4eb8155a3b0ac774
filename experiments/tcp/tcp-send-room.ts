import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_MEMINFO, SO_SNDBUF, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_NODELAY } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { atLeast, is, more } from "../../src/lab/check.ts";
import { claim, contradicts, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { ack } from "../../src/lab/peer.ts";
import { cells } from "../../src/memory/array.ts";
import { int, u32 } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** SO_SNDBUF. The kernel doubles it: its own memory for the bytes counts too. socket(7). */
const ASKED = 4096;
/**
 * Of SO_MEMINFO: sk_sndbuf, the limit, and sk_wmem_queued, what counts against it.
 * uapi linux/sock_diag.h (SK_MEMINFO_SNDBUF, SK_MEMINFO_WMEM_QUEUED).
 */
const SNDBUF = "optval[3]";
const QUEUED = "optval[5]";
const PLACES = 9;

/**
 * The other end acknowledges nothing, so whatever is taken stays in the send buffer.
 *
 *     send(s, buf, 10000, MSG_DONTWAIT);   // 10000, though the whole buffer is 8192
 *     send(s, "!", 1, MSG_DONTWAIT);       // EAGAIN: it is not below its limit any more
 *     // all is acknowledged
 *     send(s, "!", 1, MSG_DONTWAIT);       // 1
 */
export default experiment({
  name: "tcp-send-room",
  asks: "How does the kernel decide whether there is room for a send?",
  story: `The guard at the gate does not measure your load. He looks whether the yard is full already: if not,
    you drive in with all you have, even if the yard is overfull then. The next one is turned away, and be it
    with a single letter, until something has been taken out.`,
  needs: ["veth"],
  // Nothing is sent again early, and what may leave does not wait for company.
  pins: {
    "net.ipv4.tcp_early_retrans": 0, "net.ipv4.tcp_autocorking": 0, "net.ipv4.tcp_tso_win_divisor": 100,
  },
  parameters: { bytes: { is: "how many bytes are sent first", default: 10_000, from: 8193, to: 14_000 } },
  next: "--set bytes=14000: all of them are taken as well, and [5] is larger. Then tcp-blocking-send: a"
    + " send that waits.",

  run({ socket, bind, listen, setsockopt, getsockopt, accept4, close, attempt },
    { say, scene, net, peer, set }) {
    say("So late may a segment be sent again that it plays no part here: after a minute.");
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60_000, lock: ["rto_min"] });
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    setsockopt(l, IPPROTO_TCP, TCP_NODELAY, int(1), 4);
    setsockopt(l, SOL_SOCKET, SO_SNDBUF, int(ASKED), 4);
    bind(l, addr, sizeof(addr));
    listen(l, 8);
    peer.handshake(80);
    const s = accept4(l, null, null, 0);
    const memory = () => getsockopt(s, SOL_SOCKET, SO_MEMINFO, cells(u32, PLACES), int(PLACES * u32.size));

    scene("empty",
      "The send buffer is empty. SO_MEMINFO tells nine numbers: [3] is the limit, [5] what is in it.");
    memory();

    scene("large", "A send of more bytes than the buffer's limit. All of them leave, none is acknowledged.");
    attempt.sendto(s, text("x".repeat(set.bytes)), set.bytes, MSG_DONTWAIT, null, 0);
    memory();

    scene("full", "One byte more.");
    attempt.sendto(s, text("!"), 1, MSG_DONTWAIT, null, 0);
    memory();

    scene("acknowledged", "The other end acknowledges everything.");
    peer.send(ack(set.bytes));
    peer.fence();
    memory();
    attempt.sendto(s, text("!"), 1, MSG_DONTWAIT, null, 0);
    close(s);
    close(l);
  },

  claims: [
    claim("a buffer below its limit takes a send that is larger than all of it",
      { empty: { getsockopt: 1 }, large: { sendto: 1 } },
      ({ empty: { getsockopt: memory }, large: { sendto } }, seen) => [
        is(memory.after(SNDBUF), 2 * ASKED),
        is(memory.after(QUEUED), 0),
        more(sendto.before("len"), memory.after(SNDBUF)),
        is(sendto.result, seen.set("bytes")),
      ], contradicts("N0-56")),
    claim("then more counts against the limit than it is, and not one byte is taken",
      { large: { getsockopt: 1 }, full: { sendto: 1 } },
      ({ large: { getsockopt: memory }, full: { sendto } }) => [
        more(memory.after(QUEUED), memory.after(SNDBUF)),
        is(sendto.before("len"), 1),
        is(sendto.errno, "EAGAIN"),
      ], corrects("N0-56")),
    claim("what is acknowledged makes room",
      { full: { getsockopt: 1 }, acknowledged: { getsockopt: 1, sendto: 1 } },
      ({ full: { getsockopt: before }, acknowledged: { getsockopt: after, sendto } }, seen) => [
        atLeast(before.after(QUEUED), seen.set("bytes")),
        is(after.after(QUEUED), 0),
        is(sendto.result, 1),
      ], corrects("N0-56")),
  ],
});
