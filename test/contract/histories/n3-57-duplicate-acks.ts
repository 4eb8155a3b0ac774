/** Three duplicates, and the sender repeats; two, and it waits for its timer. Bent: three are not enough either. */
import type { Events } from "../../../src/lab/fact.ts";
import { buffer, text } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

const [FAST, TIMER] = ["TcpExt.TCPFastRetrans", "TcpExt.TCPTimeouts"] as const;

function duplicates(fast: number): Events {
  const made = new HistoryBuilder("n3-57-duplicate-acks", { able: ["counters"], counters: [FAST, TIMER] });
  const rose = { dup2: { [TIMER]: 1 }, dup3: fast === 0 ? { [TIMER]: 1 } : { [FAST]: fast, "TcpExt.TCPRenoRecovery": 1 } };
  for (const [scene, counters] of Object.entries(rose)) {
    made.scene(scene);
    made.call("accept4", [3, null, null, 0], 4);
    made.call("sendto", [4, text("x".repeat(8760)), 8760, 0, null, 0], 8760);
    made.call("recvfrom", [4, buffer(8), 8, 0, null, null], -11);
    made.call("close", [4], 0);
    made.counted(counters);
  }
  return made.events;
}

export const truth = duplicates(1);
export const bent = duplicates(0);
export { default as row } from "../rows/n3-57-duplicate-acks.ts";
