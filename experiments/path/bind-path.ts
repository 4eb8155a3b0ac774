import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_RAW, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcpBind } from "../../src/kernel/paths/socket.ts";
import { also, atLeast, enough, is } from "../../src/lab/check.ts";
import { claim, corrects, since, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, wild } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of all families: as much as the kernel copies at most (struct sockaddr_storage). */
const STORAGE = 128;
/** A protocol that nobody has (IANA: unassigned). */
const UNUSED = 200;
const NOWHERE = wild(1);
/** bind of the type, and of the family. */
const OWN = ["raw_bind", "__inet_bind"];
const DOWN = ["__sys_bind", "__inet_bind", "inet_csk_get_port"];

/**
 * bind, step by step: each mistake is found by another function, and who finds it first is called first.
 *
 *     bind(-1, NULL + 1, 129)      EBADF     the descriptor comes first
 *     bind(event, NULL + 1, 129)   ENOTSOCK  then what stands behind it
 *     bind(s, NULL + 1, 129)       EINVAL    then the length
 *     bind(s, NULL + 1, 16)        EFAULT    then the copy, although s is bound already
 *     bind(s, &addr, 16)           EINVAL    and only then the family's own function
 */
export default experiment({
  name: "bind-path",
  asks: "bind is given several mistakes at once: which does it find first, and what does that tell?",
  story: `An office with five doors, one behind the other. At the first they want your number, at the second
    they look whether it is one of theirs, at the third how thick your letter is, at the fourth they copy
    it. Only behind the fifth sits the one who can read it. If you are sent away, you know at which door,
    and by that how far you came.`,
  paths: { bind: tcpBind },
  next: "netlab path tcp bind --live: all that is passed. Then listen-path: what listen does first.",

  run({ socket, bind, getsockname, eventfd2, close, attempt }, { scene, look, watch }) {
    const s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    scene("bound", "All is right: the loopback's address, and any port.");
    watch(addr);
    bind(s, addr, sizeof(addr));
    getsockname(s, sockaddr_in(), int(sizeof(addr)));

    scene("doors", "From mistake to mistake: each time one less.");
    const event = eventfd2(0, 0);
    attempt.bind(-1, NOWHERE, STORAGE + 1);
    attempt.bind(event, NOWHERE, STORAGE + 1);
    attempt.bind(s, NOWHERE, STORAGE + 1);
    attempt.bind(s, NOWHERE, sizeof(addr));
    attempt.bind(s, addr, sizeof(addr));

    scene("length", "An address with 112 bytes behind it.");
    const other = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const long = buffer(STORAGE);
    long.bytes.set(addr.$.bytes);
    attempt.bind(other, long, STORAGE);

    scene("raw", "A socket that has no ports, bound twice. Not everybody may have one.");
    const raw = attempt.socket(AF_INET, SOCK_RAW, UNUSED);
    for (let i = 0; i < 2 && raw >= 0; i++) attempt.bind(raw, addr, sizeof(addr));

    scene("names", "Which functions does this kernel have?");
    look("symbols", "/proc/kallsyms", " sockfd_lookup");
    for (const fd of [s, other, event]) close(fd);
    if (raw >= 0) close(raw);
  },

  claims: [
    claim("bind looks for the descriptor first, then whether it is a socket, whatever the address may be",
      { doors: { bind: 5 } },
      ({ doors: { bind: [none, event] } }) => [
        is(none.before("fd"), -1),
        is(none.errno, "EBADF"),
        is(event.before("addrlen"), STORAGE + 1),
        is(event.errno, "ENOTSOCK"),
      ], supports("N2-33")),
    claim("then it looks at the length, before it looks at the memory: 129 bytes are refused, 128 are not",
      { doors: { bind: 5 }, length: { bind: 1 } },
      ({ doors: { bind: [, , long, bad] }, length: { bind: most } }) => [
        is(long.before("addrlen"), STORAGE + 1),
        is(long.errno, "EINVAL"),
        is(bad.before("addrlen"), sizeof(sockaddr_in)),
        is(bad.errno, "EFAULT"),
        is(most.before("addrlen"), STORAGE),
        is(most.result, 0),
      ], supports("N2-32")),
    claim("then it copies, and only then the family is asked: that the memory is bad it finds before it finds"
      + " that the socket is bound already",
      { bound: { bind: 1 }, doors: { bind: 5 } },
      ({ bound: { bind }, doors: { bind: [, , , bad, again] } }, seen) => [
        is(bind.result, 0),
        is(bad.errno, "EFAULT"),
        is(again.errno, "EINVAL"),
        also(() => {
          const copied = seen.inside(bind).until("fib:fib_table_lookup");
          enough(copied.length, 1);
          return is(copied.passed(["__sys_bind", "__inet_bind"]), ["__sys_bind"]);
        }),
      ], supports("N2-32")),
    claim("TCP's bind goes down to inet_csk_get_port, which finds a port where none was asked for",
      { bound: { bind: 1, getsockname: 1 } },
      ({ bound: { bind, getsockname: name } }, seen) => [
        is(bind.before("umyaddr.sin_port"), 0),
        atLeast(name.after("usockaddr.sin_port"), 1),
        is(seen.inside(bind).of("kmem:kmem_cache_alloc").passed(DOWN), DOWN),
      ], supports("N2-35")),
    claim("a raw socket has a bind of its own, which allows it twice; TCP has none, and inet_bind does it",
      { bound: { bind: 1 }, doors: { bind: 5 }, raw: { socket: 1, bind: 2 } },
      ({
        bound: { bind: tcp }, doors: { bind: [, , , , twice] }, raw: { socket, bind: [first, second] },
      }, seen) => [
        is(socket.errno, null),
        is(twice.errno, "EINVAL"),
        is(first.result, 0),
        is(second.result, 0),
        also(() => is(seen.inside(first).passed(OWN), ["raw_bind"])),
        also(() => is(seen.inside(tcp).passed(OWN), ["__inet_bind"])),
      ], supports("N2-34")),
    claim("from Linux 6.12 on there is no sockfd_lookup_light any more: fdget finds the file",
      { names: { "look symbols": 1 } },
      ({ names: { "look symbols": symbols } }) => [is(symbols.lines("sockfd_lookup_light"), 0)],
      corrects("N2-33"), since("6.12")),
  ],
});
