import { IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { RLIMIT_NOFILE } from "../../src/abi/constants/resource.ts";
import { AF_INET, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { rlimit } from "../../src/abi/structs/resource.ts";
import { tcpSocket } from "../../src/kernel/paths/socket.ts";
import { is, more } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";

/** Who makes the inode with the struct socket in it, the struct sock, the directory entry, the file. */
const MAKERS = ["sock_alloc_inode", "sk_prot_alloc", "__d_alloc", "alloc_empty_file"];
const INIT = ["inet_create", "tcp_v4_init_sock", "tcp_init_sock"];
const ORDER = ["__sys_socket", "sock_alloc", "inet_create", "sk_alloc", "sock_alloc_file"];

/**
 * A descriptor, and what the kernel makes for it.
 *
 *     int a = socket(AF_INET, SOCK_STREAM, 0);   // 3: 0, 1 and 2 are taken
 *     int b = socket(AF_INET, SOCK_STREAM, 0);   // 4
 *     close(a);
 *     int c = socket(AF_INET, SOCK_STREAM, 0);   // 3 again
 */
export default experiment({
  name: "socket-create",
  asks: "socket() returns 3: what did the kernel make for it, and in which order?",
  story: `The number is a ticket from the cloakroom: the lowest that is free. Behind it hang a coat and what
    is in its pockets. The kernel makes the outer part first, the part that looks like a file last, and
    writes the number on the board at the very end.`,
  paths: { socket: tcpSocket },
  next: "Then sockaddr-layout: which bytes are the address that a socket gets.",

  run({ socket, prlimit64, close, attempt }, { scene }) {
    scene("numbers", "Two sockets; the first is closed, and a third is made.");
    const a = socket(AF_INET, SOCK_STREAM, 0);
    const b = socket(AF_INET, SOCK_STREAM, 0);
    close(a);
    const c = socket(AF_INET, SOCK_STREAM, 0);
    close(b);
    close(c);

    scene("no number", "No number is free: does the family hear of it all the same?");
    const limits = rlimit();
    prlimit64(0, RLIMIT_NOFILE, null, limits);
    const { rlim_cur, rlim_max } = limits;
    prlimit64(0, RLIMIT_NOFILE, rlimit({ rlim_cur: 0, rlim_max }), null);
    attempt.socket(AF_INET, SOCK_STREAM, 0);
    attempt.socket(AF_INET, SOCK_STREAM, IPPROTO_UDP);
    prlimit64(0, RLIMIT_NOFILE, rlimit({ rlim_cur, rlim_max }), null);
  },

  claims: [
    claim("socket answers the lowest number that is free", { numbers: { socket: 3 } },
      ({ numbers: { socket: [a, b, c] } }) => [
        is(a.result, 3),
        more(b.result, a.result),
        is(c.result, 3),
      ], supports("N0-21", "N3-01")),
    claim("the struct socket is made before the family is asked, and the file after it",
      { numbers: { socket: 3 } },
      ({ numbers: { socket: [a] } }, seen) => [
        is(seen.inside(a).passed(ORDER), ORDER),
      ], corrects("N0-41"), supports("N3-05", "N2-24", "N2-27")),
    claim("the kernel makes four objects for a socket, not two: those two have a file around them",
      { numbers: { socket: 3 } },
      ({ numbers: { socket: [a] } }, seen) => [
        is(seen.inside(a).passed(MAKERS), MAKERS),
      ], corrects("N0-22", "N3-03")),
    claim("TCP's part is tcp_v4_init_sock, and most of that is tcp_init_sock", { numbers: { socket: 3 } },
      ({ numbers: { socket: [a] } }, seen) => [
        is(seen.inside(a).of("timer:timer_init").passed(INIT), INIT),
      ], supports("N2-26")),
    claim("the number comes last: where none is free, the family still says whether it has the protocol",
      { "no number": { socket: 2 } },
      ({ "no number": { socket: [tcp, udp] } }) => [
        is(tcp.errno, "EMFILE"),
        is(udp.before("type"), SOCK_STREAM),
        is(udp.before("protocol"), IPPROTO_UDP),
        is(udp.errno, "EPROTONOSUPPORT"),
      ], supports("N2-27")),
  ],
});
