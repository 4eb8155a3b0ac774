/** What each call does to sockets, by name: the whole of what following a log knows of calls. */
import { MSG, SHUT_RD, SO, SOCK_FLAGS, SOL } from "../../abi/constants/socket.ts";
import { DESCRIPTOR_EFFECTS } from "./descriptor-effects.ts";
import { type Done, type Effect, has, number, value } from "./effect.ts";
import { endpointIn } from "./endpoint.ts";
import { kindMade, type SocketKind, UNKNOWN } from "./socket-kind.ts";
import type { Socket } from "./sockets.ts";
import { memberOf, numberIn, pendingError, settled, smallIn } from "./worth.ts";

/** A new socket behind the descriptor that the call returned. */
function made(it: Done, fd: number, kind: SocketKind, cloexec: boolean, origin: Socket["origin"]): Socket {
  const socket = it.sockets.make(origin, it.line, it.pid, kind);
  it.table.drop(fd, it.line, "before");
  it.table.set(fd, socket, cloexec, it.line);
  return socket;
}

const socket: Effect = (it) => {
  const kind = kindMade(number(it, 0), number(it, 1), number(it, 2));
  return [made(it, it.result, kind, has(it, 1, SOCK_FLAGS.SOCK_CLOEXEC), "socket")];
};

const pair: Effect = (it) => {
  const both = value(it, 3);
  const fds = both?.kind === "array" ? both.items.map((one) => smallIn(one.value)) : [];
  const kind = kindMade(number(it, 0), number(it, 1), number(it, 2));
  return fds.flatMap((fd) => {
    if (fd === null) return [];
    const one = made(it, fd, kind, has(it, 1, SOCK_FLAGS.SOCK_CLOEXEC), "socketpair");
    one.state = "connected";
    return [one];
  });
};

const accepted = (flags: number | null): Effect => (it) => {
  const from = it.socket;
  const cloexec = flags !== null && has(it, flags, SOCK_FLAGS.SOCK_CLOEXEC);
  const one = made(it, it.result, from?.kind ?? UNKNOWN, cloexec, "accept");
  const peer = endpointIn(value(it, 1));
  Object.assign(one, { state: "connected", local: from?.local ?? null, peer: peer?.text || null });
  one.family = peer?.family ?? from?.family ?? null;
  if (from !== null) Object.assign(from, { state: "listening", accepted: from.accepted + 1 });
  return [one];
};

const address = (which: "local" | "peer"): Effect => (it) => {
  const end = endpointIn(value(it, 1));
  if (end === null || it.socket === null) return undefined;
  it.socket.family ??= end.family;
  if (end.text !== "" && !isUnbound(it, end.text)) it.socket[which] = end.text;
  return undefined;
};
/** getsockname answers port 0 of a socket that has no port. */
const isUnbound = ({ call, socket: of }: Done, text: string): boolean =>
  call.name === "getsockname" && text.endsWith(":0") && of?.kind.protocol !== "unix";

const connect: Effect = (it) => {
  address("peer")(it);
  if (it.socket !== null) it.socket.state = it.errno === "EINPROGRESS" ? "connecting" : "connected";
  return undefined;
};

const listen: Effect = (it) => {
  if (it.socket !== null) it.socket.state = "listening";
  return undefined;
};

const shutdown: Effect = (it) => {
  if (it.socket !== null && number(it, 1) !== SHUT_RD) it.socket.shut = true;
  return undefined;
};

/** SO_ERROR tells how a connect ended that did not wait. */
const option: Effect = (it) => {
  const isError = number(it, 1) === SOL.SOL_SOCKET && number(it, 2) === SO.SO_ERROR;
  if (it.socket === null || !isError) return undefined;
  const errno = pendingError(value(it, 2), value(it, 3));
  if (errno !== null) it.socket.trouble = { errno, call: "connect", to: it.socket.peer, line: it.line };
  else if (it.socket.state === "connecting" && numberIn(value(it, 3)) === 0) it.socket.state = "connected";
  return undefined;
};

/** Bytes that the program sent. */
const sends: Effect = (it) => {
  if (it.socket === null) return undefined;
  it.socket.sent += it.result;
  if (it.socket.state === "connecting") it.socket.state = "connected";
  return undefined;
};

/**
 * Bytes that it received; after a connect that was refused nothing is no end. `flags` is where MSG_PEEK would
 * stand, which takes nothing.
 */
const receives = (flags: number | null): Effect => (it) => {
  const peeks = flags !== null && (has(it, flags, MSG.MSG_PEEK) || has(it, flags, MSG.MSG_ERRQUEUE));
  if (it.socket === null || peeks) return undefined;
  it.socket.received += it.result;
  const isEnd = it.result === 0 && it.socket.kind.stream && asked(it) !== 0;
  if (isEnd && it.socket.state !== "connecting") it.socket.eof ??= it.line;
  if (it.result > 0 && it.socket.state === "connecting") it.socket.state = "connected";
  return undefined;
};
/** A receive that has room for nothing returns 0 as well. */
const asked = (it: Done): number | null => (it.call.args.length > 2 ? number(it, 2) : null);

/** Descriptors that came in a message: what had these numbers is gone; what they lead to, nobody says. */
const receivesMessage: Effect = (it) => {
  const controls = settled(memberOf(settled(value(it, 1)), "msg_control"));
  for (const one of controls?.kind === "array" ? controls.items : []) {
    const isRights = memberOf(one.value, "cmsg_type")?.source === "SCM_RIGHTS";
    const data = isRights ? memberOf(one.value, "cmsg_data") : undefined;
    const fds = data?.kind === "array" ? data.items : [];
    for (const fd of fds) it.table.drop(smallIn(fd.value) ?? -1, it.line, "before");
  }
  return receives(2)(it);
};

/** Of many messages the lengths stand in each: `msg_len=10`. */
const many = (way: "sent" | "received"): Effect => (it) => {
  const list = settled(value(it, 1));
  if (it.socket === null || list?.kind !== "array") return undefined;
  const lengths = list.items.slice(0, it.result).map((one) => smallIn(memberOf(one.value, "msg_len")) ?? 0);
  it.socket[way] += lengths.reduce((sum, one) => sum + one, 0);
  return undefined;
};

/** Bytes that went from one descriptor to another, past the program. */
const moves = (from: number, to: number): Effect => (it) => {
  const [source, target] = [from, to].map((n) => it.table.get(number(it, n) ?? -1));
  if (source) source.received += it.result;
  if (target) target.sent += it.result;
  return undefined;
};

/** The calls that a socket's life is made of. Only those that succeeded are given to it, and `connect`. */
export const EFFECTS: Readonly<Record<string, Effect>> = {
  socket, socketpair: pair,
  accept: accepted(null), accept4: accepted(3),
  bind: address("local"), getsockname: address("local"), getpeername: address("peer"),
  connect, listen, shutdown, getsockopt: option,
  write: sends, writev: sends, sendto: sends, sendmsg: sends, send: sends, sendmmsg: many("sent"),
  read: receives(null), readv: receives(null), recvfrom: receives(3), recvmsg: receivesMessage,
  recv: receives(3), recvmmsg: many("received"),
  sendfile: moves(1, 0), splice: moves(0, 2),
  ...DESCRIPTOR_EFFECTS,
};
