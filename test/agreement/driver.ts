/**
 * Runs one script of calls in this process and writes what was recorded of them to a file: `driver.js SCRIPT FILE`.
 * The test runs it under strace. Its first and its last call bear the marks that cut strace's log.
 */
import { writeFileSync } from "node:fs";
import { raiseLoopback } from "../../src/lab/chamber/loopback.ts";
import { text } from "../../src/memory/memory.ts";
import { callsOf } from "../../src/sys/calls.ts";
import { decode } from "../../src/sys/decode.ts";
import { type Enter, type Exit, FIRST, readRecords } from "../../src/sys/log-reader.ts";
import { LogRecorder } from "../../src/sys/recorder.ts";
import { logIn } from "../sys/log-in.ts";
import { SCRIPTS } from "./scripts.ts";

const [name = "", file = ""] = process.argv.slice(2);
const shared = new ArrayBuffer(64 << 20);
const calls = callsOf(new LogRecorder(logIn(shared, process.hrtime.bigint(), 0)));

raiseLoopback(calls);
const mark = text("netlab:mark");
calls.attempt.write(-1, mark, mark.length);
SCRIPTS[name]!(calls);
calls.attempt.write(-1, mark, mark.length);

const { records } = readRecords({ bytes: Buffer.from(shared), base: 0 }, FIRST);
const exits = new Map(records.flatMap((it) => (it.kind === "exit" ? [[it.id, it] as [number, Exit]] : [])));
const enters = records.filter((it): it is Enter => it.kind === "enter");
writeFileSync(file, JSON.stringify(enters.map((it) => decode(it, exits.get(it.id) ?? null, "main"))));
