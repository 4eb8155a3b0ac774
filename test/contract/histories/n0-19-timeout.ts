/** The third datagram woke it. Bent: the timeout did, with the two that were there. */
import { AF_INET } from "../../../src/abi/constants/socket.ts";
import { iovec, mmsghdr } from "../../../src/abi/structs/message.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../../src/abi/structs/time.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { buffer, text } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function timeout(received: number): Events {
  const made = new HistoryBuilder("n0-19-timeout");
  const addr = sockaddr_in({ sin_family: AF_INET, sin_port: 40_000, sin_addr: "127.0.0.1" });
  const five = mmsghdr.array(Array.from({ length: 5 }, () => ({ msg_hdr: { msg_iov: iovec.array([{ iov_base: buffer(8), iov_len: 8 }]), msg_iovlen: 1 } })));
  made.scene("wait");
  for (let i = 0; i < 2; i++) made.call("sendto", [4, text("x"), 1, 0, addr, 16], 1);
  made.asleep(made.call("recvmmsg", [3, five, 5, 0, timespec({ tv_nsec: 100e6 })], received, {
    as: "receiver",
    kernel: () => { for (let i = 0; i < received; i++) five.value[i]!.msg_len = 1; },
  }));
  made.call("sendto", [4, text("x"), 1, 0, addr, 16], 1);
  return made.events;
}

export const truth = timeout(3);
export const bent = timeout(2);
export { default as row } from "../rows/n0-19-timeout.ts";
