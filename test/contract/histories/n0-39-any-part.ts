/** Three reads as the segments came, and 30 bytes in each of 300 rounds. Bent: the rounds as Nagle's algorithm cuts them. */
import type { Events } from "../../../src/lab/fact.ts";
import { buffer, text } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function parts(rounds: readonly (readonly [result: number, often: number])[]): Events {
  const made = new HistoryBuilder("n0-39-any-part");
  const buf = buffer(100);
  made.scene("cut");
  for (const n of [5, 15, 10]) made.call("recvfrom", [5, buf, 100, 0, null, null], n);
  made.scene("nodelay");
  made.times("round", 300, [
    made.sum("sendto", [5, text("x".repeat(30)), 30, 0, null, 0], [[30, 300]]),
    made.sum("recvfrom", [5, buf, 100, 0, null, null], rounds, [["x", 9000]]),
  ]);
  return made.events;
}

export const truth = parts([[30, 300]]);
export const bent = parts([[10, 292], [30, 8]]);
export { default as row } from "../rows/n0-39-any-part.ts";
