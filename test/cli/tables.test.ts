/** `netlab path tables`: by call, one call, one table; what is said where nothing can be read. */
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { knownTables } from "../../src/kernel/known-tables.ts";
import { columns } from "../../src/report/columns.ts";
import { cannot, named, netlab } from "./netlab.ts";

const tables = (line: string, env = {}) => netlab(["path", "tables", ...line.split(" ").filter((it) => it !== "")], { env });
const running = cannot ?? (existsSync("/sys/kernel/btf/vmlinux") ? null : "this kernel has no BTF");

describe.skipIf(running !== null)(named("of the running kernel", running), () => {
  test.for([
    ["",           /^TCP +inet_stream_ops, tcp_prot\n +the family's +the protocol's\n {2}socket +\S inet_create +\S tcp_v4_init_sock \(init\)\n/],
    ["",           /\n {2}listen +\S inet_listen +\S inet_csk_get_port \(get_port\)\n +\S inet_hash \(hash\)\n/],
    ["",           /\n {2}connect +\S inet_stream_connect +\S tcp_v4_connect\n[\s\S]*\nUDP [\s\S]*\n {2}listen +\S sock_no_listen\n/],
    ["",           /\nEvery table +netlab path tables NAME\n/],
    ["connect",    /^TCP\n {2}__sys_connect_file → sock->ops->connect \S inet_stream_connect\n {2}__inet_stream_connect → sk->sk_prot->connect \S tcp_v4_connect\n/],
    ["sendto",     /^TCP\n {2}sock_sendmsg_nosec → sock->ops->sendmsg \S inet_sendmsg\n {2}inet_sendmsg → sk->sk_prot->sendmsg \S tcp_sendmsg\n/],
    ["tcp_prot",   /^proto tcp_prot +net\/ipv4\/tcp_ipv4\.c\n {2}TCP over IPv4; called through sk->sk_prot\n\n {2}close +\S tcp_close {2}← inet_release\n +void \(\*\)\(struct sock \*, long int\)\n/],
    ["udp_protocol --plain", /\n {2}handler +\S+ udp_rcv {2}<- ip_protocol_deliver_rcu\n/],
  ] as const)("netlab path tables %s: %s", ([line, says]) => {
    const { code, out, err } = tables(line);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(says);
    expect(out).not.toContain("✘");
  });

  test("as JSON, a table a line, with what contradicts it", () => {
    const all = tables("--json").out.trimEnd().split("\n").map((it) => JSON.parse(it) as { name: string; slots: { wrong: string | null }[] });
    expect(all.map((it) => it.name)).toEqual(knownTables.map((it) => it.name));
    expect(all.flatMap((it) => it.slots).filter((it) => it.wrong !== null)).toEqual([]);
  });

  test("lines keep to the width", () => {
    for (const width of [60, 80, 160]) {
      for (const line of ["", "connect", "tcp_prot", "inet_stream_ops", "listen --plain"]) {
        const long = tables(line, { COLUMNS: String(width) }).out.split("\n").filter((it) => columns(it) > width && it.includes(", "));
        expect({ width, line, long }).toEqual({ width, line, long: [] });
      }
    }
    expect(tables("--plain").out).not.toMatch(/[^\n\x20-\x7e]/);
  });
});

test.skipIf(cannot !== null).for([
  ["tcp_port",        /^netlab: there is no table, and no call through one, "tcp_port", did you mean tcp_prot\?\n$/],
  ["tcp_prot connect", /^netlab: netlab path tables takes the name of one table, or one call\n$/],
  ["--live",          /^netlab: netlab path tables asks the kernel that is here: leave --live out\n$/],
] as const)(named("netlab path tables %s", cannot), ([line, says]) => {
  const { code, out, err } = tables(line);
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(err).toMatch(says);
});
