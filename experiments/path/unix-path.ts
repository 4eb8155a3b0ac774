import { AF_UNIX, MSG_DONTWAIT, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { cmsghdr, message, scm_rights } from "../../src/abi/structs/message.ts";
import { sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import {
  unixAccept, unixBind, unixClose, unixConnect, unixListen, unixRead, unixReceiveMessage, unixSendMessage,
  unixSocket, unixSocketpair, unixWrite,
} from "../../src/kernel/paths/unix.ts";
import { also, enough, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** A name of the kernel's choosing. */
const ANY = 2;
/** Of an address the bytes before the name. */
const FAMILY = 2;
const MADE = "kmem:kmem_cache_alloc";
/** What every socket is made by, and here the family's own. */
const ORDER = ["sock_alloc", "sock_alloc_file", "unix_accept"];
/** From the file to the family; on the stack whenever memory is got for what is written. */
const WAY = ["sock_write_iter", "unix_stream_sendmsg"];
/** A struct sock in /proc/net/unix that no struct socket belongs to: nobody has a descriptor for it. */
const NOBODYS = " 02     0 @";

/**
 * A connection without a network.
 *
 *     connect(c, …);            // makes the server's end, and hangs it into the listener's queue
 *     int s = accept(l, …);     // takes that end out, and makes a file for it
 *     write(c, "bytes", 5);     // hangs the bytes into s's queue
 *     read(s, …);               // takes them out
 */
export default experiment({
  name: "unix-path",
  asks: "Two programs of one machine talk by AF_UNIX: which way do the bytes take, if not through a network?",
  story: `Two rooms of one house, and a shelf in each. Whoever rings at the other room has brought a shelf
    along for it, and what they say is laid onto it directly. No van, no envelope, no stamp. And a thing
    itself can be handed over, not only a letter about it: nobody throws it away while it is on the way.`,
  paths: {
    socket: unixSocket, bind: unixBind, listen: unixListen, connect: unixConnect, accept4: unixAccept,
    write: unixWrite, read: unixRead, sendmsg: unixSendMessage, recvmsg: unixReceiveMessage,
    socketpair: unixSocketpair, close: unixClose,
  },
  // The last one is for kernels before 6.1.
  tracepoints: ["net:net_dev_queue", "kmem:kmem_cache_alloc_node"],
  next: "netlab path unix connect --live. Then unix-datagrams: the same without a connection.",

  run({
    socket, bind, getsockname, listen, connect, accept4, write, read, sendmsg, recvmsg, socketpair, close,
    attempt,
  }, { scene, look }) {
    const [addr, length] = [sockaddr_un({ sun_family: AF_UNIX }), int(sizeof(sockaddr_un))];
    // As the file has it: "@" for the zero byte that a name begins with when it is no path.
    const table = (as: string) =>
      look(as, "/proc/net/unix", `@${addr.sun_path.slice(1, length.value - FAMILY)}`);

    scene("made", "A listener with a name of the kernel's choosing, and a client.");
    const l = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(l, addr, ANY);
    getsockname(l, addr, length);
    listen(l, 8);
    const c = socket(AF_UNIX, SOCK_STREAM, 0);
    table("before");

    scene("connected", "The client connects, and writes at once. Nobody has called accept.");
    connect(c, addr, length.value);
    table("after");
    write(c, text("bytes"), 5);

    scene("accepted", "Now somebody does, and the bytes are there.");
    const s = accept4(l, null, null, 0);
    table("taken");
    read(s, buffer(16), 16);

    scene("passed", "The listener goes along with four bytes, and is closed before they are received.");
    sendmsg(c, message({ iov: [text("here")], control: [scm_rights([l])] }), 0);
    close(l);
    const control = buffer(24);
    recvmsg(s, message({ iov: [buffer(16)], control }), MSG_DONTWAIT);
    const other = i32.read(control, sizeof(cmsghdr));
    const d = socket(AF_UNIX, SOCK_STREAM, 0);
    attempt.connect(d, addr, length.value);

    scene("closed", "The client goes.");
    close(c);
    read(s, buffer(16), 16);
    attempt.write(s, text("late"), 4);
    for (const fd of [s, other, d]) close(fd);

    scene("pair", "Two sockets in one call, each the other's peer.");
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    for (const fd of pair.value) close(fd);
  },

  claims: [
    claim("the server's end is made by connect, in the client's call: accept only gives it a file",
      { made: { "look before": 1 }, connected: { connect: 1, "look after": 1 },
        accepted: { accept4: 1, "look taken": 1 } },
      ({ made: { "look before": before }, connected: { connect, "look after": after },
        accepted: { accept4, "look taken": taken } }, seen) => [
        is(before.lines("@"), 1),
        is(after.lines("@"), 2),
        is(after.lines(NOBODYS), 1),
        is(taken.lines("@"), 2),
        is(taken.lines(NOBODYS), 0),
        also(() => is(seen.inside(connect).of(MADE).passed(["sk_alloc"]), ["sk_alloc"])),
        also(() => is(seen.inside(accept4).of(MADE).passed(["sk_alloc"]), [])),
      ], contradicts("N2-11")),
    claim("accept makes struct socket and file first, as for TCP, and takes the connection then",
      { accepted: { accept4: 1 } },
      ({ accepted: { accept4 } }, seen) => [
        is(seen.inside(accept4).passed(ORDER), ORDER),
      ], supports("N2-60")),
    claim("what is written is in the other end's queue when the call returns; no packet passes any device",
      { connected: { write: 1 }, accepted: { read: 1 } },
      ({ connected: { write }, accepted: { read } }, seen) => [
        is(write.result, 5),
        is(read.after("buf"), "bytes"),
        is(seen.counted("Ip.OutRequests", "connected"), 0),
        also(() => is(seen.packets({}).length, 0)),
        also(() => is(enough(seen.inside(write).passed(WAY), 1), WAY)),
        also(() => is(seen.inside(write).count("net:net_dev_queue"), 0)),
      ], supports("N1-02"), corrects("N4-11")),
    claim("a descriptor that is sent holds its file open on the way: its sender may close its own",
      { passed: { sendmsg: 1, close: 1, recvmsg: 1, connect: 1 } },
      ({ passed: { sendmsg, close, recvmsg, connect } }) => [
        is(sendmsg.result, 4),
        is(close.result, 0),
        is(recvmsg.result, 4),
        is(connect.result, 0),
      ], supports("N1-27")),
    claim("close lets the peer know without a word: it reads an end, and cannot write any more",
      { closed: { close: 4, read: 1, write: 1 } },
      ({ closed: { close: [first], read, write } }, seen) => [
        is(first.result, 0),
        is(read.result, 0),
        is(write.errno, "EPIPE"),
        is(seen.counted("Ip.OutRequests", "closed"), 0),
      ]),
  ],
});
