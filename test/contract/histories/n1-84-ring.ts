/** The slot behind the head was free, and the frame was dropped. Bent: it went into that slot. */
import { PACKET_STATISTICS, TP_STATUS_USER } from "../../../src/abi/constants/packet.ts";
import { SOL_PACKET } from "../../../src/abi/constants/socket.ts";
import { tpacket_stats, tpacket2_hdr } from "../../../src/abi/structs/packet.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { int } from "../../../src/memory/integer.ts";
import { buffer } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function ring(drops: number): Events {
  const made = new HistoryBuilder("n1-84-ring");
  const stats = (tp_packets: number, tp_drops: number): void => {
    const it = tpacket_stats();
    const kernel = (): void => { Object.assign(it, { tp_packets, tp_drops }); };
    made.call("getsockopt", [3, SOL_PACKET, PACKET_STATISTICS, it, int(8)], 0, { kernel });
  };
  made.scene("full");
  for (let i = 0; i < 4; i++) made.call("sendto", [4, buffer(60), 60, 0, null, 0], 60);
  made.look("slots", Array.from({ length: 4 }, () => tpacket2_hdr({ tp_status: TP_STATUS_USER, tp_len: 60, tp_snaplen: 60 })));
  stats(4, 0);
  made.scene("middle");
  made.call("sendto", [4, buffer(60), 60, 0, null, 0], 60);
  stats(1, drops);
  return made.events;
}

export const truth = ring(1);
export const bent = ring(0);
export { default as row } from "../rows/n1-84-ring.ts";
