/**
 * Makes sockets of every kind in the namespace that it is started in, and prints what the witness and what ss(8)
 * see of them, as JSON: a step a key. test/witness/known-sockets.test.ts starts it and judges.
 */
import { spawnSync } from "node:child_process";
import { AT_FDCWD, O_RDONLY } from "../../../src/abi/constants/fcntl.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../../src/abi/constants/in.ts";
import { CLONE_NEWNET } from "../../../src/abi/constants/sched.ts";
import {
  AF_INET, AF_INET6, AF_UNIX, SO_BINDTODEVICE, SO_COOKIE, SO_LINGER, SO_REUSEPORT, SOCK_DGRAM, SOCK_NONBLOCK,
  SOCK_STREAM, SOL_SOCKET, SOL_TCP,
} from "../../../src/abi/constants/socket.ts";
import { TCP_DEFER_ACCEPT } from "../../../src/abi/constants/tcp.ts";
import { sockaddr_in, sockaddr_in6 } from "../../../src/abi/structs/sockaddr.ts";
import { linger } from "../../../src/abi/structs/socket.ts";
import { raiseLoopback } from "../../../src/lab/chamber/loopback.ts";
import { int, u64 } from "../../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../../src/memory/memory.ts";
import { cell } from "../../../src/memory/type.ts";
import { callsOf } from "../../../src/sys/calls.ts";
import { KnownSockets } from "../../../src/witness/known-sockets.ts";
import { SockDiag } from "../../../src/witness/sock-diag.ts";
import type { Step, Told } from "./told.ts";

const calls = callsOf({ nextId: () => 0, enter: () => undefined, exit: () => undefined, now: () => 0 });
const { socket, bind, listen, getsockname, connect, accept4, close } = calls;
const { sendto, recvfrom, setsockopt, getsockopt } = calls;

raiseLoopback(calls);
const before = socket(AF_UNIX, SOCK_STREAM, 0);
close(before);
const known = new KnownSockets(calls);
const watched = new KnownSockets(calls);
const diag = new SockDiag(calls);
diag.open();
const after = socket(AF_UNIX, SOCK_STREAM, 0);

const steps: Record<string, Step> = {};
const ss = (protocol: "-t" | "-u"): string | null => {
  const { status, stdout } = spawnSync("ss", [protocol, "-anHe"], { encoding: "utf8" });
  return status === 0 ? stdout : null;
};
function step(name: string): void {
  const all = (protocol: number) => [AF_INET, AF_INET6].flatMap((family) => diag.dump({ protocol, family }));
  const short = (protocol: number) =>
    all(protocol).map(({ info, ...it }) => ({ ...it, info: info?.length ?? 0 }));
  const [samples, tcp, udp] = [known.sample(), short(IPPROTO_TCP), short(IPPROTO_UDP)];
  steps[name] = { samples, tcp, udp, ss: { tcp: ss("-t"), udp: ss("-u") } };
}

function know(name: string, fd: number): number {
  const cookie = cell(u64, 0);
  getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, int(8));
  for (const it of [known, watched]) it.know(name, fd, String(cookie.value));
  return fd;
}
/** Softirqs may have things to do when a call returns: until the socket is in this state, all sent acknowledged. */
function until(name: string, state: string): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const isThere = (): boolean =>
    watched.sample().some((it) => it.socket === name && it.state === state && !it.values.send_q);
  for (let n = 0; n < 5000 && !isThere(); n++) Atomics.wait(clock, 0, 0, 1);
}

const local = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
function bound(name: string, type: number, prepare: (fd: number) => void = () => undefined): number {
  const fd = socket(AF_INET, type, 0);
  prepare(fd);
  bind(fd, sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" }), 16);
  getsockname(fd, local, int(16));
  return know(name, fd);
}
function client(name: string, prepare: (fd: number) => void = () => undefined): number {
  const fd = know(name, socket(AF_INET, SOCK_STREAM, 0));
  prepare(fd);
  connect(fd, local, 16);
  return fd;
}

// Two connections that nobody accepted, one that waits for its first byte, one that was refused.
const listener = bound("listener", SOCK_STREAM);
listen(listener, 3);
const [one, two] = [client("one"), client("two")];
const lazy = bound("lazy", SOCK_STREAM, (fd) => setsockopt(fd, SOL_TCP, TCP_DEFER_ACCEPT, int(5), 4));
listen(lazy, 3);
client("silent");
const onLo = (fd: number): void => void setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, text("lo"), 2);
listen(bound("on lo", SOCK_STREAM, onLo), 2);
client("lo client", onLo);
const refused = know("refused", socket(AF_INET, SOCK_STREAM, 0));
calls.attempt.connect(refused, sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1", sin_port: 9 }), 16);
know("unix", after);
step("queued");

const server = know("server", accept4(listener, null, null, 0));
know("other", accept4(listener, null, null, 0));
sendto(one, text("hello"), 5, 0, null, 0);
until("one", "ESTABLISHED");
step("unread");

// One closes in order, two resets.
recvfrom(server, buffer(5), 5, 0, null, null);
close(one);
until("one", "FIN_WAIT2");
step("half");
close(server);
until("one", "TIME_WAIT");
setsockopt(two, SOL_SOCKET, SO_LINGER, linger({ l_onoff: 1, l_linger: 0 }), 8);
close(two);
step("closed");
step("after");

// Known before it has addresses, and closed before anybody looked.
getsockname(listener, local, int(16));
const quick = client("quick");
const accepted = accept4(listener, null, null, 0);
close(quick);
close(accepted);
until("quick", "TIME_WAIT");
step("quick");

// Datagrams: one that is queued, a socket that gets a peer, two on one port.
bound("receiver", SOCK_DGRAM);
const sender = know("sender", socket(AF_INET, SOCK_DGRAM, 0));
step("unbound");
connect(sender, local, 16);
sendto(sender, text("0123456789"), 10, 0, null, 0);
const share = (fd: number): number => setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, int(1), 4);
for (const [kind, type] of [["datagrams", SOCK_DGRAM], ["listeners", SOCK_STREAM]] as const) {
  const first = bound(`${kind} 1`, type, share);
  const second = socket(AF_INET, type, 0);
  share(second);
  bind(second, local, 16);
  know(`${kind} 2`, second);
  if (type === SOCK_STREAM) for (const fd of [first, second]) listen(fd, 5);
}
step("shared");

// One that calls, and gets no answer: the queue is full.
listen(bound("full", SOCK_STREAM), 0);
client("let in");
calls.attempt.connect(know("calling", socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), local, 16);
step("calling");

// Both families through one listener.
const six = know("six", socket(AF_INET6, SOCK_STREAM, 0));
bind(six, sockaddr_in6({ sin6_family: AF_INET6 }), 28);
listen(six, 5);
const at = sockaddr_in6({});
getsockname(six, at, int(28));
local.sin_port = at.sin6_port;
client("four");
know("mapped", accept4(six, null, null, 0));
at.sin6_addr = "::1";
connect(know("udp6", socket(AF_INET6, SOCK_DGRAM, 0)), at, 28);
step("families");

// In another namespace: a port that is free here, and sockets that are not listed here.
const { unshare, setns, openat } = calls;
const home = openat(AT_FDCWD, cstring("/proc/thread-self/ns/net"), O_RDONLY, 0);
unshare(CLONE_NEWNET);
raiseLoopback(calls);
const [away, guest] = [socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0)];
listen(away, 7);
getsockname(away, local, int(16));
connect(guest, local, 16);
setns(home, CLONE_NEWNET);
know("away", away);
know("away guest", guest);
listen(bound("home", SOCK_STREAM), 1);
step("away");

const told: Told = { steps, numbers: [before, after] };
process.stdout.write(JSON.stringify(told));
