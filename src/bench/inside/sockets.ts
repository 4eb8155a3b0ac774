/** The sockets that Node's loops use; bench.c makes the same ones. */
import { IPPROTO_TCP } from "../../abi/constants/in.ts";
import {
  AF_INET, SO_RCVTIMEO, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, SOL_UDP,
} from "../../abi/constants/socket.ts";
import { TCP_CONGESTION, TCP_NODELAY } from "../../abi/constants/tcp.ts";
import { UDP_GRO, UDP_SEGMENT } from "../../abi/constants/udp.ts";
import { sockaddr_in } from "../../abi/structs/sockaddr.ts";
import { timeval } from "../../abi/structs/time.ts";
import { unrecorded } from "../../lab/chamber/unrecorded.ts";
import { int } from "../../memory/integer.ts";
import { text } from "../../memory/memory.ts";
import { sizeof } from "../../memory/struct.ts";
import { PAYLOAD } from "../loops.ts";

type Address = ReturnType<typeof sockaddr_in>;
/** Two UDP sockets on the loopback, and the receiver's address. */
export interface Pair {
  readonly tx: number;
  readonly rx: number;
  readonly to: Address;
}

const calls = unrecorded();
/** No receive waits longer: a packet that is lost is told, not waited for. */
const FUSE = { tv_sec: 4, tv_usec: 0 };

/** Not connected. */
export function udpPair(): Pair {
  const [rx, tx] = [calls.socket(AF_INET, SOCK_DGRAM, 0), calls.socket(AF_INET, SOCK_DGRAM, 0)];
  for (const fd of [rx, tx]) fused(fd);
  bound(tx);
  return { tx, rx, to: bound(rx) };
}

/** The sender knows the receiver. */
export function connectedPair(): Pair {
  const pair = udpPair();
  calls.connect(pair.tx, pair.to, sizeof(pair.to));
  return pair;
}

/** The sender's kernel cuts what it is given into packets, the receiver's joins them again. */
export function segmentingPair(): Pair {
  const pair = connectedPair();
  option(pair.tx, SOL_UDP, UDP_SEGMENT, PAYLOAD);
  option(pair.rx, SOL_UDP, UDP_GRO, 1);
  return pair;
}

/** Both ends of a TCP connection that sends at once what it is given. */
export function tcpPair(): readonly [client: number, server: number] {
  const [listener, client] = [calls.socket(AF_INET, SOCK_STREAM, 0), calls.socket(AF_INET, SOCK_STREAM, 0)];
  const at = bound(listener);
  calls.listen(listener, 1);
  reno(client);
  calls.connect(client, at, sizeof(at));
  const server = calls.accept(listener, null, null);
  calls.close(listener);
  for (const fd of [client, server]) {
    reno(fd);
    option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    fused(fd);
  }
  return [client, server];
}

function bound(fd: number): Address {
  const at = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  calls.bind(fd, at, sizeof(at));
  calls.getsockname(fd, at, int(sizeof(at)));
  return at;
}

const option = (fd: number, level: number, name: number, value: number): void =>
  void calls.setsockopt(fd, level, name, int(value), 4);
/** The kernel's own congestion control may pace: this one is always there, and does not. */
const reno = (fd: number): void => void calls.setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, text("reno"), 4);
const fused = (fd: number): void =>
  void calls.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval(FUSE), timeval.size);
