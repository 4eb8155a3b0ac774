import { AT_FDCWD, O_WRONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SO_REUSEPORT, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { CLOCK_THREAD_CPUTIME_ID } from "../../src/abi/constants/time.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { adds, atLeast, atMost, figure, rise, same } from "../../src/lab/check.ts";
import { all, claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** Of a listening socket: how many wait for accept, and how many may (tcp_get_info, net/ipv4/tcp.c). */
const QUEUED = "optval.tcpi_unacked";
/** So many bytes of a tcp_info hold tcpi_state to tcpi_sacked. */
const HEAD = 32;
const SOMAXCONN = "/proc/sys/net/core/somaxconn";
const BACKLOG = 131_072;
/** As many port numbers as there are. */
const PORTS = 65_536;
/** Memory that the kernel uses for its own objects, and cannot give back: a socket is such a one. */
const OBJECTS = /SUnreclaim: +(\d+)/;
/**
 * So many come first. At their pace, which is half of the later ones', all of them may take so many seconds
 * of a processor.
 */
const FIRST = 300;
const PATIENCE = 40;
/** The scenes in which they come. */
const COMING = ["first", "crowd"];

/**
 * One port, more clients than there are ports.
 *
 *     192.0.2.2:40000 … 59999 → 192.0.2.1:80     20,000
 *     192.0.2.3:40000 … 59999 → 192.0.2.1:80     20,000
 *     192.0.2.4:40000 … 59999 → 192.0.2.1:80     20,000
 *     192.0.2.5:40000 … 49999 → 192.0.2.1:80     10,000
 */
export default experiment({
  name: "many-connections",
  asks: "A port is a number of 16 bits: can a server's port have more than 65,535 connections?",
  story: `How many people can write to one house number? As many as like to: who wrote is told by the sender
    on the letter, and the house number is the same on all of them. Only one who writes can run short of
    numbers, if all his letters go to the same house and each has to be signed differently. What a
    correspondence does cost is a folder in the office's cabinet, some kilobytes of the kernel's memory, and
    it costs that before anybody in the house has read a line.`,
  needs: ["veth"],
  parameters: {
    connections: { is: "connections to one port", default: 70_000, from: PORTS, to: 100_000 },
  },
  alone: true,
  without: ["wire"],
  next: "Then descriptor-limit: the program has accepted none of them. What if it does?",

  run({
    socket, setsockopt, bind, listen, getsockopt, clock_gettime, close, attempt,
  }, { scene, say, set, look, peer, times, known }) {
    const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 80, sin_addr: "192.0.2.1" });
    const listeners: number[] = [];
    const ask = (l: number, info = tcp_info()) => {
      getsockopt(l, IPPROTO_TCP, TCP_INFO, info, int(HEAD));
      return info;
    };
    const seconds = (now = timespec()) => {
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, now);
      return Number(now.tv_sec) + Number(now.tv_nsec) / 1e9;
    };

    scene("listening", "Room for all of them to wait: in one queue, or where that is limited in several.");
    const limit = attempt.openat(AT_FDCWD, cstring(SOMAXCONN), O_WRONLY, 0);
    if (limit >= 0) attempt.write(limit, text(String(BACKLOG)), 6);
    if (limit >= 0) close(limit);
    for (let room = 0; room < set.connections * 1.2;) {
      const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
      setsockopt(l, SOL_SOCKET, SO_REUSEPORT, int(1), 4);
      bind(l, addr, sizeof(addr));
      listen(l, BACKLOG);
      room += ask(l).tcpi_sacked;
      listeners.push(l);
    }
    known("listener", listeners[0]!);
    look("memory", "/proc/meminfo", "SUnreclaim");

    scene("first", "Some come, and the time is taken: an emulated machine would be at it for half an hour.");
    const before = seconds();
    times("clients", FIRST, (n) => peer.at(n).handshake(80));
    const each = (seconds() - before) / FIRST;
    if (each * set.connections > PATIENCE) {
      say(`${Math.round(each * 1e6)} us of a processor for each: all of them are too many for this machine.`);
      return;
    }

    scene("crowd", "The others come, and the program does nothing.");
    times("clients", set.connections - FIRST, (n) => peer.at(FIRST + n).handshake(80));
    peer.fence();
    for (const l of listeners) ask(l);
    look("memory", "/proc/meminfo", "SUnreclaim");
    look("objects", "/proc/self/net/protocols", "TCP ");

    scene("end");
    for (const l of listeners) close(l);
  },

  claims: [
    claim("one port has more connections than there are ports, all of them ESTABLISHED",
      { crowd: { getsockopt: all } },
      ({ crowd: { getsockopt: listeners } }, seen) => [
        adds(listeners.each.map((it) => it.after(QUEUED)), seen.set("connections")),
        adds(COMING.map((it) => seen.counted("Tcp.CurrEstab", it)), seen.set("connections")),
      ], supports("N3-30")),
    claim("they take no descriptor: while they came the program made no call, but to ask its listeners",
      { listening: { socket: all }, crowd: { getsockopt: all } },
      ({ listening: { socket: sockets }, crowd: { getsockopt: asked } }, seen) => [
        atMost(sockets.count, 40),
        same(asked.count, sockets.count),
        same(seen.calls("crowd"), asked.count),
      ], supports("N3-30")),
    claim("each costs some kilobytes of the kernel's memory: a socket of more than 2 KB, below 10 KB in all",
      { listening: { "look memory": 1 }, crowd: { "look memory": 1, "look objects": 1 } },
      ({
        listening: { "look memory": before }, crowd: { "look memory": after, "look objects": objects },
      }, seen) => {
        const kilobytes = rise(figure(before.text, OBJECTS), figure(after.text, OBJECTS));
        return [
          atLeast(objects.column("size", "TCP"), 2048),
          atLeast(objects.column("sockets", "TCP"), seen.set("connections")),
          atMost(kilobytes, 10 * seen.set("connections")),
        ];
      }, supports("N3-34")),
  ],
});
