import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_NETNS_COOKIE, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { differ, is, same } from "../../src/lab/check.ts";
import { claim, since, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int, u64 } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";

/**
 * Two namespaces, one port.
 *
 *     bind(a, 127.0.0.1:8080);            // here
 *     setns(other, CLONE_NEWNET);
 *     bind(b, 127.0.0.1:8080);            // there: it is free
 */
export default experiment({
  name: "netns-isolation",
  asks: "The same port twice on one machine: what does a network namespace keep apart?",
  story: `Two towns may each have a house number eight in Main Street. A letter to it arrives in the town
    where it was posted. Whoever moves to the other town keeps the house they had.`,
  needs: ["namespace"],
  next: "Then bind-path: which functions of the kernel a call passes, and in which order.",

  run({ socket, bind, listen, connect, close, attempt }, { scene, net, look }) {
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 8080, sin_addr: "127.0.0.1" });
    const cookie = (fd: number) => attempt.getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cell(u64, 0), int(8));
    const other = net.namespace("other");

    scene("here", "A listener on port 8080; another one on the same port.");
    const a = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    bind(a, addr, sizeof(addr));
    listen(a, 8);
    const again = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    attempt.bind(again, addr, sizeof(addr));
    cookie(a);

    scene("there", "In the other namespace.");
    net.within(other, () => {
      look("links", "/proc/thread-self/net/dev");
      const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      attempt.connect(c, addr, sizeof(addr));
      const b = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      bind(b, addr, sizeof(addr));
      cookie(b);
      cookie(a);
      close(c);
      close(b);
    });

    scene("back", "Where the listener is.");
    const d = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(d, addr, sizeof(addr));
    for (const fd of [a, again, d]) close(fd);
  },

  claims: [
    claim("a port that is taken here is free there", { here: { bind: 2 }, there: { bind: 1 } },
      ({ here: { bind: [first, second] }, there: { bind: elsewhere } }) => [
        is(first.result, 0),
        is(second.errno, "EADDRINUSE"),
        is(elsewhere.result, 0),
      ], supports("N4-20")),
    claim("a listener here is not reached from there",
      { there: { connect: 1 }, back: { connect: 1 } },
      ({ there: { connect: refused }, back: { connect: reached } }) => [
        is(refused.errno, "ECONNREFUSED"),
        is(reached.result, 0),
      ], supports("N4-20")),
    claim("a socket stays in the namespace where it was made",
      { here: { getsockopt: 1 }, there: { getsockopt: 2 } },
      ({ here: { getsockopt: before }, there: { getsockopt: [theirs, ours] } }) => [
        same(before.after("*optval"), ours.after("*optval")),
        differ(theirs.after("*optval"), ours.after("*optval")),
      ], supports("N4-20"), since("5.14")),
    claim("a new namespace has no link but lo", { there: { "look links": 1 } },
      ({ there: { "look links": links } }) => [
        is(links.lines(":"), 1),
        is(links.lines("lo:"), 1),
      ], supports("N4-20")),
  ],
});
