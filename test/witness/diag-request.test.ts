/** Questions to sock_diag, as the kernel reads them. */
import { expect, test } from "vitest";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { NLM_F_DUMP, NLM_F_REQUEST } from "../../src/abi/constants/netlink.ts";
import { AF_INET, AF_INET6 } from "../../src/abi/constants/socket.ts";
import { inet_diag_req_v2 } from "../../src/abi/structs/inet_diag.ts";
import { nlmsghdr } from "../../src/abi/structs/netlink.ts";
import { diagRequest, type Question } from "../../src/witness/diag-request.ts";
import { stateBits, stateName } from "../../src/witness/state-names.ts";

const ends = { source: "192.0.2.1", sport: 1, dest: "192.0.2.2", dport: 2 };
const asked = (question: Question, flags: number = NLM_F_REQUEST) =>
  inet_diag_req_v2.at(diagRequest(question, flags, 7, 0xf), 16);
const TCP = { protocol: IPPROTO_TCP, family: AF_INET };

test("a message says how long it is, and which question it is", () => {
  const message = diagRequest(TCP, NLM_F_REQUEST, 7, 0xf);
  expect(message.length).toBe(72);
  expect(nlmsghdr.at(message)).toMatchObject({ nlmsg_len: 72, nlmsg_type: 20, nlmsg_flags: 1, nlmsg_seq: 7 });
  expect(asked(TCP)).toMatchObject({ sdiag_family: 2, sdiag_protocol: 6, idiag_states: 0xf });
});

test.each([
  ["one of TCP",  IPPROTO_TCP, NLM_F_REQUEST,              ["192.0.2.1", 1, "192.0.2.2", 2]],
  ["one of UDP",  IPPROTO_UDP, NLM_F_REQUEST,              ["192.0.2.2", 2, "192.0.2.1", 1]],
  ["many of UDP", IPPROTO_UDP, NLM_F_REQUEST | NLM_F_DUMP, ["192.0.2.1", 1, "192.0.2.2", 2]],
] as const)("%s: where the kernel looks for its ends", (_, protocol, flags, found) => {
  const { id } = asked({ protocol, family: AF_INET, ...ends }, flags);
  expect([id.idiag_src4, id.idiag_sport, id.idiag_dst4, id.idiag_dport]).toEqual(found);
});

test("IPv6 addresses, a device, a cookie in two halves", () => {
  const [source, dest] = ["2001:db8::1", "2001:db8::2"];
  const { id } = asked({ ...TCP, family: AF_INET6, source, dest, device: 3, cookie: "4294967298" });
  expect(id).toMatchObject({ idiag_src: source, idiag_dst: dest, idiag_if: 3, idiag_cookie: [2, 1] });
});

test("without a cookie any socket is meant", () =>
  expect(asked({ ...TCP, ...ends }).id.idiag_cookie).toEqual([0xffff_ffff, 0xffff_ffff]));

test("states by name", () => {
  expect(stateBits(["LISTEN", "ESTABLISHED"])).toBe((1 << 10) | (1 << 1));
  expect(() => stateBits(["OPEN"])).toThrow("TCP has no state OPEN");
  expect([stateName(12), stateName(99)]).toEqual(["NEW_SYN_RECV", "99"]);
});
