/** N1-84: a receive ring. Nothing that happens in it is a call: it is looked at. */
import { ETH_P_ALL } from "../../../src/abi/constants/ether.ts";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../../../src/abi/constants/mman.ts";
import {
  PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION, TP_STATUS_KERNEL, TPACKET_V2,
} from "../../../src/abi/constants/packet.ts";
import { AF_PACKET, SOCK_RAW, SOL_PACKET } from "../../../src/abi/constants/socket.ts";
import { tpacket_req, tpacket_stats, tpacket2_hdr } from "../../../src/abi/structs/packet.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, corrects } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { htons, int } from "../../../src/memory/integer.ts";
import { buffer } from "../../../src/memory/memory.ts";

export default experiment({
  name: "n1-84-ring",
  asks: "The ring is full and a slot behind its head becomes free: does the next frame go there?",
  story: "No: the kernel looks at the head alone.",
  needs: ["veth"],
  run({ socket, setsockopt, getsockopt, mmap, sendto }, { scene, look, net }) {
    net.veth("va", ["vb", net.namespace()]);
    const s = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), out = socket(AF_PACKET, SOCK_RAW, 0);
    setsockopt(s, SOL_PACKET, PACKET_VERSION, int(TPACKET_V2), 4);
    const size = { tp_block_size: 4096, tp_block_nr: 2, tp_frame_size: 2048, tp_frame_nr: 4 };
    setsockopt(s, SOL_PACKET, PACKET_RX_RING, tpacket_req(size), 16);
    const ring = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, s, 0);
    const slot = (i: number) => tpacket2_hdr.at(ring, 2048 * i);
    scene("full");
    for (let i = 0; i < 4; i++) sendto(out, buffer(60), 60, 0, null, 0);
    look("slots", [0, 1, 2, 3].map(slot));
    getsockopt(s, SOL_PACKET, PACKET_STATISTICS, tpacket_stats(), int(8));
    scene("middle");
    slot(2).tp_status = TP_STATUS_KERNEL;
    sendto(out, buffer(60), 60, 0, null, 0);
    getsockopt(s, SOL_PACKET, PACKET_STATISTICS, tpacket_stats(), int(8));
  },
  claims: [claim("a free slot behind the head is no use",
    { full: { "look slots": 1 }, middle: { getsockopt: 1 } }, ({ full, middle: { getsockopt: s } }) =>
    [is(full["look slots"].field("tp_status", 3), 1), is(s.after("optval.tp_drops"), 1)], corrects("N1-84"))],
});
