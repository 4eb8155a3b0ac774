import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_DGRAM, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { TCP_CLOSE, TCP_INFO } from "../../src/abi/constants/tcp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { atLeast, differ, is, more, same } from "../../src/lab/check.ts";
import { claim, contradicts, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { kernelStruct } from "../../src/lab/stage.ts";
import { int } from "../../src/memory/integer.ts";
import { sizeof } from "../../src/memory/struct.ts";

/**
 * What the kernel keeps of a socket, as its own types tell (BTF):
 *
 *     struct sock_common                       the state, one byte
 *     struct sock { sock_common; … }           the queues
 *     struct inet_sock { sock; … }             addresses, ports
 *     struct inet_connection_sock { inet_sock; … }   timers, the accept queue
 *     struct tcp_sock { inet_connection_sock; … }    the congestion window
 */
export default experiment({
  name: "sock-structs",
  asks: "Where does the kernel keep a socket's state, its queues, its timers?",
  story: `A socket's file in the kernel's office is a folder in a folder in a folder. The innermost is the
    same for all: which family, which state. Around it lies what every Internet socket has, an address and a
    port; then what a connection needs, alarm clocks; outermost what only TCP knows. UDP stops at the second
    folder and adds a few pages of its own.`,
  next: "netlab struct tcp_info: what of all this a program may ask. Then socket-memory: where the bytes"
    + " are.",

  run({ socket, bind, getsockopt, getsockname, close }, { scene, look }) {
    scene("state", "A fresh TCP socket says its state; the kernel's struct says where that is kept.");
    const tcp = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    getsockopt(tcp, IPPROTO_TCP, TCP_INFO, tcp_info(), int(sizeof(tcp_info)));
    look("common", kernelStruct("sock_common", "skc_daddr", "skc_num", "skc_family", "skc_state"));

    scene("queues", "What all sockets have around it.");
    look("sock", kernelStruct("sock",
      "__sk_common", "sk_receive_queue", "sk_write_queue", "tcp_rtx_queue", "sk_error_queue", "sk_backlog"));

    scene("layers", "What an Internet socket, a connection and TCP have around that.");
    look("inet", kernelStruct("inet_sock", "sk", "inet_sport", "pinet6"));
    look("connection", kernelStruct("inet_connection_sock",
      "icsk_inet", "icsk_accept_queue", "icsk_delack_timer"));
    look("tcp", kernelStruct("tcp_sock",
      "inet_conn", "snd_cwnd", "snd_wnd", "rcv_nxt", "out_of_order_queue"));

    scene("udp", "A UDP socket has a port as well.");
    const udp = socket(AF_INET, SOCK_DGRAM, 0);
    const address = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(udp, address, sizeof(address));
    getsockname(udp, address, int(sizeof(address)));
    look("udp", kernelStruct("udp_sock", "inet", "pending", "encap_type", "reader_queue"));
    close(udp);
    close(tcp);
  },

  claims: [
    claim("a socket's state is one byte, in the part that all sockets begin with",
      { state: { getsockopt: 1, "look common": 1 }, queues: { look: 1 } },
      ({ state: { getsockopt: info, "look common": common }, queues: { look: sock } }) => [
        is(info.after("optval.tcpi_state"), TCP_CLOSE),
        is(common.column("size", "skc_state"), 1),
        is(sock.column("offset", "__sk_common"), 0),
        same(sock.column("size", "__sk_common"), common.column("size", "sock_common")),
      ], corrects("N0-49")),
    claim("what is not sent yet and what is not acknowledged yet lie apart: a queue and a tree",
      { queues: { look: 1 } },
      ({ queues: { look: sock } }) => [
        differ(sock.column("offset", "sk_write_queue"), sock.column("offset", "tcp_rtx_queue")),
        differ(sock.column("size", "sk_write_queue"), sock.column("size", "tcp_rtx_queue")),
        same(sock.column("size", "sk_write_queue"), sock.column("size", "sk_receive_queue")),
      ], corrects("N0-49", "N3-87")),
    claim("beside them a socket has a queue of what the kernel tells it, and one for while it is locked",
      { queues: { look: 1 } },
      ({ queues: { look: sock } }) => [
        differ(sock.column("offset", "sk_error_queue"), sock.column("offset", "sk_receive_queue")),
        same(sock.column("size", "sk_error_queue"), sock.column("size", "sk_receive_queue")),
        differ(sock.column("offset", "sk_backlog"), sock.column("offset", "sk_receive_queue")),
        atLeast(sock.column("size", "sk_backlog"), 2 * 8),
      ], corrects("N3-87")),
    claim("each layer begins with the one below it: sock, inet_sock, inet_connection_sock, tcp_sock",
      { queues: { look: 1 }, layers: { "look inet": 1, "look connection": 1, "look tcp": 1 } },
      ({
        queues: { look: sock }, layers: { "look inet": inet, "look connection": connection, "look tcp": tcp },
      }) => [
        is(inet.column("offset", "sk"), 0),
        same(inet.column("size", "sk"), sock.column("size", "sock")),
        is(connection.column("offset", "icsk_inet"), 0),
        same(connection.column("size", "icsk_inet"), inet.column("size", "inet_sock")),
        is(tcp.column("offset", "inet_conn"), 0),
        same(tcp.column("size", "inet_conn"), connection.column("size", "inet_connection_sock")),
      ], corrects("N0-50")),
    claim("timers belong to the connection, the congestion window to TCP",
      { layers: { "look inet": 1, "look connection": 1, "look tcp": 1 } },
      ({ layers: { "look inet": inet, "look connection": connection, "look tcp": tcp } }) => [
        more(connection.column("offset", "icsk_delack_timer"), inet.column("size", "inet_sock")),
        more(tcp.column("offset", "snd_cwnd"), connection.column("size", "inet_connection_sock")),
      ], corrects("N0-50")),
    claim("a udp_sock is a whole inet_sock, address, port and queues, with more behind it",
      { layers: { "look inet": 1 }, udp: { look: 1, getsockname: 1 } },
      ({ layers: { "look inet": inet }, udp: { look: udp, getsockname: name } }) => [
        is(udp.column("offset", "inet"), 0),
        same(udp.column("size", "inet"), inet.column("size", "inet_sock")),
        more(udp.column("offset", "reader_queue"), inet.column("size", "inet_sock")),
        more(udp.column("size", "udp_sock"), inet.column("size", "inet_sock")),
        is(name.after("usockaddr.sin_addr"), "127.0.0.1"),
      ], contradicts("N0-51")),
  ],
});
