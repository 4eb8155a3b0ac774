import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import {
  AF_INET, MSG_DONTWAIT, SO_RCVBUF, SO_SNDBUF, SOCK_STREAM, SOL_SOCKET,
} from "../../src/abi/constants/socket.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { atLeast, atMost, is } from "../../src/lab/check.ts";
import { claim, corrects } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { int } from "../../src/memory/integer.ts";
import { text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";

/** More than the buffers hold. */
const MUCH = 1_000_000;

/**
 * The second half of the note's TCP program: more is sent than there is room for.
 *
 *     setsockopt(l, SOL_SOCKET, SO_RCVBUF, &(int){16384}, 4);   // before listen: connections inherit it
 *     setsockopt(c, SOL_SOCKET, SO_SNDBUF, &(int){16384}, 4);
 *     sendto(c, buf, 1000000, MSG_DONTWAIT, NULL, 0);           // some of it
 */
export default experiment({
  name: "tcp-too-much",
  asks: "A million bytes are sent, nobody reads, and the sender does not want to wait: what happens?",
  story: `A letter box, a sack of letters, and a postman in a hurry. He puts in what fits and says how many
    that were. The rest is still in his sack: nothing is lost, as long as he counts.`,
  next: "Then tcp-partial-send: how much is taken, and on what that depends.",

  run({ socket, setsockopt, bind, listen, getsockname, connect, sendto, close }, { scene }) {
    scene("small", "A listener with a small receive buffer, and a client with a small send buffer.");
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, int(16_384), 4);
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(l, addr, sizeof(addr));
    listen(l, 128);
    getsockname(l, addr, int(sizeof(addr)));
    const c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(c, SOL_SOCKET, SO_SNDBUF, int(16_384), 4);
    connect(c, addr, sizeof(addr));

    scene("too much", "A million bytes, and nobody who reads.");
    sendto(c, text("x".repeat(MUCH)), MUCH, MSG_DONTWAIT, null, 0);
    close(c);
    close(l);
  },

  claims: [
    claim("a send that may not wait takes a part, and its result says so",
      { "too much": { sendto: 1 } },
      ({ "too much": { sendto } }) => [
        is(sendto.before("len"), MUCH),
        is(sendto.before("flags"), MSG_DONTWAIT),
        atLeast(sendto.result, 1),
        atMost(sendto.result, MUCH - 1),
      ], corrects("N0-54")),
  ],
});
