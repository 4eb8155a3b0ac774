/** The counts and sizes of a socket, from what two kernels told. */
import { expect, test } from "vitest";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../src/abi/constants/in.ts";
import { valuesOf } from "../../src/witness/socket-values.ts";
import { socketsIn } from "./sockets/recorded.ts";

const socket = (name: string, protocol: number, sport: number, state: string) =>
  valuesOf(socketsIn(name, protocol).find((it) => it.sport === sport && it.state === state)!);

test.each(["5.10", "6.18"])("in Linux %s", (kernel) => {
  const tcp = (sport: number, state: string) => socket(`${kernel}-tcp`, IPPROTO_TCP, sport, state);
  expect(tcp(7001, "LISTEN")).toEqual({ queued: 1, backlog: 3, half_open: 0 });
  expect(tcp(40001, "TIME_WAIT")).toEqual({});
  expect(tcp(7002, "SYN_RECV")).toEqual({ recv_q: 0, send_q: 0, retransmits: 0 });
  expect(tcp(7001, "ESTABLISHED")).toMatchObject({ recv_q: 5, send_q: 0, rcvbuf: 131_072, bytes_received: 5, snd_cwnd: 10 });
  expect(tcp(40002, "ESTABLISHED")).toMatchObject({ bytes_sent: 5, bytes_acked: 6, unacked: 0 });
  const udp = socket(`${kernel}-udp`, IPPROTO_UDP, 7003, "CLOSE");
  expect(Object.keys(udp)).toEqual(["recv_q", "send_q", "drops"]);
});

test("what a kernel does not fill is left out", () => {
  const [old, young] = ["5.10-tcp", "6.18-tcp"].map((it) => socket(it, IPPROTO_TCP, 40002, "ESTABLISHED"));
  expect(young).toHaveProperty("rcv_wnd");
  expect(old).not.toHaveProperty("rcv_wnd");
  expect(old).toHaveProperty("snd_wnd");
});

test("no times", () => {
  const names = Object.keys(socket("6.18-tcp", IPPROTO_TCP, 40002, "ESTABLISHED"));
  expect(names.filter((it) => /rtt|rto|ato|time|last|rate|limited/.test(it))).toEqual([]);
});
