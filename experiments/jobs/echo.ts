import { also, atLeast, differ, enough, is, same } from "../../src/lab/check.ts";
import { all, corrects, supports } from "../../src/lab/claim.ts";
import { difference } from "../../src/lab/difference.ts";
import { job } from "../../src/lab/job.ts";

/** What a client of TCP passes. */
const OPENED = ["CLOSE", "SYN_SENT", "ESTABLISHED"];

/** An echo server and one client: over TCP, over UDP, over AF_UNIX. */
export const echo = job({
  name: "echo",
  asks: "say 10 bytes, say 20 bytes, hear them back, hang up",
  steps: {
    serve:             "A server gets ready",
    open:              "A client turns to it",
    "say ten":         "The client says ten bytes",
    "say twenty":      "… and twenty",
    "hear and answer": "The server hears them, and says them back",
    "hear the answer": "The client hears them",
    "hang up":         "The client hangs up: is the server told?",
  },
  differences: [
    difference("the same two sends are one receive with TCP, and two with UDP",
      {
        tcp: { "say ten": { sendto: 1 }, "say twenty": { sendto: 1 }, "hear and answer": { recvfrom: 1 } },
        udp: { "say ten": { sendto: 1 }, "say twenty": { sendto: 1 }, "hear and answer": { recvfrom: 2 } },
      },
      ({ tcp, udp }) => [
        same(tcp["say ten"].sendto.result, udp["say ten"].sendto.result),
        same(tcp["say twenty"].sendto.result, udp["say twenty"].sendto.result),
        is(tcp["hear and answer"].recvfrom.result, 30),
        is(udp["hear and answer"].recvfrom[0].result, 10),
        is(udp["hear and answer"].recvfrom[1].result, 20),
      ], supports("N0-06", "N1-10", "N1-11"), corrects("N0-39")),
    difference("TCP's server needs listen, accept, and a second socket for its client; UDP's is one socket",
      {
        tcp: { serve: { bind: 1, listen: 1 }, open: { accept4: 1 }, "hear and answer": { recvfrom: 1 } },
        udp: { serve: { bind: 1, listen: all }, open: { accept4: all }, "hear and answer": { recvfrom: 2 } },
      },
      ({ tcp, udp }) => [
        is(tcp.serve.listen.result, 0),
        is(udp.serve.listen.count, 0),
        is(udp.open.accept4.count, 0),
        same(tcp["hear and answer"].recvfrom.before("fd"), tcp.open.accept4.result),
        differ(tcp["hear and answer"].recvfrom.before("fd"), tcp.serve.bind.before("fd")),
        same(udp["hear and answer"].recvfrom[0].before("fd"), udp.serve.bind.before("fd")),
      ], corrects("N0-14")),
    difference("connect asks the server with TCP; with UDP no packet leaves",
      { tcp: { open: { connect: 1 } }, udp: { open: { connect: 1 } } },
      ({ tcp, udp }, seen) => [
        same(tcp.open.connect.result, udp.open.connect.result),
        atLeast(seen.tcp.counted("Tcp.OutSegs", "open"), 3),
        is(seen.udp.counted("Udp.OutDatagrams", "open"), 0),
        also(() => is(seen.tcp.packets({ syn: true, ack: false }, "open").length, 1)),
        also(() => is(seen.udp.packets({}, "open").length, 0)),
      ]),
    difference("and yet UDP's socket has a state as well: connect leaves it ESTABLISHED",
      { tcp: { open: { connect: 1 } }, udp: { open: { connect: 1 } } },
      ({ tcp, udp }, seen) => [
        same(tcp.open.connect.result, udp.open.connect.result),
        is(seen.udp.states("client").until("open"), ["ESTABLISHED"]),
      ], corrects("N0-15")),
    difference("TCP needs more packets for the same thirty bytes there and back",
      { tcp: { "hear the answer": { recvfrom: 1 } }, udp: { "hear the answer": { recvfrom: 2 } } },
      ({ tcp, udp }, seen) => [
        is(tcp["hear the answer"].recvfrom.result, 30),
        is(udp["hear the answer"].recvfrom[0].result, 10),
        is(udp["hear the answer"].recvfrom[1].result, 20),
        atLeast(seen.tcp.packets({}).length, 5),
        is(seen.udp.packets({}).length, 4),
      ]),
    difference("TCP opens, acknowledges and ends, and has states for it; UDP sends what it is given",
      {
        tcp: { open: { connect: 1 }, "hang up": { shutdown: 1 } },
        udp: { open: { connect: 1 }, "say ten": { sendto: 1 }, "say twenty": { sendto: 1 } },
      },
      ({ tcp, udp }, seen) => [
        is(tcp.open.connect.result, 0),
        is(tcp["hang up"].shutdown.result, 0),
        atLeast(seen.tcp.packets({ syn: true }).length, 2),
        atLeast(seen.tcp.packets({ ack: true, psh: false, syn: false, fin: false }).length, 1),
        atLeast(seen.tcp.packets({ fin: true }).length, 2),
        is(udp.open.connect.result, 0),
        is(seen.udp.packets({}, "open").length, 0),
        is(seen.udp.packets({}, "say ten").length, 1),
        is(seen.udp.packets({}, "say twenty").length, 1),
        is(seen.udp.packets({}, "hang up").length, 0),
        also(() => is(enough(seen.tcp.states("client").passed("open"), 3), OPENED)),
        also(() => is(seen.udp.states("client").passed("open"), [])),
      ], supports("N2-15")),
    difference("TCP's server is told that its client is gone, by a receive of nothing; UDP's is told nothing",
      { tcp: { "hang up": { recvfrom: 1 } }, udp: { "hang up": { recvfrom: 1 } } },
      ({ tcp, udp }, seen) => [
        is(tcp["hang up"].recvfrom.result, 0),
        is(udp["hang up"].recvfrom.errno, "EAGAIN"),
        also(() => atLeast(seen.tcp.packets({ fin: true }, "hang up").length, 1)),
        also(() => is(seen.udp.packets({}, "hang up").length, 0)),
      ], supports("N1-16")),
    difference("AF_UNIX with SOCK_SEQPACKET keeps messages apart as UDP does, and tells the end as TCP does",
      {
        tcp:  { "hear and answer": { recvfrom: 1 }, "hang up": { recvfrom: 1 } },
        udp:  { "hear and answer": { recvfrom: 2 }, "hang up": { recvfrom: 1 } },
        unix: { "hear and answer": { recvfrom: 2 }, "hang up": { recvfrom: 1 } },
      },
      ({ tcp, udp, unix }) => [
        same(unix["hear and answer"].recvfrom[0].result, udp["hear and answer"].recvfrom[0].result),
        same(unix["hear and answer"].recvfrom[1].result, udp["hear and answer"].recvfrom[1].result),
        same(unix["hang up"].recvfrom.result, tcp["hang up"].recvfrom.result),
        differ(unix["hang up"].recvfrom.errno, udp["hang up"].recvfrom.errno),
      ], supports("N1-20")),
    difference("TCP sends packets even to the same machine; AF_UNIX sends none",
      {
        tcp:  { "say ten": { sendto: 1 } },
        unix: { "say ten": { sendto: 1 } },
      },
      ({ tcp, unix }, seen) => [
        same(tcp["say ten"].sendto.result, unix["say ten"].sendto.result),
        atLeast(seen.tcp.counted("Tcp.OutSegs", "say ten"), 1),
        is(seen.unix.counted("Ip.OutRequests", "say ten"), 0),
        also(() => is(seen.unix.packets({}).length, 0)),
      ], supports("N1-02")),
  ],
});
