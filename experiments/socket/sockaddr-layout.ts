import { AF_INET, AF_INET6, SOCK_DGRAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { is } from "../../src/lab/check.ts";
import { claim, contradicts, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** More than any address is long: sizeof(struct sockaddr_storage) is 128. */
const ROOM = 160;
const STORAGE = 128;

/**
 * An address is sixteen bytes that a program lays out by hand.
 *
 *     struct sockaddr_in {
 *         sa_family_t    sin_family;    // 2 bytes, as this machine orders them
 *         in_port_t      sin_port;      // 2 bytes, big-endian
 *         struct in_addr sin_addr;      // 4 bytes, big-endian
 *         char           sin_zero[8];   // nobody reads them
 *     };
 */
export default experiment({
  name: "sockaddr-layout",
  asks: "Which sixteen bytes are an address, and which of them does the kernel read?",
  story: `An address is a form with four boxes: what kind of address, which door, which house, and a box that
    is there to make the form as long as the others. The clerk wants the form long enough, reads three boxes,
    and does not look at the fourth. When he fills in a form himself he leaves it clean.`,
  parameters: { port: { is: "the port to bind to; 0 is any", default: 0, from: 0, to: 65_535 } },
  next: "--set port=5555 and look for 15 b3 in bind's bytes. Then struct-layouts: the larger forms.",

  run({ socket, bind, getsockname, connect, sendto, recvfrom, close, attempt }, { scene, look, times, set }) {
    const own = sockaddr_in({ sin_family: AF_INET, sin_port: set.port, sin_addr: "127.0.0.1" });

    scene("padding", "bind, connect and sendto are given an address whose last eight bytes are all ones.");
    own.sin_zero = new Uint8Array(8).fill(0xff);
    const s = socket(AF_INET, SOCK_DGRAM, 0);
    bind(s, own, sizeof(own));

    scene("answer", "getsockname writes into 160 bytes that were a5 before.");
    const room = buffer(ROOM);
    const answer = sockaddr_in.at(room);
    getsockname(s, answer, int(sizeof(answer)));
    look("behind", room.slice(sizeof(sockaddr_in), sizeof(sockaddr_in) + 4));
    const port = answer.sin_port.toString(16).toUpperCase().padStart(4, "0");
    look("row", "/proc/self/net/udp", `:${port} `);

    scene("itself", "It connects to itself and sends itself two bytes.");
    answer.sin_zero = new Uint8Array(8).fill(0xff);
    connect(s, answer, sizeof(answer));
    sendto(s, text("hi"), 2, 0, answer, sizeof(answer));
    recvfrom(s, buffer(8), 8, 0, null, null);

    scene("short", "The same address, but its length is said to be 0, 1, 2 … 15.");
    times("length", 16, (length) => attempt.connect(s, room, length));
    scene("long", "Then 16, 17, 18 … 128.");
    times("length", STORAGE - 15, (i) => connect(s, room, 16 + i));
    scene("too long", "129 is more than any address has.");
    attempt.connect(s, room, STORAGE + 1);
    close(s);

    scene("family", "An address that says it is IPv6.");
    const other = socket(AF_INET, SOCK_DGRAM, 0);
    const six = sockaddr_in({ sin_family: AF_INET6, sin_addr: "127.0.0.1" });
    attempt.bind(other, six, sizeof(six));
    close(other);
  },

  claims: [
    claim("an address is 16 bytes: the kernel writes so many, and not one behind them",
      { answer: { getsockname: 1, "look behind": 1 } },
      ({ answer: { getsockname: name, "look behind": behind } }) => [
        is(name.after("*usockaddr_len"), 16),
        is(name.after("usockaddr.sin_family"), AF_INET),
        is(name.after("usockaddr.sin_addr"), "127.0.0.1"),
        is(behind.bytes(), "\xa5\xa5\xa5\xa5"),
      ], supports("N0-27")),
    claim("the port's two bytes, read as a big-endian number, are the port that the kernel's table says",
      { answer: { getsockname: 1, "look row": 1 } },
      ({ answer: { getsockname: name, "look row": row } }) => [
        is(row.lines(`0100007F:${hex(name.after("usockaddr.sin_port").value)} `), 1),
      ], supports("N0-27")),
    claim("the last eight bytes may hold anything: nobody reads them, and the kernel itself leaves them zero",
      { padding: { bind: 1 }, answer: { getsockname: 1 }, itself: { connect: 1, sendto: 1, recvfrom: 1 } },
      ({ padding: { bind }, answer: { getsockname: name }, itself: { connect, sendto, recvfrom } }) => [
        is(bind.before("umyaddr.sin_zero"), "\xff".repeat(8)),
        is(bind.result, 0),
        is(name.after("usockaddr.sin_zero"), "\0".repeat(8)),
        is(connect.before("uservaddr.sin_zero"), "\xff".repeat(8)),
        is(connect.result, 0),
        is(sendto.before("addr.sin_zero"), "\xff".repeat(8)),
        is(sendto.result, 2),
        is(recvfrom.after("ubuf"), "hi"),
      ], contradicts("N0-28")),
    claim("its length may be 16 to 128 bytes: less is no address, more is none that there is",
      { short: { connect: sum }, long: { connect: sum }, "too long": { connect: 1 } },
      ({ short: { connect: short }, long: { connect: long }, "too long": { connect: over } }) => [
        is(short.results, { "-22": 16 }),
        is(long.results, { 0: 113 }),
        is(over.errno, "EINVAL"),
      ], supports("N0-27")),
    claim("the family is read: bind of another one is refused", { family: { bind: 1 } },
      ({ family: { bind } }) => [
        is(bind.before("umyaddr.sin_family"), AF_INET6),
        is(bind.errno, "EAFNOSUPPORT"),
      ], supports("N0-27")),
  ],
});

/** As /proc/net writes a port: 15B3. */
const hex = (port: number | string): string => Number(port).toString(16).toUpperCase().padStart(4, "0");
