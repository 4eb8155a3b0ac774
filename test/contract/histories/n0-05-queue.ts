/** Three datagrams wait in a queue of 2496 bytes. Bent: nothing was kept, as the note says. */
import { FIONREAD } from "../../../src/abi/constants/ioctl.ts";
import { AF_INET } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { int } from "../../../src/memory/integer.ts";
import { text } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function queue(waiting: number, rxQueue: string): Events {
  const made = new HistoryBuilder("n0-05-queue");
  const [arg, addr] = [int(0), sockaddr_in({ sin_family: AF_INET, sin_port: 40_000, sin_addr: "127.0.0.1" })];
  made.scene("wait");
  for (const n of [10, 20, 30]) made.call("sendto", [4, text("x".repeat(n)), n, 0, addr, 16], n);
  made.call("ioctl", [3, FIONREAD, arg], 0, { kernel: () => { arg.value = waiting; } });
  made.look("row", `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  941: 0100007F:9C40 00000000:0000 07 00000000:${rxQueue} 00:00000000 00000000     0        0 5321 2 00000000a3c1f2d0 0         \n`);
  return made.events;
}

export const truth = queue(10, "000009C0");
export const bent = queue(0, "00000000");
export { default as row } from "../rows/n0-05-queue.ts";
