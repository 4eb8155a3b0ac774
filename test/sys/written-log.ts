/** Logs in this process's own memory: how tests write calls into them, and read them as the supervisor does. */
import type { Log } from "../../src/sys/log.ts";
import { TRANSIENT } from "../../src/sys/log-format.ts";
import { FIRST, type LogRecord, readRecords } from "../../src/sys/log-reader.ts";

/** Enough for all that a test writes, and what is kept free for the ends of calls. */
export const SIZE = 4 << 20;
/** Where the next record goes. */
export const head = (shared: ArrayBuffer): number => (new Int32Array(shared)[0] ?? 0) * 8;
/** As the supervisor sees it: the bytes from a place to the head. */
export const read = (shared: ArrayBuffer, from: number = FIRST, over = false): ReturnType<typeof readRecords> =>
  readRecords({ bytes: Buffer.from(Buffer.from(shared, from, Math.max(0, head(shared) - from))), base: from }, from, over);
/** All records. */
export const records = (shared: ArrayBuffer, over = true): readonly LogRecord[] => read(shared, FIRST, over).records;

/** A call's two records; where it is one of a loop, they are taken back. */
export function call(log: Log, fd: number, flags: number, between: () => void = () => undefined): void {
  const number = log.nextId();
  const from = log.enter({ id: number, nr: 3, flags, actor: log.actor }, [fd], []);
  between();
  const to = log.exit({ id: number, actor: log.actor, result: fd, t: log.now() }, [{ parameter: 0, path: "", type: "", address: 1, room: 8, wrote: 8, bytes: new Uint8Array(8).fill(fd) }]);
  if (flags === TRANSIENT) log.takeBack(from, to);
}
