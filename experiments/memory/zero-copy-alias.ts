import {
  MAP_ANONYMOUS, MAP_PRIVATE, MFD_CLOEXEC, PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import {
  AF_INET, MSG_WAITALL, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { iovec } from "../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { is, more } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { i32, i64, int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Two ends of a TCP connection over lo; the second gives up after four seconds without data. */
function connected(
  { socket, bind, listen, getsockname, connect, accept4, setsockopt, close }: Pick<Calls, Connecting>,
): readonly number[] {
  const listener = socket(AF_INET, SOCK_STREAM, 0);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(listener, addr, sizeof(addr));
  listen(listener, 1);
  getsockname(listener, addr, int(sizeof(addr)));
  const client = socket(AF_INET, SOCK_STREAM, 0);
  connect(client, addr, sizeof(addr));
  const server = accept4(listener, null, null, 0);
  setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
  close(listener);
  return [client, server];
}
type Connecting =
  "socket" | "bind" | "listen" | "getsockname" | "connect" | "accept4" | "setsockopt" | "close";

/**
 * Who sends without copying sends what is there when it is read.
 *
 *     sendfile(s, f, &off, 777);               // off = 123: no page boundary, and nobody asks for one
 *     pwrite(f, "new…", 777, 123);             // the file changes after it was "sent"
 *     recv(t, buf, 777, 0);                    // "new…"
 */
export default experiment({
  name: "zero-copy-alias",
  asks: "A file was sent with sendfile, and is then overwritten: what does the receiver read?",
  story: `send makes a copy and posts it: do what you like with the original, the letter stays as it was.
    sendfile posts no copy but a slip, "see the file, from here to there". Who rewrites the file before the
    slip is redeemed has rewritten the letter too. Neither cares where on the page the passage begins.`,
  parameters: { offset: { is: "where in the file the passage begins", default: 123, from: 0, to: 4096 } },
  next: "--set offset=0, or 4095: nothing changes, no boundary is asked for. Then tcp-raw: how TCP begins.",

  run({
    socket, bind, listen, getsockname, connect, accept4, setsockopt, memfd_create, pwrite64, sendto, sendfile,
    pipe2, splice, mmap, munmap, vmsplice, recvfrom, close, attempt,
  }, { scene, look, set }) {
    const tcp = { socket, bind, listen, getsockname, connect, accept4, setsockopt, close };
    const [tx = 0, rx = 0] = connected(tcp);
    const file = memfd_create(cstring("letter"), MFD_CLOEXEC);
    const receive = () => recvfrom(rx, buffer(777), 777, MSG_WAITALL, null, null);
    const rewrite = (letter: string) => pwrite64(file, text(letter.repeat(777)), 777, set.offset);
    const offset = () => cell(i64, set.offset);

    scene("send", "From memory. It is overwritten before anybody reads.");
    const copied = text("A".repeat(777));
    sendto(tx, copied, 777, 0, null, 0);
    copied.bytes.fill("B");
    receive();

    scene("sendfile", "From a file, 777 bytes of it.");
    rewrite("C");
    sendfile(tx, file, offset(), 777);
    rewrite("D");
    receive();

    scene("splice", "Through a pipe: pages of the file into the pipe, and from there into the socket.");
    const pair = cells(i32, [0, 0]);
    pipe2(pair, 0);
    const [out = 0, into = 0] = pair.value;
    splice(file, offset(), into, null, 777, 0);
    splice(out, null, tx, null, 777, 0);
    rewrite("E");
    receive();

    scene("vmsplice", "The program's own memory, from byte 5 on.");
    const page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page.bytes.fill("F");
    const piece = iovec({ iov_base: page.slice(5, 782), iov_len: 777 });
    look("piece", piece);
    vmsplice(into, piece, 1, 0);
    splice(out, null, tx, null, 777, 0);
    page.bytes.fill("G");
    receive();

    scene("refused", "They want a file on one side, or a pipe.");
    attempt.sendfile(tx, rx, null, 777);
    attempt.sendfile(tx, rx, cell(i64, 0), 777);
    attempt.splice(file, offset(), tx, null, 777, 0);
    munmap(page, 4096);
    for (const fd of [tx, rx, file, out, into]) close(fd);
  },

  claims: [
    claim("send copies: what is written over the buffer afterwards does not arrive", {
      send: { sendto: 1, recvfrom: 1 },
    }, ({ send: { sendto, recvfrom } }) => [
      is(sendto.before("buff"), "A".repeat(777)),
      is(sendto.result, 777),
      is(recvfrom.after("ubuf"), "A".repeat(777)),
    ], supports("N3-36")),
    claim("sendfile does not: the receiver reads what was written to the file after it was sent", {
      sendfile: { pwrite64: 2, sendfile: 1, recvfrom: 1 },
    }, ({ sendfile: { pwrite64: [before, after], sendfile, recvfrom } }) => [
      is(before.before("buf"), "C".repeat(777)),
      is(sendfile.result, 777),
      more(after.entered, sendfile.left),
      is(after.before("buf"), "D".repeat(777)),
      is(recvfrom.after("ubuf"), "D".repeat(777)),
    ], corrects("N0-46"), supports("N4-44")),
    claim("nor does splice, through a pipe", {
      splice: { splice: 2, pwrite64: 1, recvfrom: 1 },
    }, ({ splice: { splice: [filled, emptied], pwrite64, recvfrom } }) => [
      is(filled.result, 777),
      is(emptied.result, 777),
      more(pwrite64.entered, emptied.left),
      is(recvfrom.after("ubuf"), "E".repeat(777)),
    ], corrects("N0-46")),
    claim("they ask for no page boundary, neither of a file nor of memory", {
      sendfile: { sendfile: 1 }, splice: { splice: 2 },
      vmsplice: { mmap: 1, "look piece": 1, vmsplice: 1, recvfrom: 1 },
    }, ({
      sendfile: { sendfile }, splice: { splice: [splice] },
      vmsplice: { mmap, "look piece": piece, vmsplice, recvfrom },
    }, seen) => [
      is(sendfile.before("offset"), seen.set("offset")),
      is(sendfile.after("*offset"), seen.set("offset") + 777),
      is(splice.before("*off_in"), seen.set("offset")),
      is(piece.field("iov_base"), Number(mmap.result.value) + 5),
      is(vmsplice.result, 777),
      is(recvfrom.after("ubuf"), "G".repeat(777)),
    ], corrects("N0-46")),
    claim("sendfile takes no socket as its file, and splice wants a pipe on one side", {
      refused: { sendfile: 2, splice: 1 },
    }, ({ refused: { sendfile: [here, there], splice } }) => [
      is(here.errno, "EINVAL"),
      is(there.errno, "ESPIPE"),
      is(splice.errno, "EINVAL"),
    ]),
  ],
});
