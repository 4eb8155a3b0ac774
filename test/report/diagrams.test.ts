/** A run as a diagram: what recorded runs look like on a time line, in TCP's states, in Mermaid's language. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CallEvent, Event, PacketEvent } from "../../src/lab/events.ts";
import { columns } from "../../src/report/columns.ts";
import { mermaidDiagram, statesText, timelineText } from "../../src/report/diagrams.ts";
import { parseEvents } from "../../src/report/ndjson.ts";
import { pen } from "../../src/report/pen.ts";
import { sequenceOf } from "../../src/report/sequence.ts";
import { sequenceLines } from "../../src/report/sequence-lines.ts";
import type { Style } from "../../src/report/style.ts";

const recorded = (name: string): readonly Event[] =>
  parseEvents(readFileSync(new URL(`../fixtures/experiments/${name}.ndjson`, import.meta.url), "utf8"));
const style = (width: number, plain = false): Style => ({ width, plain, color: 0, level: "advanced", quiet: false });
const RUNS = ["tcp-handshake", "half-open", "ofo-queue", "tcp-blocking-send", "udp-echo", "udp-fragments"];

describe("as it was looked at and found good", () => {
  test.each(RUNS)("%s on a time line", async (name) => {
    await expect(timelineText(recorded(name), null, style(80))).toMatchFileSnapshot(`../golden/report/timeline/${name}-80.txt`);
  });
  test.each([[60, false], [120, false], [80, true]] as const)("tcp-handshake at %i, plain %s", async (width, plain) => {
    await expect(timelineText(recorded("tcp-handshake"), null, style(width, plain)))
      .toMatchFileSnapshot(`../golden/report/timeline/tcp-handshake-${width}${plain ? "-plain" : ""}.txt`);
  });
  test.each(["tcp-handshake", "half-open", "udp-echo"])("%s in Mermaid's language", async (name) => {
    await expect(mermaidDiagram(recorded(name))).toMatchFileSnapshot(`../golden/report/timeline/${name}.mmd`);
  });
  test("tcp-states", async () => {
    await expect(statesText(recorded("tcp-states"), null, style(80))).toMatchFileSnapshot("../golden/report/timeline/tcp-states-states.txt");
  });
});

test("no line is wider than the screen, plain is ASCII", () => {
  for (const name of RUNS) {
    for (const width of [60, 80, 100, 160]) {
      const wide = timelineText(recorded(name), null, style(width)).split("\n").filter((it) => columns(it) > width);
      expect([name, width, wide]).toEqual([name, width, []]);
    }
    expect(timelineText(recorded(name), null, style(80, true))).toMatch(/^[\n\x20-\x7e]*$/);
  }
});

test("names that have no room beside each other stand below each other", () => {
  const names = { left: "one, two, three, four, five 192.0.2.1:80", right: "192.0.2.2", start: 0, rows: [], blind: null };
  const [first, second, ...more] = sequenceLines(names, pen(style(60))).map((it) => it.map(({ text }) => text).join(""));
  expect([first, second, more]).toEqual([`${"ms".padStart(10)} ${names.left}`, names.right.padStart(58), []]);
});
test("a run without TCP's states says so", () => {
  const text = statesText(recorded("udp-echo"), null, style(60));
  expect(text.replaceAll(/\s+/g, " ")).toContain("No socket of TCP that has a name was seen in more than two states.");
  expect(text.split("\n").filter((it) => columns(it) > 60)).toEqual([]);
});
test("where nobody watched the wire, it says so", () => {
  const blind = recorded("tcp-handshake").filter((it) => it.type !== "packet").map((it): Event =>
    (it.type === "run" ? { ...it, witnesses: { ...it.witnesses, wire: { able: false, why: "no CAP_NET_RAW" } } } : it));
  expect(timelineText(blind, null, style(80))).toContain("No packets are drawn: no CAP_NET_RAW.");
  expect(mermaidDiagram(blind)).toContain("Note over l,r: no packets are drawn: no CAP_NET_RAW");
});

describe("what happens between two sides", () => {
  const [run] = recorded("tcp-handshake");
  const call = (name: string, enter: number, exit: number | null, fd: number, result = 0): CallEvent => ({
    type: "call", experiment: "x", t: enter, id: enter, actor: "main", nr: 0, name, result: exit === null ? null : result, errno: null, enter, exit,
    args: [{ name: "fd", flow: "in", value: fd, text: String(fd), layout: null, before: null, after: null, room: 0, wrote: 0 }],
  });
  const packet = (
    t: number, from: number, to: number, device = "lo", direction: "in" | "out" = "out", daddr = "127.0.0.1", length = 1, seq = t,
  ): PacketEvent => ({
    type: "packet", experiment: "x", t, device, direction, inside: null, length: 60, bytes: "",
    layers: [
      { name: "ip", fields: { saddr: "127.0.0.1", daddr } },
      { name: "tcp", fields: { sport: from, dport: to, seq, ack_seq: 0, window: 9, length, syn: false, ack: false } },
    ],
  });
  const rows = (...events: readonly Event[]): readonly string[] =>
    sequenceOf([run!, ...events]).rows.map((it) =>
      (it.is === "scene" ? it.text : `${it.is === "call" ? it.side : `to ${it.to}`}: ${it.says.join(" ")}`));

  test("a call in which nothing passed is one row, another two", () => {
    expect(rows(call("connect", 1, 2, 3), packet(5, 9, 80))).toEqual(["left: connect", "to right: 1:2 win 9"]);
    expect(rows(call("connect", 1, 9, 3), packet(5, 9, 80))).toEqual(["left: connect …", "to right: 1:2 win 9", "left: … connect"]);
  });
  test("a call that never came back only begins", () => {
    expect(rows(call("accept4", 1, null, 3), packet(5, 9, 80))).toEqual(["left: accept4 …", "to right: 1:2 win 9"]);
  });
  test("on the loopback who listens is on the right", () => {
    expect(rows(call("listen", 1, 2, 4), call("connect", 3, 4, 3), packet(5, 9, 80), packet(6, 80, 9)))
      .toEqual(["right: listen", "left: connect", "to right: 1:2 win 9", "to left: 1:2 win 9"]);
  });
  test("over a link all that is ours is on the left", () => {
    expect(rows(call("listen", 1, 2, 4), packet(5, 40_000, 80, "veth0", "in"), packet(6, 80, 40_000, "veth0")))
      .toEqual(["left: listen", "to left: 1:2 win 9", "to right: 1:2 win 9"]);
  });
  test("of several connections the ports are told that differ", () => {
    expect(rows(packet(1, 7, 80), packet(2, 8, 80))).toEqual(["to right: :7 1:2 win 9", "to right: :8 1:2 win 9"]);
  });
  test("where those are the same an address is told, too", () => {
    expect(rows(packet(1, 7, 80), packet(2, 7, 80, "lo", "out", "127.0.0.2")))
      .toEqual(["to right: 127.0.0.1:80 1:2 win 9", "to right: 127.0.0.2:80 1:2 win 9"]);
  });
  test("a server that is called over a link, too, is on the left for all", () => {
    expect(rows(
      call("listen", 1, 2, 4), packet(3, 40_000, 80, "veth0", "in"),
      call("connect", 4, 5, 6), packet(6, 9, 80, "lo", "out", "127.0.0.2"), call("close", 7, 8, 4),
    )).toEqual([
      "left: listen", "to left: :40000 1:2 win 9", "right: connect", "to left: :9 1:2 win 9", "left: close",
    ]);
  });
  test("an ACK with another number than the next tells it: a probe", () => {
    expect(rows(packet(1, 7, 80), packet(2, 7, 80, "lo", "out", "127.0.0.1", 0, 1), packet(3, 7, 80, "lo", "out", "127.0.0.1", 0, 2)))
      .toEqual(["to right: 1:2 win 9", "to right: seq 1 win 9", "to right: win 9"]);
  });
  test("a peer's fence is none of it", () => {
    expect(rows(packet(1, 39_999, 9, "veth0", "in"), packet(2, 9, 39_999, "veth0"))).toEqual([]);
  });
});
