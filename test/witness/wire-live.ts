/** What the ring sees of traffic in this process's network namespace, which is its own; told on stdout, as JSON. */
import { readdirSync, readFileSync, writeSync } from "node:fs";
import { IPPROTO_ICMP } from "../../src/abi/constants/in.ts";
import { AF_INET, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { CLOCK_REALTIME } from "../../src/abi/constants/time.ts";
import { icmphdr } from "../../src/abi/headers/icmp.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { timespec } from "../../src/abi/structs/time.ts";
import { raiseLoopback } from "../../src/lab/chamber/loopback.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { BuiltNet } from "../../src/net/built-net.ts";
import { callsOf } from "../../src/sys/calls.ts";
import { type WirePacket, wirePacket } from "../../src/witness/wire-frame.ts";
import { openWire } from "../../src/witness/wire-ring.ts";

export interface LiveReport {
  /** Device, direction, payload. */
  readonly datagrams: readonly string[];
  readonly devices: readonly (readonly [number, string])[];
  /** How many of them were stamped before the call entered, or after it was back. */
  readonly outside: number;
  /** The flags of each segment. */
  readonly connection: readonly string[];
  /** Direction and last layer. */
  readonly veth: readonly string[];
  readonly skipped: number;
  /** Of 4096 and 100 packets that nobody took meanwhile: how many were there, and how many lost; then of one more. */
  readonly full: number;
  readonly lost: number;
  readonly after: number;
  /** Packet sockets and their mappings, when all is closed. */
  readonly left: number;
}

const calls = callsOf({ nextId: () => 0, enter: () => undefined, exit: () => undefined, now: () => 0 });
const { socket, bind, listen, connect, accept4, sendto, recvfrom, close, clock_gettime } = calls;
const at = (sin_addr: string, sin_port: number) => sockaddr_in({ sin_family: AF_INET, sin_addr, sin_port });
const now = (): bigint => {
  const it = timespec();
  clock_gettime(CLOCK_REALTIME, it);
  return BigInt(it.tv_sec) * 1_000_000_000n + BigInt(it.tv_nsec);
};
const mappings = (): number => readFileSync("/proc/self/maps", "utf8").split("\n").filter((it) => it.includes("socket:")).length;
const sockets = (): number => readFileSync("/proc/self/net/packet", "utf8").trim().split("\n").length - 1;

raiseLoopback(calls);
const ring = openWire(calls);
const drained = (): readonly WirePacket[] => {
  const out: WirePacket[] = [];
  ring.drain((it) => out.push(wirePacket(it)));
  return out;
};
const said = ({ layers }: WirePacket, name: string) => layers.find((it) => it.name === name)?.fields ?? {};

const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
bind(rx, at("127.0.0.1", 9000), 16);
const send = (it: string): number => sendto(tx, text(it), it.length, 0, at("127.0.0.1", 9000), 16);

const brackets = Array.from({ length: 100 }, (_, n) => {
  const before = now();
  send(String(n));
  return [before, now()] as const;
});
const datagrams = drained();
const devices = [...ring.devices()];
const payload = ({ bytes }: WirePacket): string => Buffer.from(bytes).toString("latin1", 42);
const outside = datagrams.filter(({ realtime }, n) => realtime < brackets[n]![0] || realtime > brackets[n]![1]).length;

const listener = socket(AF_INET, SOCK_STREAM, 0);
bind(listener, at("127.0.0.1", 9000), 16);
listen(listener, 5);
const client = socket(AF_INET, SOCK_STREAM, 0);
connect(client, at("127.0.0.1", 9000), 16);
const server = accept4(listener, null, null, 0);
sendto(client, text("hello"), 5, 0, null, 0);
recvfrom(server, buffer(5), 5, 0, null, null);
close(client);
close(server);
const FLAGS = ["syn", "ack", "fin", "rst", "psh"];
const connection = drained().map((it) => FLAGS.filter((flag) => said(it, "tcp")[flag] === true).join(" "));

const net = new BuiltNet(calls);
const far = net.namespace("far");
net.veth("va", ["vb", far]);
net.address("va", "192.0.2.1/24");
net.within(far, () => net.address("vb", "192.0.2.2/24"));
const echo = icmphdr({ type: 8, checksum: 0xf7ff });
const ping = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
sendto(ping, echo, 8, 0, at("192.0.2.2", 0), 16);
recvfrom(ping, buffer(64), 64, 0, null, null);
const veth = drained().map((it) => `${it.direction} ${it.layers.at(-1)!.name}`);

for (let n = 0; n < 50; n++) send("skipped");
const skipped = ring.skip();
for (let n = 0; n < 4196; n++) send("x");
const [full, lost] = [drained().length, ring.lost()];
send("again");
const after = drained().length;

const before = readdirSync("/proc/self/fd").length;
ring.close();
const left = sockets() + mappings() + (before - readdirSync("/proc/self/fd").length - 1);
const names = new Map(devices);
const report: LiveReport = {
  datagrams: datagrams.map((it) => `${names.get(it.device)} ${it.direction} ${payload(it)}`),
  devices, outside, connection, veth, skipped, full, lost, after, left,
};
writeSync(1, JSON.stringify(report));
process.exit(0);
