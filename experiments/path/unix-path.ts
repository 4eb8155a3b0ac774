import { AF_UNIX, MSG_DONTWAIT, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { message, scm_rights } from "../../src/abi/structs/message.ts";
import { sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { unixAccept, unixBind, unixClose, unixConnect, unixListen, unixRead, unixReceiveMessage, unixSendMessage, unixSocket, unixSocketpair, unixWrite } from "../../src/kernel/paths/unix.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

const ANY = 2;
export default experiment({
  name: "unix-path",
  asks: "Two programs of one machine talk by AF_UNIX: which way does a byte take, if it takes no network?",
  story: "x",
  paths: {
    socket: unixSocket, bind: unixBind, listen: unixListen, connect: unixConnect, accept4: unixAccept,
    write: unixWrite, read: unixRead, sendmsg: unixSendMessage, recvmsg: unixReceiveMessage,
    socketpair: unixSocketpair, close: unixClose,
  },
  run({
    socket, bind, getsockname, listen, connect, accept4, write, read, sendmsg, recvmsg, socketpair, close,
  }, { scene }) {
    scene("made", "A listener with a name of the kernel's choosing, and a client.");
    const l = socket(AF_UNIX, SOCK_STREAM, 0);
    const [addr, length] = [sockaddr_un({ sun_family: AF_UNIX }), int(sizeof(sockaddr_un))];
    bind(l, addr, ANY);
    getsockname(l, addr, length);
    listen(l, 8);
    const c = socket(AF_UNIX, SOCK_STREAM, 0);

    scene("connected", "The client connects. Nobody has called accept.");
    connect(c, addr, length.value);

    scene("accepted");
    const s = accept4(l, null, null, 0);

    scene("written", "Five bytes.");
    write(c, text("bytes"), 5);

    scene("read");
    read(s, buffer(16), 16);

    scene("passed", "A descriptor goes along with four bytes.");
    sendmsg(c, message({ iov: [text("here")], control: [scm_rights([l])] }), 0);
    const control = buffer(24);
    recvmsg(s, message({ iov: [buffer(16)], control }), MSG_DONTWAIT);
    const other = i32.read(control, 16);

    scene("closed");
    for (const fd of [other, c, s, l]) close(fd);

    scene("pair", "Two sockets in one call, joined to each other.");
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    for (const fd of pair.value) close(fd);
  },
  claims: [],
});
