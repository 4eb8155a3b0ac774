/** 25 reads of the new bytes. Bent: the kernel had copied the old ones. */
import type { Events } from "../../../src/lab/fact.ts";
import { buffer, text } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function sendfile(letter: string): Events {
  const made = new HistoryBuilder("n4-44-sendfile");
  made.scene("alias");
  made.call("sendfile", [4, 6, null, 2e5], 2e5);
  made.call("pwrite64", [6, text("B".repeat(2e5)), 2e5, 0], 2e5);
  made.times("read", 25, [made.sum("recvfrom", [5, buffer(8192), 8192, 0, null, null], [[8192, 24], [3392, 1]], [[letter, 2e5]])]);
  return made.events;
}

export const truth = sendfile("B");
export const bent = sendfile("A");
export { default as row } from "../rows/n4-44-sendfile.ts";
