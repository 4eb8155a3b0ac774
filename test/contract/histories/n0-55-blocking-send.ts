/** The writer slept, then had sent a million bytes. Bent: it came back at once with what fitted. */
import type { Events } from "../../../src/lab/fact.ts";
import { buffer, text } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function send(slept: boolean, sent: number): Events {
  const made = new HistoryBuilder("n0-55-blocking-send");
  const rest = sent % 65_536;
  made.scene("block");
  const call = made.call("sendto", [3, text("x".repeat(1e6)), 1e6, 0, null, 0], sent, { as: "writer" });
  if (slept) made.asleep(call);
  made.times("drain", Math.ceil(sent / 65_536), [
    made.sum("recvfrom", [4, buffer(65_536), 65_536, 0, null, null], [[65_536, (sent - rest) / 65_536], [rest, 1]], [["x", sent]]),
  ]);
  return made.events;
}

export const truth = send(true, 1_000_000);
export const bent = send(false, 57_344);
export { default as row } from "../rows/n0-55-blocking-send.ts";
