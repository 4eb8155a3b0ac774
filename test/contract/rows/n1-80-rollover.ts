/** N1-80: fanout by rollover. How many each gets depends on truesize: the sum and the order are asserted. */
import { ETH_P_ALL } from "../../../src/abi/constants/ether.ts";
import {
  PACKET_FANOUT, PACKET_FANOUT_ROLLOVER, PACKET_STATISTICS,
} from "../../../src/abi/constants/packet.ts";
import { AF_PACKET, SO_RCVBUF, SOCK_RAW, SOL_PACKET, SOL_SOCKET } from "../../../src/abi/constants/socket.ts";
import { tpacket_stats } from "../../../src/abi/structs/packet.ts";
import { adds, more } from "../../../src/lab/check.ts";
import { claim, supports } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { htons, int } from "../../../src/memory/integer.ts";
import { buffer } from "../../../src/memory/memory.ts";
import type { Calls } from "../../../src/sys/calls.ts";

const PACKETS = "optval.tp_packets";
const member = ({ socket, setsockopt }: Calls, rcvbuf: number): number => {
  const s = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  if (rcvbuf > 0) setsockopt(s, SOL_SOCKET, SO_RCVBUF, int(rcvbuf), 4);
  setsockopt(s, SOL_PACKET, PACKET_FANOUT, int((PACKET_FANOUT_ROLLOVER << 16) | 7), 4);
  return s;
};

export default experiment({
  name: "n1-80-rollover",
  asks: "Two members of a fanout group are full: where do the frames go?",
  story: "To the next one that has room.",
  needs: ["veth"],
  run(sys, { scene, times, net }) {
    net.veth("va", ["vb", net.namespace()]);
    const group = [2304, 2304, 0].map((rcvbuf) => member(sys, rcvbuf));
    const out = sys.socket(AF_PACKET, SOCK_RAW, 0);
    scene("count");
    times("frame", 60, () => sys.sendto(out, buffer(60), 60, 0, null, 0));
    for (const s of group) sys.getsockopt(s, SOL_PACKET, PACKET_STATISTICS, tpacket_stats(), int(8));
  },
  claims: [claim("the third takes what two cannot", { count: { getsockopt: 3 } },
    ({ count: { getsockopt: [a, b, c] } }) => [
      adds([a, b, c].map((it) => it.after(PACKETS)), 60), more(c.after(PACKETS), a.after(PACKETS)),
    ], supports("N1-80"))],
});
