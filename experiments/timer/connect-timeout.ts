import { AT_FDCWD, O_RDONLY, O_WRONLY } from "../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, SO_ERROR, SO_SNDTIMEO, SOCK_NONBLOCK, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { TCP_SYN_SENT, TCP_SYNCNT, TCP_USER_TIMEOUT } from "../../src/abi/constants/tcp.ts";
import { ETIMEDOUT } from "../../src/abi/errno.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec, timeval } from "../../src/abi/structs/time.ts";
import { also, atMost, is, more } from "../../src/lab/check.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The note's setting as a file, and Linux's: how often, and how many of the first waits stay as they are. */
const KEEPINIT = "/proc/sys/net/inet/tcp/keepinit";
const SYN_RETRIES = "/proc/sys/net/ipv4/tcp_syn_retries";
const LINEAR = "/proc/sys/net/ipv4/tcp_syn_linear_timeouts";
/** Where nobody answers: one port for each caller. The third as /proc/net/tcp writes it. */
const [HASTY, BRIEF, PATIENT] = [8001, 8002, 8003];
const PATIENT_ROW = ":1F43";
/** Column tr of /proc/net/tcp: which timer runs. This one sends again what was not answered. */
const REPEATS = 1;

/** Calls, and sleeps until somebody answers or the kernel has given up. */
export const caller = ({ attempt }: Calls, { fd, port }: { fd: number; port: number }) => {
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: port, sin_addr: "192.0.2.2" });
  attempt.connect(fd, addr, sizeof(addr));
};

/**
 * Nobody answers. How long does connect wait?
 *
 *     setsockopt(c, IPPROTO_TCP, TCP_SYNCNT, 1);    // one repetition
 *     connect(c, &addr, sizeof addr);               // SYN … SYN …… ETIMEDOUT
 */
export default experiment({
  name: "connect-timeout",
  asks: "Nobody answers the SYN: when does connect give up, and who decides that?",
  story: `You knock at a door, and nothing stirs. You do not look at the watch and leave after 75 seconds: you
    count. You knock again after a second, then after two more, after four, and after so many knocks you go.
    How often is written in a rule of the house, and you may have a rule of your own: fewer knocks, or a watch
    after all. And if your own patience ends first, you walk off, while your porter still goes on knocking.`,
  needs: ["veth"],
  pins: { "net.ipv4.tcp_syn_retries": 6 },
  parameters: { syncnt: { is: "TCP_SYNCNT: how often the SYN is repeated", default: 1, from: 1, to: 2 } },
  next: "--set syncnt=2: three SYNs, and 1 + 2 + 4 seconds; with the six of the default it would be 127."
    + " Then keepalive: the connection is there, and the other end falls silent.",

  run({
    socket, setsockopt, getsockopt, ppoll, read, write, close, attempt,
  }, { scene, look, known, start, peer, set }) {
    const tcp = (flags = 0) => socket(AF_INET, SOCK_STREAM | flags, IPPROTO_TCP);
    const option = (fd: number, name: number, value: number) =>
      setsockopt(fd, IPPROTO_TCP, name, int(value), 4);
    const to = (port: number) => sockaddr_in({ sin_family: AF_INET, sin_port: port, sin_addr: "192.0.2.2" });
    const open = (name: string, flags: number) => attempt.openat(AT_FDCWD, cstring(name), flags, 0);

    scene("names", "The note's setting, Linux's, and what a new socket has of it.");
    open(KEEPINIT, O_RDONLY);
    const retries = open(SYN_RETRIES, O_RDONLY);
    read(retries, buffer(16), 16);
    close(retries);
    const [hasty, brief, patient] = [tcp(SOCK_NONBLOCK), tcp(), tcp()] as const;
    getsockopt(patient, IPPROTO_TCP, TCP_SYNCNT, int(0), int(4));

    scene("doubling", "Since 6.5 some waits are of one second each before they double. Not here.");
    const linear = open(LINEAR, O_WRONLY);
    if (linear >= 0) write(linear, text("0"), 1);
    if (linear >= 0) close(linear);

    scene("own patience", "The program waits 50 ms in connect, and no longer: SO_SNDTIMEO.");
    setsockopt(brief, SOL_SOCKET, SO_SNDTIMEO, timeval({ tv_usec: 50_000 }), sizeof(timeval));
    attempt.connect(brief, to(BRIEF), sizeof(sockaddr_in));
    attempt.connect(brief, to(BRIEF), sizeof(sockaddr_in));
    close(brief);

    scene("calling", "One may be unanswered for 500 ms and no longer. The other repeats its SYN once.");
    known("hasty", hasty);
    known("patient", patient);
    option(hasty, TCP_USER_TIMEOUT, 500);
    attempt.connect(hasty, to(HASTY), sizeof(sockaddr_in));
    option(patient, TCP_SYNCNT, set.syncnt);
    const calling = start(caller, { fd: patient, port: PATIENT });
    calling.asleep("connect");

    scene("silence");
    look("row", "/proc/self/net/tcp", PATIENT_ROW);
    ppoll(pollfd({ fd: hasty, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    getsockopt(hasty, SOL_SOCKET, SO_ERROR, int(0), int(4));
    calling.join();
    peer.fence();

    scene("end");
    for (const fd of [hasty, patient]) close(fd);
  },

  claims: [
    claim("there is no keepinit: a count, tcp_syn_retries, is what a new socket begins with",
      { names: { openat: 2, read: 1, getsockopt: 1 } },
      ({ names: { openat: [keepinit, retries], read, getsockopt: own } }) => [
        is(keepinit.before("filename"), KEEPINIT),
        is(keepinit.errno, "ENOENT"),
        is(retries.before("filename"), SYN_RETRIES),
        is(read.after("buf"), "6\n"),
        is(own.after("*optval"), 6),
      ], contradicts("N3-69")),
    claim("connect sleeps while the kernel repeats the SYN, in SYN_SENT and with the timer that repeats",
      { calling: { "connect@caller": 1 }, silence: { "look row": 1 } },
      ({ calling: { "connect@caller": connect }, silence: { "look row": row } }, seen) => [
        is(connect.slept, true),
        is(row.column("st"), TCP_SYN_SENT),
        is(row.column("tr"), REPEATS),
        also(() => is(seen.states("patient").all, ["SYN_SENT", "CLOSE"])),
      ], supports("N2-52"), corrects("N3-69")),
    claim("it fails with ETIMEDOUT when the last of so many repetitions was not answered",
      { calling: { setsockopt: 2, "connect@caller": 1 } },
      ({ calling: { setsockopt: [, count], "connect@caller": connect } }, seen) => [
        is(count.before("optname"), TCP_SYNCNT),
        is(count.before("*optval"), seen.set("syncnt")),
        is(connect.errno, "ETIMEDOUT"),
        is(seen.packets({ syn: true, dport: PATIENT }).length, seen.set("syncnt") + 1),
      ], supports("N2-52"), contradicts("N3-69")),
    claim("a limit in time there is as well: TCP_USER_TIMEOUT ends it, though six repetitions are allowed",
      { calling: { connect: 1, setsockopt: 2, "connect@caller": 1 }, silence: { ppoll: 1, getsockopt: 1 } },
      ({
        calling: { connect, setsockopt: [limit], "connect@caller": patient },
        silence: { ppoll, getsockopt: error },
      }, seen) => [
        is(limit.before("optname"), TCP_USER_TIMEOUT),
        is(connect.errno, "EINPROGRESS"),
        is(error.after("*optval"), ETIMEDOUT),
        more(patient.left, ppoll.left),
        also(() => atMost(seen.packets({ syn: true, dport: HASTY }).length, 2)),
      ], corrects("N3-69")),
    claim("a program that no longer waits gets EINPROGRESS: the kernel goes on trying",
      { "own patience": { connect: 2 } },
      ({ "own patience": { connect: [first, again] } }) => [
        is(first.errno, "EINPROGRESS"),
        is(again.errno, "EALREADY"),
      ], corrects("N3-69")),
  ],
});
