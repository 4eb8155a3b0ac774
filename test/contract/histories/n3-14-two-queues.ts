/** The queue is empty after the SYN, and holds one after the ACK. Bent: a half-open connection waits there as well. */
import { IPPROTO_TCP } from "../../../src/abi/constants/in.ts";
import { TCP_INFO } from "../../../src/abi/constants/tcp.ts";
import { tcp_info } from "../../../src/abi/structs/tcp.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { int } from "../../../src/memory/integer.ts";
import { sizeof } from "../../../src/memory/struct.ts";
import { HistoryBuilder } from "../history-builder.ts";

function queues(afterSyn: number, afterAck: number): Events {
  const made = new HistoryBuilder("n3-14-two-queues");
  for (const [scene, tcpi_unacked] of [["syn", afterSyn], ["ack", afterAck]] as const) {
    const info = tcp_info();
    made.scene(scene);
    made.call("getsockopt", [3, IPPROTO_TCP, TCP_INFO, info, int(sizeof(tcp_info))], 0, {
      kernel: () => { info.$.bytes.set(tcp_info({ tcpi_state: 10, tcpi_unacked, tcpi_sacked: 8 }).$.bytes); },
    });
  }
  return made.events;
}

export const truth = queues(0, 1);
export const bent = queues(1, 1);
export { default as row } from "../rows/n3-14-two-queues.ts";
