/** 4, 4 and 52 frames. Bent: each member gets as many. */
import { PACKET_STATISTICS } from "../../../src/abi/constants/packet.ts";
import { SOL_PACKET } from "../../../src/abi/constants/socket.ts";
import { tpacket_stats } from "../../../src/abi/structs/packet.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { int } from "../../../src/memory/integer.ts";
import { buffer } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function rollover(frames: readonly number[]): Events {
  const made = new HistoryBuilder("n1-80-rollover");
  made.scene("count");
  made.times("frame", 60, [made.sum("sendto", [6, buffer(60), 60, 0, null, 0], [[60, 60]])]);
  frames.forEach((tp_packets, i) => {
    const stats = tpacket_stats();
    made.call("getsockopt", [3 + i, SOL_PACKET, PACKET_STATISTICS, stats, int(8)], 0, {
      kernel: () => { Object.assign(stats, { tp_packets, tp_drops: 0 }); },
    });
  });
  return made.events;
}

export const truth = rollover([4, 4, 52]);
export const bent = rollover([20, 20, 20]);
export { default as row } from "../rows/n1-80-rollover.ts";
