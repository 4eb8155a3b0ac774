/** What is said of a call: names of numbers, what an error means, the way through the kernel, experiments. */
import { describe, expect, test } from "vitest";
import { knownPaths } from "../../../src/kernel/known-paths.ts";
import { experimentsFor } from "../../../src/lab/explain/explainer.ts";
import { namesOf, valuesOf } from "../../../src/lab/explain/names.ts";
import { takenBy } from "../../../src/lab/explain/taken.ts";
import { spineOf, wayOf } from "../../../src/lab/explain/way.ts";
import { callOf, explained } from "./told.ts";

const said = (line: string): readonly string[] => namesOf(callOf(line)).map(({ parameter, means }) => `${parameter} ${means}`);
const worth = (line: string): readonly string[] => valuesOf(callOf(line)).map(({ parameter, means }) => `${parameter} ${means}`);

describe("numbers have names", () => {
  test.for([
    ["socket(0x2, 0x1|0x80800, 0x6) = 3",        ["family AF_INET", "type SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK", "protocol IPPROTO_TCP"]],
    ["socket(0x1, 0x2, 0) = 3",                  ["family AF_UNIX", "type SOCK_DGRAM"]],
    ["socket(0x2 /* AF_INET */, 0x1 /* SOCK_STREAM */, 0x6 /* IPPROTO_TCP */) = 3", []],
    ["socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3", []],
    ["setsockopt(5, 0x6, 0x1, [1], 4) = 0",      ["level SOL_TCP", "optname TCP_NODELAY"]],
    ["setsockopt(5, 0x1, 0x9, [1], 4) = 0",      ["level SOL_SOCKET", "optname SO_KEEPALIVE"]],
    ["sendto(5, \"x\", 1, 0x4040, NULL, 0) = 1", ["flags MSG_DONTWAIT|MSG_NOSIGNAL"]],
    ["shutdown(5, 0x1) = 0",                     ["how SHUT_WR"]],
    ["socket(0x7b, 0x1, 0) = 3",                 ["type SOCK_STREAM"]],
    ["listen(5, 2) = 0",                         []],
    ["close(2) = 0",                             []],
  ] as const)("%s", ([line, names]) => expect(said(line)).toEqual(names));
});

describe("and names have numbers", () => {
  test.for([
    ["socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 3", ["family 2", "type 0x80001", "protocol 6"]],
    ["epoll_ctl(4, EPOLL_CTL_ADD, 5, {events=EPOLLIN, data=0x1}) = 0", ["op 1"]],
    ["socket(AF_NEW, SOCK_STREAM, 0) = 3", ["type 1"]],
    ["socket(0x2, 0x1, 0) = 3", []],
  ] as const)("%s", ([line, values]) => expect(worth(line)).toEqual(values));
});

describe("what is known of a call", () => {
  const { all } = explained(
    "socket(AF_INET, SOCK_STREAM, 0) = 3",
    'connect(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 ECONNREFUSED (Connection refused)',
    "openat(AT_FDCWD, \"/x\", O_RDONLY) = -1 ENOENT (No such file or directory)",
    "epoll_wait(5, [], 8, 0) = 0",
    "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0",
    'execve("/bin/true", ["true"], 0x7ffc00000000 /* 1 var */) = 0',
    "clone(flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 12",
    "fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)",
    "accept(3,  <unfinished ...>",
  );
  test.for([
    [0, { about: "socket",  topic: "tcp socket",                       way: { name: "tcp socket" }, advice: null }],
    [1, { about: "socket",  topic: "tcp connect ECONNREFUSED",         way: null, advice: expect.stringContaining("nobody listens") as string }],
    [2, { about: null,      topic: null,                               way: null, advice: null }],
    [3, { about: "waiting", topic: "any epoll_wait" }],
    [4, { about: "socket",  topic: "tcp setsockopt SO_REUSEADDR" }],
    [5, { about: "process", topic: null,                               way: null }],
    [6, { about: null }],
    [7, { about: "socket" }],
    [8, { about: "socket",  topic: null,                               way: null }],
  ] as const)("line %i", ([line, known]) => expect(all[line]).toMatchObject(known));

  test("errors are counted where they matter", () => {
    const { explainer } = explained(
      "connect(3, NULL, 0) = -1 EFAULT (Bad address)", "connect(3, NULL, 0) = -1 EFAULT (Bad address)", "access(\"/x\", R_OK) = -1 ENOENT (No such file or directory)",
      "poll(NULL, 0, 5) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)");
    expect(explainer.tally.errors).toEqual([["connect EFAULT", 2]]);
  });
  test("so is one that was asked for later", () => {
    const { explainer } = explained("getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0");
    expect(explainer.tally.errors).toEqual([["connect ECONNREFUSED", 1]]);
  });
});

describe("experiments", () => {
  test.for([
    ["tcp connect", "tcp-raw"], ["tcp accept", "tcp-raw"], ["tcp accept EAGAIN", "accept-no-packets"], ["tcp read ECONNRESET", "accept-dead"],
    ["any epoll_wait", "epoll-flow"], ["udp sendto", "udp-raw"],
  ] as const)("%s is shown by %s, or others", ([topic, name]) => {
    expect(experimentsFor(topic).length).toBeGreaterThan(0);
    expect([name, ...experimentsFor(topic)]).toContain(name);
  });
  test("what no experiment shows, none shows", () => expect(experimentsFor("dccp connect EXFULL")).toEqual([]));
  test("no name of an object's is a topic", () => expect(experimentsFor("constructor toString")).toEqual([]));
});

describe("the way through the kernel", () => {
  test.for([
    ["tcp", "accept4", false, false, "tcp accept"], ["tcp", "connect", false, false, "tcp connect"], ["udp", "sendto", false, false, "udp sendto"],
    [null, "connect", false, false, null], ["tcp", "constructor", false, false, null], ["__proto__", "toString", false, false, null],
  ] as const)("%s %s", ([protocol, call, waits, listens, name]) => expect(wayOf(protocol, call, waits, listens)?.name ?? null).toBe(name));

  test("in short is a chain of callers, as declared", () => {
    for (const path of Object.values(knownPaths).flatMap((it) => Object.values(it))) {
      const spine = spineOf(path);
      expect(spine.map(({ depth }) => depth)).toEqual(spine.map((_, i) => i));
      expect(path.steps.filter((it) => spine.includes(it))).toEqual(spine);
    }
  });
});

/** The end of the way of the last line's call, and of what it is declared. */
function taken(...lines: readonly string[]): string {
  const { way, call, socket, among } = explained(...lines).all.at(-1)!;
  const it = way === null ? null : takenBy(way.path, call!, socket ?? among[0] ?? null);
  return it === null ? "none" : [...it.of, it.fns.at(-1), it.to].join(" > ");
}

describe("how far a call went for certain", () => {
  const TCP = "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3";
  const UDP = "socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) = 3";
  const to = (host: string): string => `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("${host}")}`;
  const connected = (host: string): readonly string[] => [TCP, `connect(3, ${to(host)}, 16) = 0`];
  const here = connected("127.0.0.1");
  const OUT = "on the loopback > __dev_queue_xmit > the device's queue";
  test.for([
    ["the handshake, here",      here, "tcp_v4_send_synack > the listener's accept queue"],
    ["a handshake elsewhere",    connected("192.0.2.7"), OUT],
    ["one that is under way",    [TCP, `connect(3, ${to("127.0.0.1")}, 16) = -1 EINPROGRESS (Operation now in progress)`], "__dev_queue_xmit > the device's queue"],
    ["one that failed",          [TCP, `connect(3, ${to("127.0.0.1")}, 16) = -1 ECONNREFUSED (Connection refused)`], "none"],
    ["a send elsewhere",         [...connected("192.0.2.7"), 'write(3, "x", 1) = 1'], OUT],
    ["a datagram to elsewhere",  [UDP, `sendto(3, "x", 1, 0, ${to("192.0.2.7")}, 16) = 1`], OUT],
    ["a datagram to here",       [UDP, `sendto(3, "x", 1, 0, ${to("127.0.0.1")}, 16) = 1`], "sock_def_readable > the receiver's queue"],
    ["nothing was there",        [...here, "read(3, 0x7ffc00001000, 9) = -1 EAGAIN (Resource temporarily unavailable)"], "none"],
    ["the end was received",     [...here, 'read(3, "", 9) = 0'], "none"],
    ["accept, which may sleep",  [TCP, "listen(3, 5) = 0", "accept(3, NULL, NULL) = 4"], "reqsk_queue_remove > a descriptor of its own"],
    ["close sends a FIN",        [...here, "close(3) = 0"], "tcp_v4_rcv > the peer's CLOSE_WAIT"],
    ["it was sent before",       [...here, "shutdown(3, SHUT_WR) = 0", "close(3) = 0"], "none"],
    ["not in this direction",    [...here, "shutdown(3, SHUT_RD) = 0"], "none"],
    ["the peer was the first",   [...here, 'read(3, "", 9) = 0', "close(3) = 0"], "none"],
    ["nobody was ever there",    [TCP, "close(3) = 0"], "none"],
    ["another one leads there",  [...here, "dup(3) = 4", "close(3) = 0"], "none"],
    ["send on a unix stream",    ["socketpair(AF_UNIX, SOCK_STREAM, 0, [5, 6]) = 0", 'sendto(5, "x", 1, 0, NULL, 0) = 1'], "of datagrams > unix_stream_sendmsg > the receiver's queue"],
    ["a datagram socket's peer", ["socket(AF_UNIX, SOCK_DGRAM, 0) = 7", 'connect(7, {sa_family=AF_UNIX, sun_path="/dev/log"}, 110) = 0'], "none"],
    ["epoll of TCP",             [TCP, "epoll_ctl(8, EPOLL_CTL_ADD, 3, {events=EPOLLIN, data={u32=3, u64=3}}) = 0"], "over UDP > tcp_poll > a callback on the socket's wait queue"],
    ["epoll of who knows what",  ["epoll_wait(8, [{events=EPOLLIN, data={u32=3, u64=3}}], 10, -1) = 1"], "over UDP > sock_poll > the caller's array"],
  ] as const)("%s", ([, lines, text]) => expect(taken(...lines)).toBe(text));

  test("a socket of the declared kind goes all of the short way", () => {
    const { all } = explained(...here);
    for (const path of Object.values(knownPaths.tcp ?? {})) {
      expect(takenBy(path, all[1]!.call!, all[1]!.socket)).toMatchObject({ fns: spineOf(path).map(({ fn }) => fn), of: [] });
    }
  });
});
