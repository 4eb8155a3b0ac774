import {
  EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT,
} from "../../src/abi/constants/epoll.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_LINGER, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { epoll_event } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { linger } from "../../src/abi/structs/socket.ts";
import { differ, is, same } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Milliseconds: nothing here waits longer. */
const PATIENCE = 4000;
const EVENTS = "events[0].events";
const FD = "events[0].data.fd";

/**
 * Two connections, and what is said of them without having been asked for.
 *
 *     epoll_ctl(ep, ADD, s, { 0 });     // no event at all
 *     // an RST arrives                    EPOLLERR|EPOLLHUP
 *
 *     copy = dup(s);
 *     close(s);                         // and epoll_wait goes on to report s
 */
export default experiment({
  name: "epoll-unasked",
  asks: "Does epoll_wait report only what was asked for, and only descriptors that are open?",
  story: `You tell the porter: ring when there is a parcel, and for nothing else. If the house burns he rings
    all the same. And he watches the door, not the name plate: take down the plate, and as long as another one
    hangs there he goes on ringing under the old name, and you cannot call him off by it any more.`,
  next: "Then epoll-scale: what a wait costs, with ten descriptors and with ten thousand.",

  run({
    socket, bind, listen, getsockname, connect, accept4, sendto, setsockopt, dup, close,
    epoll_create1, epoll_ctl, epoll_pwait, attempt,
  }, { say, scene }) {
    say("Two connections of the machine with itself, and a set for each.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 2);
    getsockname(l, addr, int(sizeof(addr)));
    const connection = () => {
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      connect(c, addr, sizeof(addr));
      return { c, s: accept4(l, null, null, 0), ep: epoll_create1(0) };
    };
    const [one, two] = [connection(), connection()];
    const wait = (ep: number, timeout: number) =>
      epoll_pwait(ep, epoll_event.array(2), 2, timeout, null, 0);
    const told = (fd: number, events: number) => epoll_event({ events, data: { fd } });

    scene("asked", "Of the first one nothing is asked, though one could send; then whether one could.");
    epoll_ctl(one.ep, EPOLL_CTL_ADD, one.s, told(one.s, 0));
    wait(one.ep, 0);
    epoll_ctl(one.ep, EPOLL_CTL_MOD, one.s, told(one.s, EPOLLOUT));
    wait(one.ep, 0);

    scene("reset", "Nothing is asked again, and the other end resets the connection. Then all is asked.");
    epoll_ctl(one.ep, EPOLL_CTL_MOD, one.s, told(one.s, 0));
    setsockopt(one.c, SOL_SOCKET, SO_LINGER, linger({ l_onoff: 1, l_linger: 0 }), sizeof(linger));
    close(one.c);
    wait(one.ep, PATIENCE);
    epoll_ctl(one.ep, EPOLL_CTL_MOD, one.s, told(one.s, EPOLLIN | EPOLLOUT));
    wait(one.ep, 0);

    scene("closed", "The second one's descriptor is closed; a copy of it is not. Data comes.");
    epoll_ctl(two.ep, EPOLL_CTL_ADD, two.s, told(two.s, EPOLLIN));
    const copy = dup(two.s);
    close(two.s);
    sendto(two.c, text("here"), 4, 0, null, 0);
    wait(two.ep, PATIENCE);
    attempt.epoll_ctl(two.ep, EPOLL_CTL_DEL, two.s, null);

    scene("all closed", "The copy is closed, too.");
    close(copy);
    wait(two.ep, 0);
    for (const fd of [two.c, two.ep, one.s, one.ep, l]) close(fd);
  },

  claims: [
    claim("what is so is reported where it was asked for; it need not be that there is something to read",
      { asked: { epoll_ctl: 2, epoll_pwait: 2 } },
      ({ asked: { epoll_ctl: [added, changed], epoll_pwait: [nothing, room] } }) => [
        is(added.before("event.events"), 0),
        is(nothing.result, 0),
        is(changed.before("event.events"), EPOLLOUT),
        is(room.result, 1),
        is(room.after(EVENTS), EPOLLOUT),
      ], corrects("N3-65")),
    claim("an error and a hang-up are reported unasked",
      { reset: { epoll_ctl: 2, epoll_pwait: 2 } },
      ({ reset: { epoll_ctl: [nothing, all], epoll_pwait: [unasked, asked] } }) => [
        is(nothing.before("event.events"), 0),
        is(unasked.result, 1),
        is(unasked.after(EVENTS), EPOLLERR | EPOLLHUP),
        is(all.before("event.events"), EPOLLIN | EPOLLOUT),
        is(asked.after(EVENTS), EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP),
      ], corrects("N3-65")),
    claim("a closed descriptor is still reported while a copy of it is open, and cannot be removed any more",
      { closed: { epoll_ctl: 2, dup: 1, close: 1, epoll_pwait: 1 } },
      ({ closed: { epoll_ctl: [added, removed], dup, close, epoll_pwait: wait } }) => [
        differ(dup.result, added.before("fd")),
        same(close.before("fd"), added.before("fd")),
        is(wait.result, 1),
        same(wait.after(FD), close.before("fd")),
        same(removed.before("fd"), close.before("fd")),
        is(removed.errno, "EBADF"),
      ], corrects("N1-43", "N3-65")),
    claim("with the last copy it leaves the set",
      { closed: { dup: 1 }, "all closed": { close: 6, epoll_pwait: 1 } },
      ({ closed: { dup }, "all closed": { close: [last], epoll_pwait: wait } }) => [
        same(last.before("fd"), dup.result),
        is(last.result, 0),
        is(wait.result, 0),
      ], corrects("N1-43", "N3-65")),
  ],
});
