import { AT_FDCWD, O_RDONLY } from "../../src/abi/constants/fcntl.ts";
import { AF_INET, SHUT_RD, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timeval } from "../../src/abi/structs/time.ts";
import { adds, also, is, oneOf } from "../../src/lab/check.ts";
import { claim, corrects, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { i32, int } from "../../src/memory/integer.ts";
import { buffer, cstring, type Memory, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** The instruction that enters the kernel, and recvfrom's number there. */
const GATES = { x64: ["\x0f\x05", "45"], arm64: ["\x01\0\0\xd4", "207"] } as const;
const LENGTH = GATES[process.arch === "arm64" ? "arm64" : "x64"][0].length;
/** The functions of the kernel that every call passes first: on x86-64; on arm64 one of them, or both. */
const ENTRIES = ["do_syscall_64", "el0_svc", "do_el0_svc"];
const PASSED = [...ENTRIES.map((it) => [it]), ENTRIES.slice(1)];
/** How files of glibc are named, and of musl, which is its own loader. */
const LIBC = ["/libc.so.", "/libc-2.", "/ld-musl-"];

/** Sleeps in recvfrom; tells its thread's number first. */
export const reader = ({ gettid, recvfrom }: Calls, { fd, tid }: { fd: number; tid: Memory }) => {
  i32.write(tid, 0, gettid());
  recvfrom(fd, buffer(64), 64, 0, null, null);
};

/** The text of a file, read to its end. */
function contents({ openat, read, close }: Pick<Calls, "openat" | "read" | "close">, path: string): string {
  const fd = openat(AT_FDCWD, cstring(path), O_RDONLY, 0);
  const [part, parts] = [buffer(4096), [] as string[]];
  for (let n = 1; n > 0; parts.push(part.text().slice(0, n))) n = read(fd, part, 4096);
  close(fd);
  return parts.join("");
}

/**
 * A call, seen at the moment of its crossing.
 *
 *     recvfrom(3, buf, 64, 0, NULL, NULL)    →  mov $45,%eax; …; syscall
 *     /proc/self/task/TID/syscall            →  45 0x3 0x… 0x40 0x0 0x0 0x0 SP PC
 *     the two bytes before PC                →  0f 05, in libc.so.6
 */
export default experiment({
  name: "syscall-gate",
  asks: "A program calls the kernel: where exactly does it cross, and what does it take along?",
  story: `A vault has one hatch. Whoever wants something from inside goes there, says a number and hands over
    at most six things; the answer comes back through the same hatch. Here somebody is kept waiting, and we
    look: the number, the six things, and the place in the program from which they came. It is a place in
    the library libc. Even syscall(2), the function with the bare name, is one of the library's: it says the
    number, and puts the answer into the form that C programmers know.`,
  tracepoints: ["syscalls:sys_enter_recvfrom", "syscalls:sys_exit_shutdown", "net:net_dev_queue"],
  next: "Then socket-create: what the kernel makes when it is asked for a socket.",

  run({
    socket, setsockopt, bind, getsockname, openat, read, pread64, sendto, close, attempt,
  }, { scene, look, times, start }) {
    const rx = socket(AF_INET, SOCK_DGRAM, 0), tx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 4 }), sizeof(timeval));

    scene("inside", "A thread waits in recvfrom. The file says: number, six arguments, SP and PC.");
    const tid = cell(i32, 0);
    const waiting = start(reader, { fd: rx, tid });
    waiting.asleep("recvfrom");
    const path = `/proc/self/task/${tid.value}/syscall`;
    look("registers", path);

    scene("instruction", "What stands right before PC?");
    let [pc, maps] = [0, ""];
    times("read", 1, () => {
      pc = Number(contents({ openat, read, close }, path).trim().split(" ").at(-1));
      maps = contents({ openat, read, close }, "/proc/self/maps");
    });
    const mem = openat(AT_FDCWD, cstring("/proc/self/mem"), O_RDONLY, 0);
    pread64(mem, buffer(LENGTH), LENGTH, pc - LENGTH);
    close(mem);
    const range = maps.split("\n").map((it) => it.split(" ", 1)[0] ?? "").find((it) => {
      const [from = 0, to = 0] = it.split("-").map((digits) => Number.parseInt(digits, 16));
      return from <= pc && pc < to;
    });
    look("where PC points", "/proc/self/maps", `${range} `);

    scene("answer", "A call that fails: there is no descriptor -1.");
    attempt.shutdown(-1, SHUT_RD);

    scene("out", "What the thread waits for.");
    sendto(tx, text("go on"), 5, 0, addr, sizeof(addr));
    waiting.join();
    close(tx);
    close(rx);
  },

  claims: [
    claim("a call takes a number and at most six words into the kernel: while it sleeps they can be read",
      { inside: { "recvfrom@reader": 1, "look registers": 1 } },
      ({ inside: { "recvfrom@reader": waiting, "look registers": registers } }, seen) => [
        is(waiting.slept, true),
        oneOf(registers.word(0), Object.values(GATES).map(([, number]) => number)),
        is(registers.word(1), "0x3"),
        is(registers.word(3), "0x40"),
        is(registers.word(4), "0x0"),
        is(registers.word(5), "0x0"),
        is(registers.word(6), "0x0"),
        also(() => is(seen.inside(waiting).of("syscalls:sys_enter_recvfrom").field("size"), [64])),
      ]),
    claim("the instruction before is the one that enters the kernel: syscall on x86-64, svc on arm64",
      { instruction: { pread64: 1 } },
      ({ instruction: { pread64: code } }) => [
        oneOf(code.after("buf"), Object.values(GATES).map(([bytes]) => bytes)),
      ]),
    claim("a packet leaves inside a call: below all that makes and sends it stands the kernel's entry",
      { out: { sendto: 1 } },
      ({ out: { sendto } }, seen) => [
        is(seen.inside(sendto).count("net:net_dev_queue"), 1),
        oneOf(seen.inside(sendto).of("net:net_dev_queue").passed(ENTRIES), PASSED),
      ], supports("N0-40", "N4-05")),
    claim("it is an instruction of libc: syscall(2) is a function of the library, like the others",
      { instruction: { "look where PC points": 1 } },
      ({ instruction: { "look where PC points": where } }) => [
        adds(LIBC.map((it) => where.lines(it)), 1),
      ], corrects("N0-02")),
    claim("the kernel's own answer is a negated errno: -1 and errno are what libc makes of it",
      { answer: { shutdown: 1 } },
      ({ answer: { shutdown } }, seen) => [
        is(shutdown.errno, "EBADF"),
        is(seen.inside(shutdown).of("syscalls:sys_exit_shutdown").field("ret"), [-9]),
      ], corrects("N0-02")),
  ],
});
