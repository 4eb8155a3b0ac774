/**
 * Makes calls in this process under the witness of kernel stacks, and writes what both saw to a file:
 * `driver.mjs SCRIPT FILE`. Runs in a network namespace of its own.
 */
import { writeFileSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { AF_INET, MSG_DONTWAIT, SOCK_DGRAM, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { briefAccept, briefConnect, briefRecvfrom, briefSendto } from "../../src/kernel/paths/brief.ts";
import { udpReceive, udpSend } from "../../src/kernel/paths/udp.ts";
import { raiseLoopback } from "../../src/lab/chamber/loopback.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { type Calls, callsOf } from "../../src/sys/calls.ts";
import { decode } from "../../src/sys/decode.ts";
import { type Enter, type Exit, FIRST, readRecords } from "../../src/sys/log-reader.ts";
import { LogRecorder } from "../../src/sys/recorder.ts";
import { SyscallError } from "../../src/sys/syscall-error.ts";
import { openStacks, type StackRings } from "../../src/witness/stack-ring.ts";
import { type Tracepoint, tracepointsOf } from "../../src/witness/tracepoints.ts";
import { logIn } from "../sys/log-in.ts";
import type { Witnessed } from "./stack-bench.ts";

const origin = process.hrtime.bigint();
const shared = new ArrayBuffer(64 << 20);
const calls = callsOf(new LogRecorder(logIn(shared, origin, 0)));
/** Calls that nobody writes down. */
const aside = callsOf({ nextId: () => 0, enter: () => undefined, exit: () => undefined, now: () => 0 });

const records: string[] = [];
const keep = (bytes: Uint8Array): void => void records.push(Buffer.from(bytes).toString("hex"));
let tracepoints: readonly Tracepoint[] = [];
let missing: Witnessed["missing"] = [];

const place = (port: number) => sockaddr_in({ sin_family: AF_INET, sin_port: port, sin_addr: "127.0.0.1" });
const SIZE = 16;

function watched(names: readonly string[], tids: readonly number[]): StackRings {
  ({ found: tracepoints, missing } = tracepointsOf(aside, names));
  return openStacks(aside, tracepoints, tids);
}

function pair({ socket, bind }: Calls): readonly [rx: number, tx: number] {
  const rx = socket(AF_INET, SOCK_DGRAM, 0);
  bind(rx, place(5001), SIZE);
  return [rx, socket(AF_INET, SOCK_DGRAM, 0)];
}

function stream({ socket, bind, listen, connect, accept, accept4, sendto, recvfrom }: Calls): void {
  const listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, place(5002), SIZE);
  listen(listener, 1);
  for (const take of [accept, (fd: number) => accept4(fd, null, null, 0)]) {
    const client = socket(AF_INET, SOCK_STREAM, 0);
    connect(client, place(5002), SIZE);
    const server = take(listener, null, null);
    sendto(client, text("hello"), 5, 0, null, 0);
    recvfrom(server, buffer(8), 8, 0, null, null);
  }
}

/** Each answers what cannot be seen in records and calls. */
const SCRIPTS: Readonly<Record<string, () => Witnessed["said"]>> = {
  nothing: () => ({}),

  udp() {
    const rings = watched([...udpSend.at, ...udpReceive.at], [0]);
    const [rx, tx] = pair(calls);
    const buf = buffer(8);
    rings.enable();
    const end = rings.watchBuffer(buf.address, 0);
    calls.sendto(tx, text("hello"), 5, 0, place(5001), SIZE);
    calls.recvfrom(rx, buf, 8, 0, null, null);
    end();
    rings.disable();
    calls.sendto(tx, text("unseen"), 6, 0, place(5001), SIZE);
    const stacks = rings.drain(keep);
    const again = rings.drain(keep);
    const lost = rings.lost();
    rings.close();
    return { stacks, again, lost, address: buf.address };
  },

  tcp() {
    const rings = watched([briefConnect, briefAccept, briefSendto, briefRecvfrom].flatMap(({ at }) => at), [0]);
    rings.enable();
    stream(calls);
    return { stacks: rings.drain(keep) };
  },

  /** A thread of its own sends; this one sends before and after. */
  worker() {
    const [, tx] = pair(aside);
    const seat = new Int32Array(new SharedArrayBuffer(12));
    const worker = new Worker(new URL(import.meta.url), { workerData: { seat, tx } });
    Atomics.wait(seat, TID, 0);
    const rings = watched(udpSend.at, [0, seat[TID]!]);
    rings.enable();
    aside.sendto(tx, text("main"), 4, 0, place(5001), SIZE);
    Atomics.store(seat, GO, 1);
    Atomics.notify(seat, GO);
    Atomics.wait(seat, DONE, 0);
    const stacks = rings.drain(keep);
    void worker.terminate();
    return { stacks, worker: seat[TID]! };
  },

  overflow() {
    const rings = watched(udpSend.at, [0]);
    const [rx, tx] = pair(aside);
    const [hello, to, buf] = [text("hello"), place(5001), buffer(8)];
    const send = (count: number): void => {
      for (let i = 0; i < count; i++) {
        aside.sendto(tx, hello, 5, 0, to, SIZE);
        aside.recvfrom(rx, buf, 8, MSG_DONTWAIT, null, null);
      }
    };
    rings.enable();
    send(3000);
    const skipped = rings.skip();
    send(6000);
    const before = rings.lost();
    const stacks = rings.drain(keep);
    send(1);
    return { skipped, before, stacks, last: rings.drain(keep), lost: rings.lost() };
  },

  unmounted() {
    ({ found: tracepoints, missing } = tracepointsOf(calls, ["sock:inet_sock_set_state", "sock:no_such", "nonsense"]));
    return {};
  },

  /** Ids are the same for all, but not everybody may read them: 1 is taken for one. */
  refused() {
    ({ found: tracepoints, missing } = tracepointsOf(calls, ["sock:inet_sock_set_state"]));
    const wanted = tracepoints.length > 0 ? tracepoints : [{ name: "sock:inet_sock_set_state", id: 1, format: "" }];
    try {
      openStacks(calls, wanted, [0]);
      return { errno: "none" };
    } catch (error) {
      return { errno: error instanceof SyscallError ? `${error.call} ${error.errno}` : String(error) };
    }
  },
};

const [TID, GO, DONE] = [0, 1, 2];
function sender({ seat, tx }: { readonly seat: Int32Array; readonly tx: number }): void {
  Atomics.store(seat, TID, aside.gettid());
  Atomics.notify(seat, TID);
  Atomics.wait(seat, GO, 0);
  for (let i = 0; i < 2; i++) aside.sendto(tx, text("worker"), 6, 0, place(5001), SIZE);
  Atomics.store(seat, DONE, 1);
  Atomics.notify(seat, DONE);
}

function main([name = "", file = ""]: readonly string[]): void {
  if (!["nothing", "refused", "unmounted"].includes(name)) raiseLoopback(aside);
  const said = SCRIPTS[name]!();
  const { records: log } = readRecords({ bytes: Buffer.from(shared), base: 0 }, FIRST);
  const exits = new Map(log.flatMap((it) => (it.kind === "exit" ? [[it.id, it] as [number, Exit]] : [])));
  const made = log.filter((it): it is Enter => it.kind === "enter");
  const witnessed: Witnessed = {
    tid: aside.gettid(), origin: String(origin), tracepoints, missing, records, said,
    calls: made.map((it) => decode(it, exits.get(it.id) ?? null, "main")),
  };
  writeFileSync(file, JSON.stringify(witnessed));
}

if (isMainThread) main(process.argv.slice(2));
else sender(workerData as Parameters<typeof sender>[0]);
