/** Does one scene with real calls and prints what it answers: `driver.mjs SCENE`. The test runs it in a namespace of its own. */
import { raiseLoopback } from "../../src/lab/chamber/loopback.ts";
import { callsOf } from "../../src/sys/calls.ts";
import { LogRecorder } from "../../src/sys/recorder.ts";
import { logIn } from "../sys/log-in.ts";
import { SCENES } from "./scenes.ts";

const calls = callsOf(new LogRecorder(logIn(new ArrayBuffer(256 << 20), process.hrtime.bigint(), 0)));
raiseLoopback(calls);
process.stdout.write(JSON.stringify(SCENES[process.argv[2] ?? ""]!(calls)));
