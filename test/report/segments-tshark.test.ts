/** tshark's second opinion of connections: numbers from each SYN, windows by the scale of both, in all recorded runs. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Event, PacketEvent } from "../../src/lab/events.ts";
import { captureOf } from "../../src/report/capture.ts";
import { parseEvents } from "../../src/report/ndjson.ts";
import { Segments } from "../../src/report/segments.ts";
import { asked, noTshark } from "./tshark.ts";

const folder = new URL("../fixtures/experiments/", import.meta.url);
const isTcp = (it: Event): it is PacketEvent => it.type === "packet" && new Segments().of(it) !== null;
const packetsOf = (file: string): readonly PacketEvent[] =>
  parseEvents(readFileSync(new URL(file, folder), "utf8")).filter(isTcp).sort((a, b) => a.t - b.t);
const runs = readdirSync(folder).filter((it) => it.endsWith(".ndjson"))
  .map((it) => [it.replace(".ndjson", ""), packetsOf(it)] as const).filter(([, packets]) => packets.length > 0);

const FIELDS = ["tcp.seq", "tcp.ack", "tcp.flags.ack", "tcp.window_size", "tcp.len"];
const skipped = noTshark === null ? "" : ` (skipped: ${noTshark})`;

/**
 * Where tshark's windows are not compared: behind a SYN that is repeated after a SYN-ACK without a scale, tshark 4
 * scales by what the SYN offered, though no answer has a scale. The kernel does not: its TCP_INFO has no scale then.
 */
const UNSCALED: ReadonlySet<string> = new Set(["handshake-numbers"]);

test.skipIf(noTshark !== null).each(runs)(`%s${skipped}`, (name, packets) => {
  const segments = new Segments();
  const ours = packets.map((it) => segments.of(it)!).map(({ seq, ack, window, length }) => ({ seq, ack, window, length }));
  const said = asked("tshark", captureOf(packets), "-T", "fields", ...FIELDS.flatMap((it) => ["-e", it]));
  const theirs = said.trimEnd().split("\n").map((line) => {
    const [seq, ack, acks, window, length] = line.split("\t");
    return { seq: Number(seq), ack: /1|True/.test(acks!) ? Number(ack) : null, window: Number(window), length: Number(length) };
  });
  const compared = UNSCALED.has(name) ? (["seq", "ack", "length"] as const) : (["seq", "ack", "length", "window"] as const);
  const of = (all: readonly (typeof ours)[number][]) => all.map((it) => compared.map((field) => it[field]));
  expect(of(ours)).toEqual(of(theirs));
});
