/**
 * The calls that make, name, connect and use sockets: net/socket.c, one line for each of its
 * SYSCALL_DEFINEs.
 */
import { array } from "../../memory/array.ts";
import { i32, size_t } from "../../memory/integer.ts";
import { AF, MSG, SHUT, SO_GET_FILTER, SOCK_FLAGS, SOL_SOCKET } from "../constants/socket.ts";
import { both, type Entry, each, fd, from, gathers, into, type Lengths, nr, type Parameter, type Typing, value } from "../parameter.ts";
import { optionName, sockoptLevel, sockoptType } from "../sockopt.ts";
import { mmsghdr, msghdr } from "../structs/message.ts";
import { sockaddrOf } from "../structs/sockaddr.ts";
import { timespec } from "../structs/time.ts";
import { unsigned } from "./number.ts";
import { protocolOf, socketType } from "./socket-kind.ts";

const family   = i32.as(AF);
const protocol = (({ family: it = 0 }) => protocolOf(it)) satisfies Typing;
const how      = i32.as(SHUT);
const msgFlags = i32.flags(MSG);
const optname  = (({ level = 0 }) => optionName(level)) satisfies Typing;
const option   = (({ level = 0, optname: it = 0 }, memory) =>
  sockoptType(level, it, memory?.length)) satisfies Typing;
const address  = ((_, memory) => sockaddrOf(memory)) satisfies Typing;
const pair     = array(i32, 2);

/**
 * The length of a socket filter is counted in instructions of 8 bytes (SO_GET_FILTER, socket(7)); of every other option
 * in bytes.
 */
const program = ({ room, wrote }: Pick<Parameter, "room" | "wrote">): Pick<Parameter, "room" | "wrote"> => {
  const unit = ({ value: of }: Lengths): number => (of("level") === SOL_SOCKET && of("optname") === SO_GET_FILTER ? 8 : 1);
  return { room: (it) => room(it) * unit(it), wrote: (it) => wrote(it) * unit(it) };
};

/**
 * send, recv and socketcall have a SYSCALL_DEFINE, but no number on x86-64 and arm64: there they are sendto
 * and recvfrom.
 */
export const sockets = {
  socket:      [nr(41, 198), value("family", family), value("type", socketType), value("protocol", protocol)],
  socketpair:  [nr(53, 199), value("family", family), value("type", socketType), value("protocol", unsigned), into("usockvec", pair)],
  bind:        [nr(49, 200), fd("fd"), from("umyaddr", "addrlen", address), value("addrlen", i32)],
  listen:      [nr(50, 201), fd("fd"), value("backlog", i32)],
  accept:      [nr(43, 202), fd("fd"), into("upeer_sockaddr", "*upeer_addrlen", address), both("upeer_addrlen")],
  accept4:     [nr(288, 242), fd("fd"), into("upeer_sockaddr", "*upeer_addrlen", address), both("upeer_addrlen"), value("flags", i32.flags(SOCK_FLAGS))],
  connect:     [nr(42, 203), fd("fd"), from("uservaddr", "addrlen", address), value("addrlen", i32)],
  getsockname: [nr(51, 204), fd("fd"), into("usockaddr", "*usockaddr_len", address), both("usockaddr_len")],
  getpeername: [nr(52, 205), fd("fd"), into("usockaddr", "*usockaddr_len", address), both("usockaddr_len")],
  sendto:      [nr(44, 206), fd("fd"), from("buff", "len"), value("len", size_t), value("flags", msgFlags), from("addr", "addr_len", address), value("addr_len", i32)],
  recvfrom:    [nr(45, 207), fd("fd"), into("ubuf", "size"), value("size", size_t), value("flags", msgFlags), into("addr", "*addr_len", address), both("addr_len")],
  sendmsg:     [nr(46, 211), fd("fd"), from("msg", msghdr), value("flags", msgFlags)],
  recvmsg:     [nr(47, 212), fd("fd"), both("msg", msghdr), value("flags", msgFlags)],
  sendmmsg:    [nr(307, 269), fd("fd"), gathers(both("mmsg", each("vlen", mmsghdr, "result"))), value("vlen", unsigned), value("flags", msgFlags)],
  recvmmsg:    [nr(299, 243), fd("fd"), both("mmsg", each("vlen", mmsghdr, "result")), value("vlen", unsigned), value("flags", msgFlags), both("timeout", timespec)],
  setsockopt:  [nr(54, 208), fd("fd"), value("level", sockoptLevel), value("optname", optname), from("optval", "optlen", option), value("optlen", i32)],
  getsockopt:  [nr(55, 209), fd("fd"), value("level", sockoptLevel), value("optname", optname), { ...into("optval", "*optlen", option), ...program(into("optval", "*optlen")) }, both("optlen")],
  shutdown:    [nr(48, 210), fd("fd"), value("how", how)],
  send:        [nr(null, null), fd("fd"), from("buff", "len"), value("len", size_t), value("flags", msgFlags)],
  recv:        [nr(null, null), fd("fd"), into("ubuf", "size"), value("size", size_t), value("flags", msgFlags)],
  socketcall:  [nr(null, null), value("call", i32), from("args", array(size_t, 6))],
} as const satisfies Readonly<Record<string, Entry>>;
