/**
 * ss(8) and nstat(8) as second opinion, asked inside a run's namespace while the run waits: of its sockets' states
 * and queues, and of its counters.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CounterEvent, Event, StateEvent } from "../../src/lab/events.ts";
import { asleep, netlab } from "../chamber/netlab.ts";
import { cannotRun, folder, named } from "../cli/netlab.ts";

const has = (program: string): boolean => spawnSync(program, ["-V"], { stdio: "ignore" }).error === undefined;
const cannot = cannotRun ?? (process.getuid?.() !== 0 ? "entering a run's namespace needs root"
  : !has("ss") || !has("nstat") || !has("nsenter") ? "there is no ss, nstat or nsenter (apt-get install iproute2)" : null);

/** A port of the run's own namespace, where a datagram ends its wait. */
const DOOR = 5555;
/** Each queue of TCP holds something, and stays so until the door is knocked at. */
const WAITS = `
import { ack, buffer, cstring, data, experiment, sizeof, sockaddr_in, syn, synAck, text, timeval } from "netlab";
import {
  AF_INET, IPPROTO_TCP, IPPROTO_UDP, SO_RCVTIMEO, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, TCP_CONGESTION,
} from "netlab";
export default experiment({
  name: "waits", asks: "What do others see?", story: "It waits.", needs: ["veth"], claims: [],
  run({ socket, bind, listen, accept4, sendto, recvfrom, setsockopt }, { scene, peer, known, net }) {
    net.route("192.0.2.2/32", { via: "192.0.2.2", rto_min: 60000, lock: ["rto_min"] });
    const at = (sin_port, sin_addr = "192.0.2.1") => sockaddr_in({ sin_family: AF_INET, sin_port, sin_addr });
    const door = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    bind(door, at(${DOOR}, "127.0.0.1"), 16);
    setsockopt(door, SOL_SOCKET, SO_RCVTIMEO, timeval({ tv_sec: 20 }), sizeof(timeval));
    const l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, cstring("reno"), 5);
    bind(l, at(80), 16);
    listen(l, 4);
    known("listener", l);
    peer.send(syn());
    peer.expect(synAck());
    peer.send(ack(0, { window: 3000 }));
    const s = accept4(l, null, null, 0);
    known("server", s);
    peer.at(1).handshake(80);
    peer.at(2).handshake(80);
    peer.at(3).send(syn());
    peer.at(3).expect(synAck());
    peer.send(data(700));
    peer.expect(ack(700));
    sendto(s, text("x".repeat(10000)), 10000, 0, null, 0);
    scene("waiting");
    recvfrom(door, buffer(16), 16, 0, null, null);
  },
});
`;

describe.skipIf(cannot !== null)(named("of a run that waits", cannot), () => {
  let own: ReturnType<typeof folder>;
  let events: readonly Event[] = [];
  const said = { ss: "", nstat: "" };
  beforeAll(async () => {
    own = folder({ "waits.mjs": WAITS });
    const run = netlab(["run", join(own.path, "waits.mjs"), "--json"]);
    const [chamber] = await asleep(run, "recvfrom");
    const inside = (...words: readonly string[]): string =>
      spawnSync("nsenter", ["-t", String(chamber), "-n", ...words], { encoding: "utf8", env: { ...process.env, NSTAT_HISTORY: "/dev/null" } }).stdout;
    said.ss = inside("ss", "-tanmiO");
    said.nstat = inside("nstat", "-asz");
    inside("bash", "-c", `echo > /dev/udp/127.0.0.1/${DOOR}`);
    ({ events } = await run.ended);
  }, 40_000);
  afterAll(() => own.leave());

  /** What we say of a socket at the border before the wait. */
  const ours = (socket: string): StateEvent => {
    const border = events.findIndex((it) => it.type === "scene" && it.id === "waiting");
    return events.slice(0, border).findLast((it) => it.type === "state" && it.socket === socket) as StateEvent;
  };
  /** Of ss's lines those of one state. */
  const lines = (state: string): readonly string[] => said.ss.split("\n").filter((it) => it.startsWith(state));
  const figure = (line: string, name: string): number => Number(new RegExp(`\\b${name}:?\\(?([0-9]+)`).exec(line)?.[1]);

  test("the listener's two queues", () => {
    const [line] = lines("LISTEN");
    const [, queued, backlog] = line!.split(/\s+/);
    expect(ours("listener").values).toMatchObject({ queued: Number(queued), backlog: Number(backlog), half_open: lines("SYN-RECV").length });
    expect(ours("listener").values).toMatchObject({ queued: 2, backlog: 4, half_open: 1 });
  });
  test("a connection's queues, its memory, and what TCP says of it", () => {
    const line = lines("ESTAB").find((it) => it.includes("192.0.2.2:40000"))!;
    const [, recv_q, send_q] = line.split(/\s+/);
    const { values, local, remote } = ours("server");
    expect({ recv_q: values.recv_q, send_q: values.send_q }).toEqual({ recv_q: Number(recv_q), send_q: Number(send_q) });
    expect({ recv_q: values.recv_q, send_q: values.send_q }).toEqual({ recv_q: 700, send_q: 10_000 });
    expect({ local, remote }).toEqual({ local: "192.0.2.1:80", remote: "192.0.2.2:40000" });
    expect(line).toContain(`skmem:(r${values.rmem_alloc},rb${values.rcvbuf},`);
    expect(line).toContain(`tb${values.sndbuf},`);
    expect(line).toContain(`,w${values.wmem_queued},`);
    const same = { snd_cwnd: "cwnd", notsent_bytes: "notsent", bytes_received: "bytes_received", unacked: "unacked", segs_out: "segs_out", segs_in: "segs_in", snd_wnd: "snd_wnd" };
    for (const [name, theirs] of Object.entries(same)) {
      if (new RegExp(`\\b${theirs}:`).test(line)) expect([name, values[name]]).toEqual([name, figure(line, theirs)]);
    }
  });
  test("every counter that nstat names", () => {
    const counters = events.filter((it): it is CounterEvent => it.type === "counter");
    const border = events.findIndex((it) => it.type === "scene" && it.id === "waiting");
    const sum = (some: readonly CounterEvent[], name: string): number => some.reduce((so, it) => so + (it.values[name] ?? 0), 0);
    const before = counters.filter((it) => events.indexOf(it) < border);
    const names = Object.keys(before[0]!.values);
    const theirs = said.nstat.split("\n").flatMap((line) => {
      const found = /^(TcpExt|IpExt|Tcp|Udp|Ip|Icmp|UdpLite)([A-Za-z0-9]+) +(\d+) /.exec(line);
      return found === null ? [] : [[`${found[1]}.${found[2]}`, Number(found[3])] as const];
    }).filter(([name]) => names.includes(name));
    expect(theirs.length).toBeGreaterThan(100);
    // Where this machine is slow, a SYN-ACK is sent again meanwhile.
    expect(theirs.filter(([name, value]) => value < sum(before, name) || value > sum(counters, name))).toEqual([]);
    expect(theirs.filter(([name, value]) => value > 0 && value === sum(before, name)).length).toBeGreaterThan(10);
  });
});
