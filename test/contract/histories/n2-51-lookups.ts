/** Three lookups before the first packet leaves, more behind it. Bent: one, as the note's drawing has it. */
import { AF_INET } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { HistoryBuilder } from "../history-builder.ts";

function lookups(before: number): Events {
  const made = new HistoryBuilder("n2-51-lookups", { able: ["stacks"] });
  made.scene("syn");
  const connect = made.call("connect", [4, sockaddr_in({ sin_family: AF_INET, sin_port: 40_000, sin_addr: "127.0.0.1" }), 16], 0);
  for (let i = 0; i < before; i++) made.stack("fib:fib_table_lookup", connect, { err: 0 });
  made.stack("net:net_dev_queue", connect, { len: 74 });
  made.stack("fib:fib_table_lookup", connect, { err: 0 });
  return made.events;
}

export const truth = lookups(3);
export const bent = lookups(1);
export { default as row } from "../rows/n2-51-lookups.ts";
