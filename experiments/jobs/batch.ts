import { also, is, same } from "../../src/lab/check.ts";
import { all, corrects } from "../../src/lab/claim.ts";
import { difference } from "../../src/lab/difference.ts";
import { job } from "../../src/lab/job.ts";

/** Eight datagrams: a call each, or all in one. */
export const batch = job({
  name: "batch",
  asks: "send eight datagrams of one to eight bytes, and receive them",
  steps: {
    serve:   "A receiver gets ready",
    open:    "A sender turns to it",
    send:    "Eight datagrams are sent",
    receive: "… and received",
    end:     "Both are closed",
  },
  differences: [
    difference("eight datagrams enter the kernel by eight calls, or by one",
      { sendto: { send: { sendto: all } }, sendmmsg: { send: { sendmmsg: 1 } } },
      ({ sendto, sendmmsg }) => [
        is(sendto.send.sendto.count, 8),
        is(sendto.send.sendto.results, [1, 2, 3, 4, 5, 6, 7, 8]),
        is(sendmmsg.send.sendmmsg.result, 8),
        is(sendmmsg.send.sendmmsg.after("mmsg[7].msg_len"), 8),
      ]),
    difference("eight datagrams are eight packets, either way",
      { sendto: { send: { sendto: all } }, sendmmsg: { send: { sendmmsg: 1 } } },
      ({ sendmmsg }, seen) => [
        is(seen.sendto.counted("Udp.OutDatagrams", "send"), 8),
        is(seen.sendmmsg.counted("Udp.OutDatagrams", "send"), 8),
        also(() => is(seen.sendto.packets({}, "send").length, 8)),
        also(() => is(seen.sendmmsg.packets({}, "send").length, 8)),
        also(() => is(seen.sendmmsg.inside(sendmmsg.send.sendmmsg).count("net:net_dev_queue"), 8)),
      ], corrects("N0-16")),
    difference("the receiver takes what eight receives take by one call",
      { sendto: { receive: { recvfrom: all } }, sendmmsg: { receive: { recvmmsg: 1 } } },
      ({ sendto, sendmmsg }, seen) => [
        is(sendto.receive.recvfrom.count, 8),
        same(sendto.receive.recvfrom.count, sendmmsg.receive.recvmmsg.result),
        also(() => same(
          seen.sendto.counted("Udp.InDatagrams", "receive"),
          seen.sendmmsg.counted("Udp.InDatagrams", "receive"),
        )),
      ], corrects("N0-16")),
  ],
});
