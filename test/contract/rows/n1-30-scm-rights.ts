/** N1-30: descriptors in a stream. Pointers, a list of control messages, each peek. */
import { AF_UNIX, MSG_PEEK, SOCK_STREAM } from "../../../src/abi/constants/socket.ts";
import { message, scm_rights } from "../../../src/abi/structs/message.ts";
import { differ, is } from "../../../src/lab/check.ts";
import { claim, corrects } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { cells } from "../../../src/memory/array.ts";
import { i32 } from "../../../src/memory/integer.ts";
import { buffer, text } from "../../../src/memory/memory.ts";

const FD = "msg.msg_control[0].cmsg_data[0]";

export default experiment({
  name: "n1-30-scm-rights",
  asks: "Plain bytes, then bytes that carry a descriptor: what does one read take, and what does peeking do?",
  story: "One read takes both; each look makes a new descriptor.",
  run({ socketpair, sendto, sendmsg, recvmsg }, { scene }) {
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    const [a = 0, b = 0] = pair.value;
    scene("merge");
    sendto(a, text("AAAAA"), 5, 0, null, 0);
    sendmsg(a, message({ iov: [text("BBBBB")], control: [scm_rights([a])] }), 0);
    for (const flags of [MSG_PEEK, MSG_PEEK, 0]) {
      recvmsg(b, message({ iov: [buffer(64)], control: buffer(24) }), flags);
    }
  },
  claims: [
    claim("each peek makes a new fd", { merge: { recvmsg: 3 } }, ({ merge: { recvmsg: [p, q, r] } }) =>
      [is(r.result, 10), differ(p.after(FD), q.after(FD))], corrects("N1-30")),
  ],
});
