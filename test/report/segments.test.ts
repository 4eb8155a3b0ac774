/** Segments as their connection makes them readable: numbers from each SYN, windows by the scale of both. */
import { describe, expect, test } from "vitest";
import type { PacketEvent } from "../../src/lab/events.ts";
import { Parked } from "../../src/report/parked.ts";
import { Segments } from "../../src/report/segments.ts";

interface Said {
  readonly seq?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
  readonly flags?: string;
  readonly wscale?: number;
  readonly sack?: string;
  readonly checksum?: string;
  readonly port?: number;
  readonly direction?: "in" | "out";
}
/** A segment of the peer's to port 80, or (`back`) of ours to it. */
function packet(way: "forth" | "back", said: Said): PacketEvent {
  const { seq = 0, ack, length = 0, window = 100, flags = "", port = 40_000, wscale, sack, checksum = "ok", direction } = said;
  const [peer, own] = [["192.0.2.2", port], ["192.0.2.1", 80]] as const;
  const [from, to] = way === "forth" ? [peer, own] : [own, peer];
  const fields = {
    sport: from[1], dport: to[1], seq, ack_seq: ack ?? 0, window, length, checksum,
    ack: ack !== undefined, syn: flags.includes("SYN"), fin: flags.includes("FIN"), rst: flags.includes("RST"),
    ...(wscale !== undefined && { wscale, options: "wscale" }), ...(sack !== undefined && { sack, options: "sack" }),
  };
  return {
    type: "packet", experiment: "x", t: 0, device: "veth0", direction: direction ?? (way === "forth" ? "in" : "out"),
    inside: null, length: 60, bytes: "",
    layers: [{ name: "ip", fields: { saddr: from[0], daddr: to[0] } }, { name: "tcp", fields }],
  };
}
const read = (...packets: readonly PacketEvent[]) => {
  const segments = new Segments();
  return packets.map((it) => segments.of(it)!);
};
const opened = (scales: readonly (number | undefined)[] = []): readonly PacketEvent[] => [
  packet("forth", { flags: "SYN", seq: 999, ...(scales[0] !== undefined && { wscale: scales[0] }) }),
  packet("back", { flags: "SYN", seq: 0xffff_ffff, ack: 1000, ...(scales[1] !== undefined && { wscale: scales[1] }) }),
];

describe("numbers", () => {
  test("begin at 0 with the SYN of each side, and run over the end of 32 bits", () => {
    const all = read(...opened(), packet("forth", { seq: 1000, ack: 0, length: 10 }), packet("back", { seq: 0, ack: 1010, length: 5 }));
    expect(all.map(({ seq, ack }) => [seq, ack])).toEqual([[0, null], [0, 1], [1, 1], [1, 11]]);
  });
  test("of SACK are the other side's", () => {
    const sacks = read(...opened(), packet("back", { seq: 0, ack: 1000, sack: "2000-3000 4000-4500" }));
    expect(sacks.at(-1)!.sack).toEqual([[1001, 2001], [3001, 3501]]);
  });
});

describe("a segment is in order", () => {
  test.each([
    ["where it begins behind what was sent before", [1, 0],  true],
    ["not where it repeats a number, as probes do", [0, 0],  false],
    ["not where it repeats bytes",                  [1, 10], false],
    ["not beyond a hole",                           [30, 5], false],
  ] as const)("%s", (_, [from, length], said) => {
    const before = from === 1 && length === 0 ? [] : [packet("forth", { seq: 1000, ack: 0, length: 10 })];
    const [last] = read(...opened(), ...before, packet("forth", { seq: 999 + from, ack: 0, length })).slice(-1);
    expect(last!.inOrder).toBe(said);
  });
});

describe("windows", () => {
  const windows = (scales: readonly (number | undefined)[]) =>
    read(...opened(scales), packet("forth", { seq: 1000, ack: 0 }), packet("back", { seq: 0, ack: 1000 })).map((it) => it.window);
  test.each([
    ["are scaled by what their own SYN offered", [7, 2],        [100, 100, 12_800, 400]],
    ["are not, where one SYN had no scale",      [7, undefined], [100, 100, 100, 100]],
    ["are not, where none had one",              [undefined, undefined], [100, 100, 100, 100]],
    ["take a scale above 14 for 14",             [15, 255],     [100, 100, 1_638_400, 1_638_400]],
    ["a scale of 0 is one",                      [0, 3],        [100, 100, 100, 800]],
  ] as const)("%s", (_, scales, said) => expect(windows(scales)).toEqual(said));
  test("are not scaled where nobody saw the SYNs", () => {
    expect(read(packet("forth", { seq: 5, ack: 5 }))[0]!.window).toBe(100);
  });
});

test("what is no whole segment is none", () => {
  const whole = packet("forth", {});
  expect(new Segments().of({ ...whole, layers: whole.layers.slice(0, 1) })).toBeNull();
  expect(new Segments().of({ ...whole, layers: [whole.layers[0]!, { name: "tcp", fields: { sport: 1 } }] })).toBeNull();
});

describe("what lies beyond a hole", () => {
  const parked = (...packets: readonly PacketEvent[]): number => {
    const [segments, all] = [new Segments(), new Parked()];
    for (const it of [...opened(), ...packets]) all.take(it, segments.of(it)!);
    return all.at({
      type: "state", experiment: "x", t: 0, socket: "s", state: "ESTABLISHED", seen: "sample", values: {},
      local: "192.0.2.1:80", remote: "192.0.2.2:40000",
    });
  };
  const arrives = (seq: number, length: number, more: Said = {}): PacketEvent => packet("forth", { seq: 1000 + seq, ack: 0, length, ...more });
  const acked = (upTo: number, more: Said = {}): PacketEvent => packet("back", { seq: 0, ack: 1000 + upTo, ...more });
  test.each([
    ["nothing, where all is in order",           [arrives(0, 100), acked(100)],                                      0],
    ["nothing, while the next is not acknowledged", [arrives(0, 100)],                                               0],
    ["what came behind the hole",                [arrives(0, 100), acked(100), arrives(200, 50), acked(100)],        50],
    ["once, where it came twice",                [arrives(200, 50), arrives(220, 50), acked(0)],                     70],
    ["nothing, when the hole is filled",         [arrives(200, 50), acked(0), arrives(0, 200), acked(250)],          0],
    ["nothing of a spoilt segment",              [arrives(200, 50, { checksum: "wrong" }), acked(0)],                0],
    ["what SACK says, where only its leaving was seen", [arrives(200, 50, { direction: "out" }), acked(0, { sack: "1200-1250" })], 50],
    ["not what a DSACK repeats",                 [acked(300, { sack: "1100-1200" })],                                0],
  ] as const)("%s", (_, packets, bytes) => expect(parked(...packets)).toBe(bytes));
});
