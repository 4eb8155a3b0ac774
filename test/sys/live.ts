/** Real system calls with a log of their own, where there is a kernel to make them: Linux. */
import type { Calls } from "../../src/sys/calls.ts";
import { type Call, decode } from "../../src/sys/decode.ts";
import { type Enter, type Exit, FIRST, readRecords } from "../../src/sys/log-reader.ts";
import { LogRecorder } from "../../src/sys/recorder.ts";
import { logIn } from "./log-in.ts";

export const isLive = process.platform === "linux";
const door = isLive ? await import("../../src/sys/calls.ts") : null;

export interface Live {
  readonly calls: Calls;
  /** The calls that were made, as the log has them. */
  made(): readonly Call[];
}

/** Calls to this process's kernel. Only to be made where `isLive`. */
export function live(): Live {
  const shared = new ArrayBuffer(8 << 20);
  return {
    calls: door!.callsOf(new LogRecorder(logIn(shared, process.hrtime.bigint(), 0))),
    made() {
      const { records } = readRecords({ bytes: Buffer.from(shared), base: 0 }, FIRST);
      const exits = new Map(records.filter((it): it is Exit => it.kind === "exit").map((it) => [it.id, it]));
      return records.filter((it): it is Enter => it.kind === "enter").map((it) => decode(it, exits.get(it.id) ?? null, "main"));
    },
  };
}
