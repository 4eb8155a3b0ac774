/** Machine-wide counters, as kernels of three ages write them. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseProtocols, parseSoftnet, softnetRows } from "../../src/witness/softnet.ts";

const zeros = (count: number): string => Array<string>(count).fill("00000000").join(" ");
/** Linux 6.18, two CPUs; the second is CPU 3. */
const NEW = `0014eccd 00000002 00000001 ${zeros(5)} 00000000 00000007 00000000 00000005 00000000 00000002 00000003
00110464 ${zeros(11)} 00000003 00000000 00000000
`;
/** Linux 6.1: no queues apart. */
const OLD = `0000000a ${zeros(8)} 00000001 00000000 00000005 00000004\n`;
/** Linux 5.4: a row does not say whose it is. */
const OLDER = `0000000a ${zeros(10)}\n0000000b ${zeros(10)}\n`;

test("rows are CPUs, columns have names", () => {
  expect(softnetRows(NEW)).toEqual([
    { cpu: 0, values: { processed: 0x14eccd, dropped: 2, time_squeeze: 1, cpu_collision: 0, received_rps: 7, flow_limit_count: 0, backlog_len: 5, input_qlen: 2, process_qlen: 3 } },
    { cpu: 3, values: { processed: 0x110464, dropped: 0, time_squeeze: 0, cpu_collision: 0, received_rps: 0, flow_limit_count: 0, backlog_len: 0, input_qlen: 0, process_qlen: 0 } },
  ]);
});

test.each([
  ["6.1", OLD,   [4],    ["processed", "dropped", "time_squeeze", "cpu_collision", "received_rps", "flow_limit_count", "backlog_len"]],
  ["5.4", OLDER, [0, 1], ["processed", "dropped", "time_squeeze", "cpu_collision", "received_rps", "flow_limit_count"]],
])("Linux %s tells less", (_, text, cpus, names) => {
  const rows = softnetRows(text);
  expect(rows.map((it) => it.cpu)).toEqual(cpus);
  expect(Object.keys(rows[0]!.values)).toEqual(names);
});

test("all CPUs together", () => {
  expect(parseSoftnet(NEW)).toMatchObject({ "softnet.processed": 0x14eccd + 0x110464, "softnet.dropped": 2, "softnet.backlog_len": 5 });
  expect(parseSoftnet("")).toEqual({});
});

const PROTOCOLS = `protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em
PACKET    1600      0      -1   NI       0   no   kernel      n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n
UDP-Lite  1344      0       0   NI       0   yes  kernel      y  y  y  n  y  y  y  n  y  y  y  y  n  n  y  y  y  n
TCP       2304      1       2   yes    192   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y
`;
test("protocols: what they keep account of", () => {
  expect(parseProtocols(PROTOCOLS)).toEqual({
    "protocols.PACKET.size": 1600, "protocols.PACKET.sockets": 0,
    "protocols.UDP-Lite.size": 1344, "protocols.UDP-Lite.sockets": 0, "protocols.UDP-Lite.memory": 0,
    "protocols.TCP.size": 2304, "protocols.TCP.sockets": 1, "protocols.TCP.memory": 2, "protocols.TCP.pressure": 1,
  });
});

const isHere = existsSync("/proc/self/net/protocols") && existsSync("/proc/net/softnet_stat");
test.skipIf(!isHere)(`this kernel's${isHere ? "" : " (skipped: no such files here)"}`, () => {
  const rows = softnetRows(readFileSync("/proc/net/softnet_stat", "latin1"));
  expect(rows[0]!.values.processed).toBeGreaterThan(0);
  expect(new Set(rows.map((it) => it.cpu)).size).toBe(rows.length);
  const protocols = parseProtocols(readFileSync("/proc/self/net/protocols", "latin1"));
  expect(protocols["protocols.TCP.size"]).toBeGreaterThan(1000);
  expect(Object.values(protocols).filter(Number.isNaN)).toEqual([]);
});
