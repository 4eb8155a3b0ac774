/** Measures crossings from inside Node: prints nanoseconds a call as JSON. Run by scripts/bench.js. */

import { AF_INET } from "../../src/abi/constants/socket.ts";
import { buffer } from "../../src/memory/memory.ts";
import { callsOf } from "../../src/sys/calls.ts";
import { cross, crossings } from "../../src/sys/libc.ts";
import { Log } from "../../src/sys/log.ts";
import { numberOf } from "../../src/sys/number-of.ts";
import { LogRecorder } from "../../src/sys/recorder.ts";

const CALLS = 200_000;
/** Calls that one log of 64 MiB surely holds. */
const RECORDED = 50_000;

function nanoseconds(count: number, body: () => void): number {
  for (let i = 0; i < count / 10; i++) body();
  const begin = process.hrtime.bigint();
  for (let i = 0; i < count; i++) body();
  return Number(process.hrtime.bigint() - begin) / count;
}

const getppid = numberOf("getppid");
const none = crossings[0]!;
const [a, b] = [buffer(64), buffer(64)];
b.bytes.writeUInt16LE(AF_INET);   // an address of a family that there is
const words = [-1, a.address, 64, 0, b.address, 64];
const sendto = numberOf("sendto");

function recorded(): number {
  const shared = new ArrayBuffer(64 << 20);
  const log = new Log({ size: shared.byteLength, view: () => shared }, process.hrtime.bigint(), 0);
  const { sendto: send } = callsOf(new LogRecorder(log)).attempt;
  return nanoseconds(RECORDED, () => send(-1, a, 64, 0, b, 64));
}

recorded();
process.stdout.write(JSON.stringify({
  getppid: nanoseconds(CALLS, () => none(getppid)),
  sendto: nanoseconds(CALLS, () => cross(sendto, words)),
  recorded: recorded(),
}));
