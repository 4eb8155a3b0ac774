/**
 * A made-up run that has every type of event, each with what is unusual about it: for the schema and the
 * parser.
 */
import type { Event, SummaryEvent } from "../../src/lab/events.ts";
import type { Arg, Call } from "../../src/sys/decode.ts";

const at = (t: number) => ({ experiment: "made-up", t });
const value = (name: string, word: number | string, text = String(word)): Arg =>
  ({ name, flow: "value", value: word, text, layout: null, before: null, after: null, room: 0, wrote: 0 });

/** A call from its arguments; it takes 1000 ns. */
export function made(
  id: number, name: string, args: readonly Arg[], result: number | null, over: Partial<Call> = {},
): Call {
  const [enter, exit] = [id * 1000, result === null ? null : id * 1000 + 1000];
  return { id, actor: "main", nr: 0, name, args, result, errno: null, enter, exit, ...over };
}

export const fd: Arg = value("fd", 3);
export const sent = made(3, "sendto", [
  fd, { ...value("buff", 4096, '"hello"'), flow: "in", before: "68656c6c6f", room: 5 }, value("len", 5),
], 5);
export const big = made(4, "write", [
  fd,
  {
    ...value("buf", "18446744073709551615", '"\\0\\0"...'), flow: "in",
    before: [["00", 65_507], ["6162", 1]], room: 65_509,
  },
  value("count", 65_509),
], -11, { errno: "EAGAIN", actor: "writer" });
export const lost = made(5, "recvfrom", [
  fd, { ...value("ubuf", 8192, "0x2000"), flow: "out", before: "a5a5", room: 2 }, value("size", 2),
], null, { actor: "reader" });

const call = (it: Call): Event => ({ type: "call", ...at(it.enter), ...it });

export const events: readonly Event[] = [
  {
    type: "run", ...at(0), schema: 1, netlab: "0.1.0", asks: "What is there to see?",
    parameters: { count: 5, mode: "fast" },
    machine: { kernel: "6.18.44", arch: "arm64", node: "v20.20.2", koffi: "3.3.4", uid: 1000 },
    chamber: { mode: "user", why: "unshare -n: Operation not permitted" },
    witnesses: {
      counters: { able: true, why: null },
      stacks:   { able: true, why: null, watching: ["sock:sk_data_ready"] },
      wire:     { able: false, why: "AF_PACKET is not allowed" },
    },
  },
  { type: "counter", ...at(10), scene: null, values: { "Udp.InDatagrams": 0, "Tcp.MaxConn": -1 } },
  { type: "say", ...at(20), side: "one", text: "Two sockets." },
  { type: "known", ...at(30), name: "client", fd: 3, cookie: "18446744073709551615" },
  { type: "scene", ...at(40), id: "all", text: "Everything at once." },
  call(sent),
  {
    type: "stack", ...at(3500), event: "sock:sk_data_ready", actor: "main", inside: 3,
    fields: { family: 2, protocol: "17" },
    frames: ["entry_SYSCALL_64", "__sys_sendto", "udp_sendmsg", "sock_def_readable"],
  },
  {
    type: "packet", ...at(3600), device: "lo", direction: "out", inside: 3,
    length: 47, bytes: [["45", 1], ["00", 46]],
    layers: [
      { name: "ip",  fields: { saddr: "127.0.0.1", ttl: 64 } },
      { name: "tcp", fields: { dport: 80, syn: true } },
    ],
  },
  {
    type: "packet", ...at(3650), device: "lo", direction: "in", inside: null, length: 60, bytes: "45",
    layers: [
      { name: "ip",  fields: { saddr: "127.0.0.1", daddr: "127.0.0.1" } },
      {
        name: "tcp",
        fields: {
          sport: 40_000, dport: 80, seq: 4_294_967_295, ack_seq: 0, syn: true, ack: false,
          window: 65_495, length: 0, options: "mss, nop",
        },
      },
    ],
  },
  { type: "state", ...at(3700), socket: "client", state: "SYN_SENT", seen: "tracepoint", values: {} },
  {
    type: "state", ...at(3800), socket: "client", state: "ESTABLISHED", seen: "sample",
    values: { unacked: 1, "Send-Q": 40_960 },
  },
  call(big),
  call(lost),
  { type: "asleep", ...at(5500), actor: "reader", call: "recvfrom", id: 5 },
  {
    type: "look", ...at(6000), name: "row", of: "/proc/self/net/udp", memory: null,
    text: "  sl  local_address\n   1: 0100007F\n",
  },
  {
    type: "look", ...at(6100), name: "addr", of: null, text: null,
    memory: [
      { layout: "sockaddr_in", bytes: "020000507f0000010000000000000000" },
      { layout: null, bytes: [["61", 20]] },
    ],
  },
  {
    type: "times", ...at(7000), label: "drain", actor: "main", rounds: 300, packets: 600, stacks: 1200,
    calls: [
      {
        name: "recvfrom", count: 300, results: [[40, 256], [-11, 44]], bytes: [["x", 10_240]],
        first: made(6, "recvfrom", [fd], 40), last: made(305, "recvfrom", [fd], -11, { errno: "EAGAIN" }),
      },
      {
        name: "poll", count: 1, results: [[1, 1]], bytes: null,
        first: made(306, "poll", [], 1), last: made(306, "poll", [], 1), median: 1000,
      },
    ],
  },
  { type: "lost", ...at(7900), witness: "stacks", count: 12 },
  {
    type: "counter", ...at(8000), scene: "all",
    values: { "sockstat.UDP.inuse": -1, "Ip.InReceives": 2, "Udp.InDatagrams": 1024 },
  },
  {
    type: "finding", ...at(9000), claim: "it is so", verdict: "proven",
    cites: [{ id: "N0-06", how: "supports" }, { id: "N1-02", how: "corrects" }],
    evidence: ["#3 sendto returned 5", "#3 sendto was given len 5"],
    why: "one witness: wire is not able here: AF_PACKET is not allowed",
  },
  {
    type: "finding", ...at(9000), claim: "it is not so", verdict: "refuted", why: null,
    cites: [{ id: "N0-07", how: "contradicts" }], evidence: ['#4 write failed with "EAGAIN", not null'],
  },
  {
    type: "finding", ...at(9000), claim: "nobody knows", verdict: "unknown", cites: [], evidence: [],
    why: "wire is not able here: AF_PACKET is not allowed",
  },
  { type: "end", ...at(9000), proven: 1, refuted: 1, unknown: 1, exit: 1, broke: null },
];

export const ends: readonly (Event | SummaryEvent)[] = [
  {
    type: "end", ...at(9000), proven: 0, refuted: 0, unknown: 0, exit: 70,
    broke: { how: "hang", message: "it did not end within 5 s", call: 5 },
  },
  {
    type: "end", ...at(9000), proven: 0, refuted: 0, unknown: 0, exit: 77,
    broke: { how: "cannot", message: "it needs root", call: null },
  },
  { type: "summary", experiments: 3, proven: 12, refuted: 0, unknown: 1, exit: 2 },
];
