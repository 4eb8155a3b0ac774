/** 20,000 bytes over a wire that loses a segment, as a person writes it: `netlab run lossy.mjs --set lost=0 --set way=here`. */
import {
  AF_INET, buffer, claim, drop, experiment, here, IPPROTO_TCP, is, MSG_WAITALL, SOCK_STREAM, sockaddr_in, TCP_CONGESTION, text, there,
} from "netlab";

const BYTES = 20_000;
const DIGITS = "0123456789".repeat(BYTES / 10);
const [HERE, THERE] = ["192.0.2.1", "192.0.2.2"];
const at = (sin_addr) => sockaddr_in({ sin_family: AF_INET, sin_addr, sin_port: 80 });

export default experiment({
  name: "lossy",
  asks: "The third segment of a stream is lost: what do two real stacks make of it?",
  story: "The receiver keeps what comes after it, and the sender says it once more.",
  needs: ["veth"],
  parameters: {
    lost: { is: "which segment with data is lost; 0: none", default: 3, from: 0, to: 14 },
    way: { is: "where the data go; counters are those of here", default: "there", among: ["there", "here"] },
  },
  run({ socket, bind, listen, accept4, connect, setsockopt, sendto, recvfrom }, { scene, look, net, set }) {
    const frames = set.way === "there" ? there : here;
    const rules = set.lost === 0 ? [] : [drop(frames("data", set.lost))];
    const wire = net.wire({ here: `${HERE}/24`, there: `${THERE}/24`, rules });
    const c = socket(AF_INET, SOCK_STREAM, 0);
    const l = net.within(wire.far, () => socket(AF_INET, SOCK_STREAM, 0));
    for (const it of [c, l]) setsockopt(it, IPPROTO_TCP, TCP_CONGESTION, text("reno"), 4);
    bind(l, at(THERE), 16);
    listen(l, 1);
    connect(c, at(THERE), 16);
    const s = accept4(l, null, null, 0);
    const [from, to] = set.way === "there" ? [c, s] : [s, c];

    scene("stream", "20,000 bytes one way.");
    sendto(from, text(DIGITS), BYTES, 0, null, 0);
    recvfrom(to, buffer(BYTES), BYTES, MSG_WAITALL, null, null);
    look("wire", wire.did());
  },
  claims: [
    claim("all bytes arrive, in order", { stream: { recvfrom: 1 } },
      ({ stream: { recvfrom: it } }) => [is(it.result, BYTES), is(it.after("ubuf"), DIGITS)]),
    claim("the wire dropped one segment", { stream: { "look wire": 1 } }, ({ stream }) => [is(stream["look wire"].field("done"), 1)]),
  ],
});
