import {
  IORING_ENTER_SQ_WAKEUP, IORING_FEAT_SQPOLL_NONFIXED, IORING_OFF_SQ_RING, IORING_OFF_SQES, IORING_OP_RECV,
  IORING_SETUP_SQPOLL, IORING_SQ_NEED_WAKEUP,
} from "../../src/abi/constants/io_uring.ts";
import { MAP_POPULATE, MAP_SHARED, PROT_READ, PROT_WRITE } from "../../src/abi/constants/mman.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import { AF_INET, SO_RCVLOWAT, SOCK_STREAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { io_uring_cqe, io_uring_params, io_uring_sqe } from "../../src/abi/structs/io_uring.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { is } from "../../src/lab/check.ts";
import { claim, contradicts, since } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import type { Stage } from "../../src/lab/stage.ts";
import { int } from "../../src/memory/integer.ts";
import { buffer, type Memory, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

const ENTRIES = 8;
const READ_WRITE = PROT_READ | PROT_WRITE;

type Params = ReturnType<typeof io_uring_params>;
/** The two rings of an io_uring descriptor, and what a program does with them: it writes and reads memory. */
function ringsOf(fd: number, { sq_off, cq_off, cq_entries }: Params, mmap: Calls["mmap"]) {
  const size = Math.max(sq_off.array + 4 * ENTRIES, cq_off.cqes + sizeof(io_uring_cqe) * cq_entries);
  const shared = MAP_SHARED | MAP_POPULATE;
  const rings = mmap(0, size, READ_WRITE, shared, fd, IORING_OFF_SQ_RING);
  const sqes = mmap(0, sizeof(io_uring_sqe) * ENTRIES, READ_WRITE, shared, fd, IORING_OFF_SQES);
  // Words that both sides touch: what was written before a store is seen by whoever sees the store.
  const words = new Int32Array(rings.home.buffer);
  return {
    /** Wants a receive: writes the n-th submission, and moves the ring's tail behind it. */
    wants(n: number, socket: number, room: Memory): void {
      Object.assign(io_uring_sqe.at(sqes, sizeof(io_uring_sqe) * n), {
        opcode: IORING_OP_RECV, fd: socket, addr: room.address, len: room.length, user_data: n + 1,
      });
      words[sq_off.array / 4 + n] = n;
      Atomics.store(words, sq_off.tail / 4, n + 1);
    },
    /** Takes the n-th completion: moves the ring's head behind it. */
    takes: (n: number) => Atomics.store(words, cq_off.head / 4, n + 1),
    completion: (n: number) => io_uring_cqe.at(rings, cq_off.cqes + sizeof(io_uring_cqe) * n),
    tail: () => rings.slice(cq_off.tail, cq_off.tail + 4),
    asleep: () => (Atomics.load(words, sq_off.flags / 4) & IORING_SQ_NEED_WAKEUP) !== 0,
  };
}

type ToConnect = Pick<Calls, "socket" | "bind" | "listen" | "getsockname" | "connect" | "accept4" | "close">;
/** Both ends of a TCP connection. */
function connected({ socket, bind, listen, getsockname, connect, accept4, close }: ToConnect) {
  const l = socket(AF_INET, SOCK_STREAM, 0), tx = socket(AF_INET, SOCK_STREAM, 0);
  const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
  bind(l, addr, sizeof(addr));
  listen(l, 1);
  getsockname(l, addr, int(sizeof(addr)));
  connect(tx, addr, sizeof(addr));
  const rx = accept4(l, null, null, 0);
  close(l);
  return { tx, rx };
}

/** Waits until there is something to be received, or a completion. */
const readable = (ppoll: Calls["ppoll"], fd: number) =>
  ppoll(pollfd({ fd, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);

type ToWatch =
  Pick<Calls, "setsockopt" | "sendto" | "ppoll" | "mmap" | "io_uring_enter" | "close" | "attempt">;
/** A receive where a thread of the kernel watches the ring. */
function watched(calls: ToWatch, { say, scene, look }: Stage, { tx, rx }: { tx: number; rx: number }): void {
  const { setsockopt, sendto, ppoll, mmap, io_uring_enter, close, attempt } = calls;
  const params = io_uring_params({ flags: IORING_SETUP_SQPOLL, sq_thread_idle: 10_000 });
  const ring = attempt.io_uring_setup(ENTRIES, params);
  if (ring < 0 || (params.features & IORING_FEAT_SQPOLL_NONFIXED) === 0) {
    say("This kernel lends no thread that watches a ring, or not to this user.");
    return;
  }
  const { wants, takes, asleep, completion } = ringsOf(ring, params, mmap);
  const room = [buffer(7), buffer(7)] as const;
  setsockopt(rx, SOL_SOCKET, SO_RCVLOWAT, int(7), 4);
  for (const it of ["wake up", "no call"]) sendto(tx, text(it), 7, 0, null, 0);
  readable(ppoll, rx);
  wants(0, rx, room[0]);
  io_uring_enter(ring, 0, 0, IORING_ENTER_SQ_WAKEUP, null, 0);
  readable(ppoll, ring);
  takes(0);
  readable(ppoll, rx);

  scene("slate", "No call in this scene: another receive is written into the ring.");
  wants(1, rx, room[1]);
  scene(asleep() ? "it fell asleep" : "meanwhile", "The thread saw it by itself. ppoll only waits.");
  readable(ppoll, ring);
  scene("there", "No call in this scene: it was done.");
  look("completion", completion(1));
  look("received", room[1]);
  scene("end");
  close(ring);
}

/**
 * Receives that are written into memory, not called.
 *
 *     sqes[n] = (struct io_uring_sqe) { .opcode = IORING_OP_RECV, .fd = s, .addr = buf[n], .len = 10 };
 *     sq->tail += 4;                              // no call: four receives are wanted
 *     io_uring_enter(ring, 4, 0, 0, NULL, 0);     // 4: one call for all of them
 *     cq->cqes[n].res                             // no call: 10, as recv would have returned
 */
export default experiment({
  name: "uring-receive",
  asks: "Four receives: how many system calls do they take?",
  story: `Orders can be called through the hatch one by one, and each time you wait for your plate. Or they
    are written on a slate that hangs in the hatch: four lines, one ring of the bell, and the cook chalks
    beside each line what became of it. And if the kitchen sends somebody to watch the slate all the time,
    the bell is not needed either.`,
  needs: ["io_uring"],
  next: "The last scenes need Linux 5.11, and before 5.13 CAP_SYS_NICE. Then pass-fds: what a socket between"
    + " two processes can carry.",

  run({
    socket, bind, listen, getsockname, connect, accept4, setsockopt, sendto, ppoll, mmap,
    io_uring_setup, io_uring_enter, close, attempt,
  }, stage) {
    const { scene, look } = stage;
    const { tx, rx } = connected({ socket, bind, listen, getsockname, connect, accept4, close });
    setsockopt(rx, SOL_SOCKET, SO_RCVLOWAT, int(40), 4);
    const rooms = Array.from({ length: 4 }, () => buffer(10));

    scene("set up", "A ring for what is wanted and one for what was done, in memory shared with the kernel.");
    const params = io_uring_params({});
    const ring = io_uring_setup(ENTRIES, params);
    const { wants, completion, tail } = ringsOf(ring, params, mmap);
    sendto(tx, text([..."ABCD"].map((it) => it.repeat(10)).join("")), 40, 0, null, 0);
    readable(ppoll, rx);

    scene("wanted", "No call in this scene: four receives are written into the ring, and nothing happens.");
    for (const [n, room] of rooms.entries()) wants(n, rx, room);
    look("tail", tail());

    scene("entered", "One call hands over all four.");
    io_uring_enter(ring, 4, 0, 0, null, 0);

    scene("done", "No call in this scene: what became of them stands in the other ring.");
    look("tail", tail());
    look("completions", rooms.map((_, n) => completion(n)));
    look("buffers", rooms);

    scene("watcher", "A second ring is watched by a thread of the kernel; for a first receive it is woken.");
    close(ring);
    watched({ setsockopt, sendto, ppoll, mmap, io_uring_enter, close, attempt }, stage, { tx, rx });
    for (const fd of [tx, rx]) close(fd);
  },

  claims: [
    claim("four receives are one system call, and none of them is recv",
      { entered: { io_uring_enter: 1 }, done: { "look completions": 1, "look buffers": 1 } },
      ({
        entered: { io_uring_enter: enter }, done: { "look completions": done, "look buffers": buffers },
      }, seen) => [
        is(seen.calls("entered"), 1),
        is(enter.before("to_submit"), 4),
        is(enter.result, 4),
        ...[..."ABCD"].flatMap((letter, n) => [
          is(done.field("user_data", n), n + 1),
          is(done.field("res", n), 10),
          is(buffers.bytes(n), letter.repeat(10)),
        ]),
      ]),
    claim("what is wanted is written into memory, and what was done is read there: neither is a call",
      { wanted: { "look tail": 1 }, done: { "look tail": 1 } },
      ({ wanted: { "look tail": before }, done: { "look tail": after } }, seen) => [
        is(seen.calls("wanted"), 0),
        is(seen.calls("done"), 0),
        is(before.bytes(), "\0\0\0\0"),
        is(after.bytes(), "\x04\0\0\0"),
      ]),
    claim("where a thread of the kernel watches the ring, a receive takes no call at all",
      { slate: {}, meanwhile: { ppoll: 1 }, there: { "look completion": 1, "look received": 1 } },
      ({
        meanwhile: { ppoll }, there: { "look completion": done, "look received": received },
      }, seen) => [
        is(seen.calls("slate"), 0),
        is(seen.calls("meanwhile"), 1),
        is(ppoll.result, 1),
        is(seen.calls("there"), 0),
        is(done.field("res"), 7),
        is(received.bytes(), "no call"),
      ], contradicts("N0-42"), since("5.11")),
  ],
});
