import { SEEK_CUR } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_RCVTIMEO, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { also, figure, is } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Where a descriptor of this process stands in its file: proc_pid_fdinfo(5). */
const INFO = "/proc/self/fdinfo";
const POSITION = /^pos:\s*(\d+)/;
const BYTES = 1000;

/** A connection over the loopback, and UDP's sender and receiver. No read waits longer than 4 s. */
const pairs = ({ socket, bind, listen, getsockname, setsockopt, connect, accept4, close }: Calls) => {
  const patient = (fd: number) =>
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  patient(l);
  listen(l, 1);
  getsockname(l, addr, int(sizeof(addr)));
  addr.sin_addr = "127.0.0.1";
  const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  connect(c, addr, sizeof(addr));
  const s = accept4(l, null, null, 0);
  close(l);
  const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)];
  patient(rx);
  addr.sin_port = 0;
  bind(rx, addr, sizeof(addr));
  getsockname(rx, addr, int(sizeof(addr)));
  connect(tx, addr, sizeof(addr));
  return { c, s, rx, tx };
};

/**
 * read and write do with a socket as with a file, up to a point.
 *
 *     write(c, data, 1000);         // 1000, and its position is 0 as before: it has none
 *     lseek(c, 0, SEEK_CUR);        // ESPIPE, and so are pread and pwrite
 *     read(fresh, buf, 8);          // ENOTCONN: no file is like that
 *     write(tx, "", 0);             // UDP: a datagram with nothing in it
 *     read(rx, buf, 0);             // 0, and the datagram waits on
 */
export default experiment({
  name: "socket-as-file",
  asks: "A socket is read and written like a file: how far does that go?",
  story: `A tape and a telephone line have the same two buttons, play and record. On the tape you can say
    where you are, go back, and listen again. On the line there is no “where”: what was said is gone. A line
    may also lead to nobody, and then the button does nothing but tell you so. And pressing record without
    saying a word leaves no mark on a tape; by letter it is an empty envelope, and that does arrive.`,
  next: "Then udp-raw: a socket at work.",

  run(calls, { scene, look }) {
    const { memfd_create, socket, read, write, pread64, pwrite64, lseek, recvfrom, close, attempt } = calls;
    const [data, room] = [text("x".repeat(BYTES)), buffer(BYTES)];
    const { c, s, rx, tx } = pairs(calls);
    const [fresh, letterbox] = [socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];

    scene("file", "A file in memory gets a thousand bytes. Where does it stand, and can it be read?");
    const file = memfd_create(cstring("a file"), 0);
    write(file, data, BYTES);
    look("file", `${INFO}/${file}`);
    lseek(file, 0, SEEK_CUR);
    pread64(file, room, BYTES, 0);
    pwrite64(file, data, BYTES, 0);

    scene("socket", "A connection: the same.");
    write(c, data, BYTES);
    look("sender", `${INFO}/${c}`);
    read(s, room, BYTES);
    look("receiver", `${INFO}/${s}`);
    attempt.lseek(c, 0, SEEK_CUR);
    attempt.pread64(s, room, BYTES, 0);
    attempt.pwrite64(c, data, BYTES, 0);

    scene("alone", "Sockets that were never connected: TCP's, then UDP's.");
    attempt.read(fresh, room, 8);
    attempt.write(fresh, data, 8);
    attempt.write(letterbox, data, 8);

    scene("nothing", "Over TCP nothing is written; then five bytes, and nothing is read.");
    write(c, text(""), 0);

    scene("five");
    write(c, text("hello"), 5);
    read(s, room, 0);
    read(s, room, 8);

    scene("empty", "Over UDP nothing is written.");
    write(tx, text(""), 0);

    scene("taken", "Nothing is read, then all there is.");
    read(rx, room, 0);
    recvfrom(rx, room, 8, 0, null, null);
    attempt.recvfrom(rx, room, 8, MSG_DONTWAIT, null, null);

    scene("recvfrom", "recvfrom is another matter, also where it asks for nothing.");
    write(tx, text("hello"), 5);
    recvfrom(rx, room, 0, 0, null, null);
    attempt.recvfrom(rx, room, 8, MSG_DONTWAIT, null, null);
    for (const fd of [file, c, s, fresh, letterbox, rx, tx]) close(fd);
  },

  claims: [
    claim("a file's position moves with what is written; a socket's is 0 before and after",
      {
        file: { write: 1, "look file": 1 },
        socket: { write: 1, read: 1, "look sender": 1, "look receiver": 1 },
      },
      ({
        file: { write: toFile, "look file": file },
        socket: { write, read, "look sender": sender, "look receiver": receiver },
      }) => [
        is(toFile.result, BYTES),
        is(figure(file.text, POSITION), BYTES),
        is(write.result, BYTES),
        is(read.result, BYTES),
        is(figure(sender.text, POSITION), 0),
        is(figure(receiver.text, POSITION), 0),
      ], contradicts("N2-70"), corrects("N2-12")),
    claim("whatever names a place in it fails on a socket: lseek, pread and pwrite are ESPIPE",
      { file: { lseek: 1, pread64: 1, pwrite64: 1 }, socket: { lseek: 1, pread64: 1, pwrite64: 1 } },
      ({ file, socket }) => [
        ...[file.lseek, file.pread64, file.pwrite64].map((it) => is(it.result, BYTES)),
        ...[socket.lseek, socket.pread64, socket.pwrite64].map((it) => is(it.errno, "ESPIPE")),
      ], corrects("N2-12"), contradicts("N2-70")),
    claim("a socket that leads nowhere is read as ENOTCONN, and written as EPIPE; UDP's wants an address",
      { alone: { read: 1, write: 2 } },
      ({ alone: { read, write: [tcp, udp] } }) => [
        is(read.errno, "ENOTCONN"),
        is(tcp.errno, "EPIPE"),
        is(udp.errno, "EDESTADDRREQ"),
      ], corrects("N2-12")),
    claim("to write nothing sends nothing over TCP; over UDP it sends a datagram with nothing in it",
      { nothing: { write: 1 }, empty: { write: 1 }, taken: { recvfrom: 2 } },
      ({ nothing: { write: tcp }, empty: { write: udp }, taken: { recvfrom: [datagram, more] } }, seen) => [
        ...[tcp, udp].flatMap((it) => [is(it.before("count"), 0), is(it.result, 0)]),
        is(datagram.result, 0),
        is(datagram.errno, null),
        is(more.errno, "EAGAIN"),
        also(() => is(seen.counted("Tcp.OutSegs", "nothing"), 0)),
        also(() => is(seen.counted("Udp.OutDatagrams", "empty"), 1)),
      ], supports("N2-77")),
    claim("a read of nothing takes nothing away, neither of a stream nor a datagram",
      { five: { write: 1, read: 2 }, taken: { read: 1, recvfrom: 2 } },
      ({ five: { write, read: [none, rest] }, taken: { read: nothing, recvfrom: [datagram, more] } }) => [
        is(write.result, 5),
        ...[none, nothing].flatMap((it) => [is(it.before("count"), 0), is(it.result, 0)]),
        is(rest.after("buf"), "hello"),
        is(datagram.errno, null),
        is(more.errno, "EAGAIN"),
      ], supports("N2-77")),
    claim("a recvfrom of nothing does: the datagram is gone", { recvfrom: { write: 1, recvfrom: 2 } },
      ({ recvfrom: { write, recvfrom: [none, more] } }) => [
        is(write.result, 5),
        is(none.before("size"), 0),
        is(none.result, 0),
        is(more.errno, "EAGAIN"),
      ], corrects("N2-12")),
  ],
});
