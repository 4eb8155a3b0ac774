/** Ten bytes in one read, and a new descriptor each time. Bent: bytes with descriptors are kept apart, a peek makes none. */
import { MSG_PEEK } from "../../../src/abi/constants/socket.ts";
import { control, message, scm_rights } from "../../../src/abi/structs/message.ts";
import type { Events } from "../../../src/lab/fact.ts";
import { buffer, text } from "../../../src/memory/memory.ts";
import { HistoryBuilder } from "../history-builder.ts";

function rights(length: number, fds: readonly number[]): Events {
  const made = new HistoryBuilder("n1-30-scm-rights");
  made.scene("merge");
  made.call("sendto", [3, text("AAAAA"), 5, 0, null, 0], 5);
  made.call("sendmsg", [3, message({ iov: [text("BBBBB")], control: [scm_rights([3])] }), 0], 5);
  fds.forEach((fd, i) => {
    const [iov, beside] = [buffer(64), buffer(24)];
    made.call("recvmsg", [4, message({ iov: [iov], control: beside }), i < 2 ? MSG_PEEK : 0], length, {
      kernel() {
        iov.bytes.write("AAAAABBBBB".slice(0, length), "latin1");
        beside.bytes.set(control([scm_rights([fd])]).bytes);
      },
    });
  });
  return made.events;
}

export const truth = rights(10, [5, 6, 7]);
export const bent = rights(5, [5, 5, 5]);
export { default as row } from "../rows/n1-30-scm-rights.ts";
