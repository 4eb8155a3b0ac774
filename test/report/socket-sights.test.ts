/** States and queues of named sockets, as a scene's border tells them. */
import { describe, expect, test } from "vitest";
import type { PacketEvent, StateEvent } from "../../src/lab/events.ts";
import { pen } from "../../src/report/pen.ts";
import { SocketSights } from "../../src/report/socket-sights.ts";

const sight = (socket: string, state: string, values: StateEvent["values"] | null = null): StateEvent =>
  ({ type: "state", experiment: "x", t: 0, socket, state, seen: values === null ? "tracepoint" : "sample", values: values ?? {} });
/** The lines of each border, one after the other. */
function told(borders: readonly (readonly StateEvent[])[], width = 80, plain = false, whole = false): string {
  const paper = pen({ width, plain, color: 0, level: "advanced", quiet: false });
  const sights = new SocketSights();
  return borders.map((border) => {
    for (const it of border) sights.hold(it);
    return paper.print(sights.lines(whole, paper));
  }).join("--\n");
}
const sender = { recv_q: 0, send_q: 40_960, notsent_bytes: 24_576 };
const reader = { recv_q: 16_384, send_q: 0, notsent_bytes: 0 };

describe("queues", () => {
  const border = [
    sight("listener", "LISTEN", { queued: 2, backlog: 4, half_open: 1 }),
    sight("client", "ESTABLISHED", sender), sight("server", "ESTABLISHED", reader),
  ];
  test.each([
    [80, false, "80"], [80, true, "80-plain"], [60, false, "60"], [160, false, "160"],
  ] as const)("at %i columns, plain %s", async (width, plain, name) => {
    await expect(told([border], width, plain)).toMatchFileSnapshot(`../golden/report/queues/${name}.txt`);
  });
  test("bytes share one scale: half as much is half as long", () => {
    const text = told([[sight("a", "ESTABLISHED", { recv_q: 1000, send_q: 0 }), sight("b", "ESTABLISHED", { recv_q: 500, send_q: 0 })]]);
    const [whole, half] = text.match(/█+/g)!.map((it) => it.length);
    expect(whole).toBe(2 * half!);
  });
  test("a byte is never nothing", () => {
    expect(told([[sight("a", "ESTABLISHED", { recv_q: 1_000_000, send_q: 1 })]])).toMatch(/Send-Q +1 {2}█\n/);
  });
  test("what is empty is told once more, where it was not", () => {
    const empty = { recv_q: 0, send_q: 0 };
    const text = told([[sight("s", "ESTABLISHED", reader)], [sight("s", "ESTABLISHED", empty)], [sight("s", "ESTABLISHED", empty)]]);
    expect(text.match(/Recv-Q +\d[\d,]*/g)).toEqual(["Recv-Q          16,384", "Recv-Q               0"]);
    expect(text.endsWith("--\n")).toBe(true);
  });
  test("a socket that is closed has none", () => {
    const text = told([[sight("s", "ESTABLISHED", sender)], [sight("s", "CLOSE", {})]]);
    expect(text.split("--\n")[1]).toBe("       state  s ESTABLISHED → CLOSE\n");
  });
  test("UDP's is memory", () => {
    expect(told([[sight("rx", "CLOSE", { recv_q: 2304, send_q: 0, drops: 0 })]])).toMatch(/Recv-Q +2,304 {2}█+ +of memory/);
  });
});

describe("beyond a hole", () => {
  /** Bytes from `seq` on come from the other end, or an ACK leaves to it. */
  const segment = (direction: "in" | "out", seq: number, length: number, ack_seq: number, flags: object = {}): PacketEvent => {
    const [saddr, daddr] = direction === "in" ? ["192.0.2.2", "192.0.2.1"] : ["192.0.2.1", "192.0.2.2"];
    const [sport, dport] = direction === "in" ? [40_000, 80] : [80, 40_000];
    return {
      type: "packet", experiment: "x", t: 0, device: "veth0", direction, inside: null, length, bytes: "",
      layers: [{ name: "ip", fields: { saddr, daddr } }, { name: "tcp", fields: { sport, dport, seq, ack_seq, window: 9, length, ack: true, ...flags } }],
    };
  };
  const toldOf = (...packets: readonly PacketEvent[]): string => {
    const paper = pen({ width: 80, plain: false, color: 0, level: "advanced", quiet: false });
    const sights = new SocketSights();
    const opened = [segment("in", 0, 0, 0, { syn: true, ack: false }), segment("out", 0, 0, 1, { syn: true }), segment("in", 1, 0, 1)];
    for (const it of [...opened, ...packets]) sights.hear(it);
    sights.hold({ ...sight("s", "ESTABLISHED", { recv_q: 0, send_q: 0 }), local: "192.0.2.1:80", remote: "192.0.2.2:40000" });
    return paper.print(sights.lines(false, paper));
  };
  test("is what came and does not go on where the acknowledged part ends", () => {
    expect(toldOf(segment("in", 11, 5, 1), segment("out", 1, 0, 1), segment("in", 21, 3, 1))).toMatch(/out of order +8 .*came beyond a hole/);
  });
  test("is not what waits for its ACK, however many segments of it there are", () => {
    expect(toldOf(segment("in", 1, 10, 1), segment("in", 11, 10, 1), segment("in", 21, 10, 1))).not.toContain("out of order");
  });
  test("is nothing any more when the hole is filled, though nobody has said so yet", () => {
    expect(toldOf(segment("in", 11, 10, 1), segment("out", 1, 0, 1), segment("in", 1, 10, 1))).not.toContain("out of order");
  });
});

describe("states", () => {
  test("of one border stand on one line, behind the last that was told", () => {
    expect(told([
      [sight("c", "CLOSE", {})], [sight("c", "SYN_SENT"), sight("s", "SYN_RECV"), sight("c", "ESTABLISHED"), sight("c", "ESTABLISHED", {})],
    ])).toBe("       state  c CLOSE\n--\n       state  c CLOSE → SYN_SENT → ESTABLISHED\n       state  s SYN_RECV\n");
  });
  test("without news nothing is told", () => {
    expect(told([[sight("c", "CLOSE", {})], [sight("c", "CLOSE", {})]])).toBe("       state  c CLOSE\n--\n");
  });
  test("to an expert each is told, with all that was read", () => {
    expect(told([[sight("c", "SYN_SENT"), sight("c", "ESTABLISHED", { recv_q: 3, send_q: 0 })]], 80, false, true))
      .toMatch(/state {2}c SYN_SENT\n +state {2}c ESTABLISHED · recv_q=3 · send_q=0\n +Recv-Q/);
  });
});
