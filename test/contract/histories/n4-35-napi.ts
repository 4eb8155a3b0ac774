/** A hundred packets in two polls, 64 and 36. Bent: one poll for each packet. */
import { AF_INET } from "../../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { text } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function polls(works: readonly number[]): Events {
  const made = new HistoryBuilder("n4-35-napi", { able: ["stacks"] });
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 9, sin_addr: "192.0.2.2" });
  made.scene("burst");
  const send = made.call("sendto", [3, text("x".repeat(10_000)), 10_000, 0, addr, 16], 10_000);
  for (let i = 0; i < 100; i++) made.stack("net:net_dev_start_xmit", send, { len: 142 });
  for (const work of works) made.stack("napi:napi_poll", send, { work, budget: 64, dev_name: "vb" });
  return made.events;
}

export const truth = polls([64, 36]);
export const bent = polls(Array<number>(100).fill(1));
export { default as row } from "../rows/n4-35-napi.ts";
