/** 70,000 connections wait on one port. Bent: no more than a port number can count. */
import { IPPROTO_TCP } from "../../../src/abi/constants/in.ts";
import { TCP_INFO } from "../../../src/abi/constants/tcp.ts";
import { tcp_info } from "../../../src/abi/structs/tcp.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { int } from "../../../src/memory/integer.ts";
import { sizeof } from "../../../src/memory/struct.ts";
import { HistoryBuilder } from "../history-builder.ts";

function crowd(tcpi_unacked: number): Events {
  const made = new HistoryBuilder("n3-30-many", { parameters: { count: 70_000 } });
  const info = tcp_info();
  made.scene("crowd");
  made.times("client", 70_000, []);
  made.call("getsockopt", [3, IPPROTO_TCP, TCP_INFO, info, int(sizeof(tcp_info))], 0, {
    kernel: () => { info.$.bytes.set(tcp_info({ tcpi_state: 10, tcpi_unacked, tcpi_sacked: 100_000 }).$.bytes); },
  });
  return made.events;
}

export const truth = crowd(70_000);
export const bent = crowd(65_535);
export { default as row } from "../rows/n3-30-many.ts";
