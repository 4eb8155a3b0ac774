/** Experiments as the report sees them, for the saved runs: what is told of them, not what they do. */
import { hidden, path, step } from "../../src/kernel/path.ts";
import { claim, contradicts, corrects, supports } from "../../src/lab/claim.ts";
import { type AnyExperiment, experiment } from "../../src/lab/experiment.ts";

const send = path("the receiver's queue", ["sock:sk_data_ready"], [
  step(0, "__sys_sendto",                         "net/socket.c",           "copies the address in, finds the socket behind the fd"),
  hidden(1, "tail call", "inet_sendmsg",          "net/ipv4/af_inet.c",     "asks the protocol: this socket is UDP"),
  step(2, "udp_sendmsg",                          "net/ipv4/udp.c",         "one call, one datagram: the boundary is made here"),
  hidden(3, "unwatched", "ip_make_skb", "net/ipv4/ip_output.c",  "copies the bytes into one sk_buff, with room for headers"),
  step(4, "ip_send_skb",                          "net/ipv4/ip_output.c",   "hands the packet to IP", { inNote: "ip_output" }),
  step(5, "sock_def_readable",                    "net/core/sock.c",        "wakes whoever waits in recvfrom"),
]);
const receive = path("the caller's buffer", ["sock:sock_recv_length"], [
  step(0, "__sys_recvfrom",                       "net/socket.c",           "finds the socket behind the fd"),
  hidden(1, "inlined", "sock_recvmsg_nosec",      "net/socket.c",           "asks the family"),
  hidden(2, "unwatched", "move_addr_to_user",          "net/socket.c",           "writes the sender's address, and how long it is"),
]);

const named = (name: string, over: Partial<AnyExperiment>): AnyExperiment =>
  experiment({ name, asks: "?", story: "There is no story.", run: () => undefined, claims: [], ...over });

const settles = (...cites: Parameters<typeof claim>[3][]) =>
  [claim("it settles them", {}, () => [], ...cites)];

/** By the name of the saved run. */
export const experiments: Readonly<Record<string, AnyExperiment | null>> = {
  "udp-boundaries": named("udp-boundaries", {
    story: `A datagram is a letter. Two letters that are posted one after the other arrive as two letters,
      however large the letter box is: the kernel never pours them together. — If the reader's tray is too
      small for a letter, the kernel cuts it “and throws the rest away”.`,
    paths: { sendto: send, recvfrom: receive, connect: send },
    parameters: { room: { is: "bytes of room", default: 64, from: 20, to: 65_535 } },
    next: "Give the receiver less room and watch what is cut: --set room=15. Then look at tcp-stream.",
    claims: settles(supports("N0-06", "N1-11"), corrects("N0-35")),
  }),
  "two-at-once": named("two-at-once", {
    parameters: { count: { is: "datagrams", default: 5, from: 1, to: 1000 } },
    claims: settles(supports("N0-06"), contradicts("N0-05")),
  }),
  "made-up": named("made-up", { paths: { sendto: send } }),
  "nobody-listens": null,
  "nobody-sends": null,
};

const STATEMENTS: Readonly<Record<string, string>> = {
  "N0-05": "No buffer stands between the sender and the receiver of a UDP datagram.",
  "N0-35": "With UDP each send makes one packet and each receive takes one packet.",
  "N0-36": "A UDP receive always yields the whole datagram.",
};
export const statement = (id: string): string | null => STATEMENTS[id] ?? null;

const PROTOTYPES: Readonly<Record<string, string>> = {
  __sys_sendto: "int __sys_sendto(int fd, void *buff, size_t len, unsigned int flags, "
    + "struct sockaddr *addr, int addr_len)",
  udp_sendmsg: "int udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)",
};
export const prototype = (fn: string): string | null => PROTOTYPES[fn] ?? null;
