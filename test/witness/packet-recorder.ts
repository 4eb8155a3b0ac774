/**
 * Plays one scene in this process's network namespace, which is its own, and writes what the ring saw of it to a file, a record a
 * line: `packet-recorder.js SCENE FILE`.
 */
import { writeFileSync } from "node:fs";
import { raiseLoopback } from "../../src/lab/chamber/loopback.ts";
import { callsOf } from "../../src/sys/calls.ts";
import { openWire } from "../../src/witness/wire-ring.ts";
import { SCENES } from "./packet-scenes.ts";

const [name = "", file = ""] = process.argv.slice(2);
const calls = callsOf({ nextId: () => 0, enter: () => undefined, exit: () => undefined, now: () => 0 });
/** What comes by itself: an answer of a neighbour, an acknowledgement that was put off. */
const settle = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);

raiseLoopback(calls);
const play = SCENES[name]!(calls);
const ring = openWire(calls);
play();
settle();
const lines: string[] = [];
ring.drain((record) => lines.push(Buffer.from(record).toString("hex")));
const devices = [...ring.devices()].map(([index, device]) => `# ${index} ${device}`);
if (ring.lost() > 0) throw new Error(`${ring.lost()} packets were lost`);
ring.close();
writeFileSync(file, [...devices, ...lines, ""].join("\n"));
