import { ETH_P_ALL } from "../../src/abi/constants/ether.ts";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "../../src/abi/constants/mman.ts";
import {
  PACKET_IGNORE_OUTGOING, PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION, TP_STATUS_KERNEL, TPACKET_V2,
} from "../../src/abi/constants/packet.ts";
import { POLLIN } from "../../src/abi/constants/poll.ts";
import {
  AF_INET, AF_PACKET, MSG_DONTWAIT, SOCK_DGRAM, SOCK_RAW, SOL_PACKET,
} from "../../src/abi/constants/socket.ts";
import { tpacket_req, tpacket_stats, tpacket2_hdr } from "../../src/abi/structs/packet.ts";
import { pollfd } from "../../src/abi/structs/poll.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { atLeast, is } from "../../src/lab/check.ts";
import { claim, contradicts, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { htons, int } from "../../src/memory/integer.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** One block, a multiple of any page's size; a slot holds a frame with its header. */
const BLOCK = 65_536, SLOT = 2048;
/** From tp_net on: 20 bytes of IP's header, 8 of UDP's. */
const HEADERS = 28;

/**
 * To receive by reading memory.
 *
 *     setsockopt(s, SOL_PACKET, PACKET_RX_RING, &req, sizeof req);
 *     ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, s, 0);
 *     if (ring->tp_status & TP_STATUS_USER)   // no call: the frame is there
 *       use((char *)ring + ring->tp_mac);
 *     ring->tp_status = TP_STATUS_KERNEL;     // no call: the slot is the kernel's again
 */
export default experiment({
  name: "ring-receive",
  asks: "Can a program receive without making a system call?",
  story: `A row of pigeonholes stands in the wall between the post office and your room. The clerk puts each
    letter into the next one and turns its little flag round; you see the flag, take the letter and turn the
    flag back. Nobody has to ring the bell. To have the wall opened took a form and a signature, of course:
    the set-up goes through the kernel's door as everything does.`,
  needs: ["namespace", "packet"],
  next: "Then uring-receive: rings for every kind of call.",

  run({
    socket, setsockopt, getsockopt, bind, getsockname, mmap, munmap, sendto, ppoll, close, attempt,
  }, { scene, look }) {
    scene("set up", "A packet socket shares memory with the kernel: 32 slots, none of them filled.");
    const s = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    setsockopt(s, SOL_PACKET, PACKET_IGNORE_OUTGOING, int(1), 4);
    setsockopt(s, SOL_PACKET, PACKET_VERSION, int(TPACKET_V2), 4);
    const size = { tp_block_size: BLOCK, tp_block_nr: 1, tp_frame_size: SLOT, tp_frame_nr: BLOCK / SLOT };
    setsockopt(s, SOL_PACKET, PACKET_RX_RING, tpacket_req(size), sizeof(tpacket_req));
    const ring = mmap(0, BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, s, 0);
    const slot = (n: number) => tpacket2_hdr.at(ring, SLOT * n);
    const payload = (n: number, length: number) => {
      const at = SLOT * n + slot(n).tp_net + HEADERS;
      return ring.slice(at, at + length);
    };
    look("slots", [slot(0), slot(1)]);
    const rx = socket(AF_INET, SOCK_DGRAM, 0), tx = socket(AF_INET, SOCK_DGRAM, 0);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    const send = (it: string) => {
      sendto(tx, text(it), it.length, 0, addr, sizeof(addr));
      ppoll(pollfd({ fd: s, events: POLLIN }), 1, timespec({ tv_sec: 4 }), null, 0);
    };

    scene("first comes", "A datagram is sent. ppoll only waits: who looks again and again needs none.");
    send("first");

    scene("first read", "No call in this scene: the frame lies in the first slot.");
    look("slots", [slot(0), slot(1)]);
    look("payload", payload(0, 5));
    slot(0).tp_status = TP_STATUS_KERNEL;
    look("given back", slot(0));

    scene("second comes");
    send("and another");

    scene("second read", "No call in this scene either: the next frame lies in the next slot.");
    look("slots", [slot(0), slot(1)]);
    look("payload", payload(1, 11));
    slot(1).tp_status = TP_STATUS_KERNEL;

    scene("end", "And if one does call? Nothing is waiting in the socket's queue.");
    attempt.recvfrom(s, buffer(SLOT), SLOT, MSG_DONTWAIT, null, null);
    getsockopt(s, SOL_PACKET, PACKET_STATISTICS, tpacket_stats(), int(sizeof(tpacket_stats)));
    munmap(ring, BLOCK);
    for (const fd of [s, rx, tx]) close(fd);
  },

  claims: [
    claim("what was received is there to be read from memory, and no call brought it",
      { "first read": { "look payload": 1 }, "second read": { "look payload": 1 } },
      ({ "first read": first, "second read": second }, seen) => [
        is(first["look payload"].bytes(), "first"),
        is(second["look payload"].bytes(), "and another"),
        is(seen.calls("first read"), 0),
        is(seen.calls("second read"), 0),
      ], contradicts("N0-42"), supports("N1-83")),
    claim("tp_status says whose a slot is: 0 is the kernel's; once it is filled, it is the program's",
      { "set up": { "look slots": 1 }, "first read": { "look slots": 1, "look given back": 1 } },
      ({
        "set up": { "look slots": before }, "first read": { "look slots": filled, "look given back": back },
      }) => [
        is(before.field("tp_status", 0), TP_STATUS_KERNEL),
        is(before.field("tp_status", 1), TP_STATUS_KERNEL),
        atLeast(filled.field("tp_status", 0), 1),
        is(filled.field("tp_status", 1), TP_STATUS_KERNEL),
        is(back.field("tp_status"), TP_STATUS_KERNEL),
      ]),
    claim("frame by frame the kernel goes on to the next slot, though the one before it is free again",
      { "second read": { "look slots": 1 } },
      ({ "second read": { "look slots": slots } }) => [
        is(slots.field("tp_status", 0), TP_STATUS_KERNEL),
        atLeast(slots.field("tp_status", 1), 1),
        is(slots.field("tp_len", 1), 14 + HEADERS + 11),
      ]),
    claim("what went into the ring is in no queue: a receive finds nothing",
      { end: { recvfrom: 1, getsockopt: 1 } },
      ({ end: { recvfrom: none, getsockopt: counted } }) => [
        is(none.errno, "EAGAIN"),
        is(counted.after("optval.tp_packets"), 2),
        is(counted.after("optval.tp_drops"), 0),
      ], supports("N1-83")),
    claim("the set-up crosses into the kernel as everything does: it is the receiving that does not",
      { "set up": { setsockopt: 3, mmap: 1 } },
      ({ "set up": { setsockopt: [, , ring], mmap } }, seen) => [
        is(ring.before("optname"), PACKET_RX_RING),
        is(ring.result, 0),
        is(mmap.before("flags"), MAP_SHARED),
        is(seen.calls("first read"), 0),
      ]),
  ],
});
