import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, AF_UNIX, SOCK_STREAM, SS_CONNECTED, SS_CONNECTING,
} from "../../src/abi/constants/socket.ts";
import { TCP_ESTABLISHED, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in, sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { atLeast, is } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

const STATE = "optval.tcpi_state";
/** So many bytes of a tcp_info hold tcpi_state. */
const HEAD = 8;
/** An address of the family alone: the kernel chooses a name. */
const ANY = 2;
/** 127.0.0.1 and a port as /proc/net/tcp writes them. */
const local = (port: number): string => ` 0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
/** A state behind a stream's type, as /proc/net/unix writes them. */
const inState = (state: number): string => ` 0001 0${state} `;

/**
 * What of a waiting connection accept changes, as the kernel's own lists show it.
 *
 *                 /proc/net/tcp        /proc/net/unix: St, Inode
 *     connect     01, inode 0          02, 0
 *     accept      01, an inode         03, an inode
 *
 * What it makes is a struct socket, with the inode that a descriptor leads to. TCP's state, ESTABLISHED, it
 * leaves as it is. St of AF_UNIX says both in one number: connected, and without or with a struct socket
 * (unix_seq_show, net/unix/af_unix.c).
 */
export default experiment({
  name: "accept-state",
  asks: "A connection waits for accept: is it connected already, and what does accept add?",
  story: `The guest sits at a table and has been served. Only nobody has written the table's number on the
    slate yet, so no waiter can be sent to “table seven”. accept writes the number: for the guest nothing
    changes. In the other room of the house they call a guest without a number “arriving”, and one with a
    number “here”.`,
  next: "Then accept-sleeps: what accept does where nobody waits.",

  run({ socket, bind, listen, getsockname, connect, ppoll, accept4, getsockopt, close }, { scene, look }) {
    const named = (fd: number, addr = sockaddr_in()) => {
      getsockname(fd, addr, int(sizeof(addr)));
      return addr;
    };
    scene("connected", "Over TCP; nobody has accepted it yet.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    bind(l, sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" }), sizeof(sockaddr_in));
    listen(l, 8);
    const addr = named(l);
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(c, addr, sizeof(addr));
    ppoll(pollfd({ fd: l, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    const child = `${local(addr.sin_port)}${local(named(c).sin_port)} `;
    look("child", "/proc/self/net/tcp", child);

    scene("accepted");
    const s = accept4(l, null, null, 0);
    getsockopt(s, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    look("child", "/proc/self/net/tcp", child);

    scene("unix connected", "The same with AF_UNIX. The kernel chooses a name.");
    const ul = socket(AF_UNIX, SOCK_STREAM, 0);
    const [name, length] = [sockaddr_un({ sun_family: AF_UNIX }), int(sizeof(sockaddr_un))];
    bind(ul, name, ANY);
    listen(ul, 8);
    getsockname(ul, name, length);
    const uc = socket(AF_UNIX, SOCK_STREAM, 0);
    connect(uc, name, length.value);
    const at = `@${name.$.text().slice(ANY + 1, length.value)}`;
    look("rows", "/proc/self/net/unix", at);

    scene("unix accepted");
    const us = accept4(ul, null, null, 0);
    look("rows", "/proc/self/net/unix", at);
    for (const fd of [us, uc, ul, s, c, l]) close(fd);
  },

  claims: [
    claim("TCP's connection is ESTABLISHED before accept, which gives it an inode and no other state",
      { connected: { ppoll: 1, "look child": 1 }, accepted: { getsockopt: 1, "look child": 1 } },
      ({
        connected: { ppoll, "look child": before }, accepted: { getsockopt: info, "look child": after },
      }) => [
        is(ppoll.result, 1),
        is(before.column("st"), TCP_ESTABLISHED),
        is(before.column("inode"), 0),
        is(after.column("st"), TCP_ESTABLISHED),
        atLeast(after.column("inode"), 1),
        is(info.after(STATE), TCP_ESTABLISHED),
      ], corrects("N2-63")),
    claim("where a list shows the file's side as well, accept is what makes it CONNECTED: AF_UNIX's",
      { "unix connected": { connect: 1, "look rows": 1 }, "unix accepted": { accept4: 1, "look rows": 1 } },
      ({
        "unix connected": { connect, "look rows": before },
        "unix accepted": { accept4, "look rows": after },
      }) => [
        is(connect.result, 0),
        is(before.lines(inState(SS_CONNECTING)), 1),
        is(before.lines(inState(SS_CONNECTED)), 0),
        is(accept4.errno, null),
        is(after.lines(inState(SS_CONNECTING)), 0),
        is(after.lines(inState(SS_CONNECTED)), 1),
      ], supports("N2-63")),
  ],
});
