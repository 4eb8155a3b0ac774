/** N4-35: one poll serves many packets. Event fields, and a second namespace. */
import { AF_INET, SOCK_DGRAM, SOL_UDP } from "../../../src/abi/constants/socket.ts";
import { UDP_SEGMENT } from "../../../src/abi/constants/udp.ts";
import { sockaddr_in } from "../../../src/abi/structs/sockaddr.ts";
import { is } from "../../../src/lab/check.ts";
import { claim, supports } from "../../../src/lab/claim.ts";
import { experiment } from "../../../src/lab/experiment.ts";
import { int } from "../../../src/memory/integer.ts";
import { text } from "../../../src/memory/memory.ts";

export default experiment({
  name: "n4-35-napi",
  asks: "A hundred packets arrive at once: how often does the kernel come for them?",
  story: "Twice: it takes sixty-four at a time.",
  needs: ["veth"],
  run({ socket, setsockopt, sendto }, { scene, net }) {
    const b = net.namespace();
    net.veth("va", ["vb", b]);
    const tx = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(tx, SOL_UDP, UDP_SEGMENT, int(100), 4);
    scene("burst");
    const to = sockaddr_in({ sin_family: AF_INET, sin_port: 9, sin_addr: "192.0.2.2" });
    sendto(tx, text("x".repeat(10_000)), 10_000, 0, to, 16);
  },
  claims: [claim("two polls for a hundred packets", { burst: { sendto: 1 } },
    ({ burst: { sendto: send } }, seen) =>
    [is(seen.inside(send).of("napi:napi_poll").field("work"), [64, 36])], supports("N4-35"))],
});
