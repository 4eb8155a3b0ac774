import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { RLIMIT_NOFILE } from "../../src/abi/constants/resource.ts";
import { AF_INET, SO_RCVTIMEO, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { rlimit } from "../../src/abi/structs/resource.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { atLeast, atMost, figure, is, more, same } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, sum, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Of a listening socket: how many wait for accept (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;
const CEILING = "/proc/sys/fs/nr_open";
/** More clients than descriptors. */
const TOO_MANY = 8;
/** Where no more are allowed than the limit to be shown: so many are kept back, to look around with. */
const SPARE = 16;
/** In kB, of memory that could be had. */
const AVAILABLE = /MemAvailable: +(\d+)/;
/** No connection costs more kilobytes. */
const COST = 10;

/** One whose accept waits 4 seconds at most. */
function listener(
  { socket, setsockopt, bind, listen }: Pick<Calls, "socket" | "setsockopt" | "bind" | "listen">,
  sin_port: number,
): number {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));
  bind(fd, sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr: "192.0.2.1" }), sizeof(sockaddr_in));
  listen(fd, 4096);
  return fd;
}

/**
 * Two limits, and a third above them.
 *
 *     prlimit64(0, RLIMIT_NOFILE, {rlim_cur=…, rlim_max=…})
 *         rlim_cur     the limit: the next descriptor is EMFILE. Anybody may set it, up to …
 *         rlim_max     … this; only root may raise it, up to …
 *         fs.nr_open   … this, for everybody
 */
export default experiment({
  name: "descriptor-limit",
  asks: "A server accepts one client after the other: what runs out first, descriptors or memory?",
  story: `The cloakroom has as many numbered tokens as the house rules allow. When the last one is given out,
    no coat is taken, though there is room on the racks for a great many more. Who stands in the queue goes on
    standing there; with each token that is handed back, one more coat is taken. The attendant may put more
    tokens out by himself, up to a number that the house has set. Only the house can set another number, and
    even the house has an upper one.`,
  needs: ["veth"],
  parameters: { limit: { is: "the limit of descriptors", default: 256, from: 64, to: 2048 } },
  next: "--set limit=1024: most processes begin so. Then tcp-stream: what becomes of two sends.",

  run(calls, { say, scene, set, look, peer, times, known }) {
    const { getsockopt, prlimit64, openat, read, close, attempt } = calls;
    const fds: number[] = [];
    const waiting = (l: number) => getsockopt(l, IPPROTO_TCP, TCP_INFO, tcp_info(), int(HEAD));
    const take = (from: number) => attempt.accept4(from, null, null, 0);
    const limit = (rlim_cur: number, rlim_max: number) =>
      attempt.prlimit64(0, RLIMIT_NOFILE, rlimit({ rlim_cur, rlim_max }), null);
    say("Two listeners. To one of them nobody comes.");
    const [l, quiet] = [listener(calls, 80), listener(calls, 81)];
    known("listener", l);
    times("clients", set.limit + TOO_MANY, (n) => peer.at(n).handshake(80));

    scene("limits", "What this process may have, and what any process may have at most.");
    const now = rlimit();
    prlimit64(0, RLIMIT_NOFILE, null, now);
    const most = Number(now.rlim_max);
    const digits = buffer(32);
    const file = openat(AT_FDCWD, cstring(CEILING), O_RDONLY, 0);
    read(file, digits, 32);
    close(file);
    const ceiling = Number.parseInt(digits.text(), 10);

    scene("raised", "The limit is set: to all that is allowed, above that, and above what anybody may have.");
    limit(most, most);
    limit(most + 1, most);
    limit(ceiling + 1, ceiling + 1);

    scene("full", "It is lowered, and clients are accepted until that fails.");
    limit(Math.min(set.limit, most - SPARE), most);
    times("accepted", 1, () => {
      for (let fd = take(l); fd >= 0; fd = take(l)) fds.push(fd);
    });
    waiting(l);

    scene("one more", "A client is sent away, and another one taken in its place. And is memory left?");
    close(fds[0]!);
    take(l);
    take(l);
    waiting(l);
    take(quiet);
    limit(most, most);
    look("memory", "/proc/meminfo", "MemAvailable");

    scene("end");
    fds.push(quiet, l);
    times("closed", fds.length, (i) => close(fds[i]!));
  },

  claims: [
    claim("at the limit accept is EMFILE: clients wait, there is memory for as many again, but no number",
      {
        full: { prlimit64: 1, accept4: sum, getsockopt: 1 },
        "one more": { accept4: 3, "look memory": 1 },
      },
      ({
        full: { prlimit64: lowered, accept4: accepted, getsockopt: listener },
        "one more": { accept4: [, again], "look memory": memory },
      }, seen) => [
        atMost(lowered.before("new_rlim.rlim_cur"), seen.set("limit")),
        is(lowered.result, 0),
        atMost(accepted.count, seen.set("limit")),
        atLeast(listener.after(QUEUED), TOO_MANY),
        is(again.errno, "EMFILE"),
        atLeast(figure(memory.text, AVAILABLE), COST * seen.set("limit")),
      ], contradicts("N3-35")),
    claim("nobody is lost by it: with one descriptor closed, one client more is taken out of the queue",
      { full: { getsockopt: 1 }, "one more": { close: 1, accept4: 3, getsockopt: 1 } },
      ({
        full: { getsockopt: before }, "one more": { close, accept4: [taken, failed], getsockopt: after },
      }) => [
        same(close.before("fd"), taken.result),
        is(failed.errno, "EMFILE"),
        more(before.after(QUEUED), after.after(QUEUED)),
      ], corrects("N3-22")),
    claim("accept wants a number before it looks whether somebody is there: an empty queue is EMFILE, too",
      { "one more": { accept4: 3 } },
      ({ "one more": { accept4: [, , empty] } }) => [
        is(empty.before("flags"), 0),
        is(empty.errno, "EMFILE"),
      ], supports("N2-61")),
    claim("a process sets its limit itself, up to a second one; and above fs.nr_open it is EPERM for all",
      { limits: { prlimit64: 1, read: 1 }, raised: { prlimit64: 3 } },
      ({ limits: { prlimit64: now, read: ceiling }, raised: { prlimit64: [all, above, beyond] } }) => [
        same(all.before("new_rlim.rlim_cur"), now.after("old_rlim.rlim_max")),
        is(all.result, 0),
        is(above.errno, "EINVAL"),
        more(beyond.before("new_rlim.rlim_max"), figure(ceiling.after("buf"), /(\d+)/)),
        is(beyond.errno, "EPERM"),
      ], corrects("N3-33")),
  ],
});
