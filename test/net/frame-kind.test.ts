/** Of which kind a frame is, as rules of a wire tell them apart. */
import { expect, test } from "vitest";
import { kindOf } from "../../src/net/frame-kind.ts";
import { type End, frameOf } from "../../src/net/tcp-frame.ts";

const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16] as const;
const end: End = { mac: Buffer.from("020000000001", "hex"), address: 0xc000_0201, port: 80 };
const frame = (flags: number, payload = "", spoilt = false): Buffer => frameOf(end, end, {
  flags, seq: 1, ack: 1, window: 1, urgent: 0, options: Buffer.alloc(flags & SYN ? 4 : 0), payload: Buffer.from(payload),
}, spoilt);
const changed = (at: number, to: number): Buffer => Buffer.from(frame(ACK, "x").with(at, to));

test.for([
  ["SYN",                        frame(SYN),                                          "syn"],
  ["SYN-ACK",                    frame(SYN | ACK),                                    "syn"],
  ["SYN with data",              frame(SYN, "early"),                                 "syn"],
  ["ACK",                        frame(ACK),                                          "ack"],
  ["ACK, the frame filled up",   Buffer.concat([frame(ACK), Buffer.alloc(6)]),        "ack"],
  ["data",                       frame(PSH | ACK, "x"),                               "data"],
  ["data, checksum wrong",       frame(ACK, "x", true),                               "data"],
  ["FIN with data",              frame(FIN | ACK, "x"),                               "data"],
  ["FIN",                        frame(FIN | ACK),                                    "any"],
  ["RST",                        frame(RST | ACK),                                    "any"],
  ["RST alone",                  frame(RST),                                          "any"],
  ["ARP",                        changed(13, 6),                                      "any"],
  ["UDP",                        changed(23, 17),                                     "any"],
  ["a piece of one",             frame(ACK, "x").subarray(0, 50),                     "any"],
  ["nothing",                    Buffer.alloc(0),                                     "any"],
] as const)("%s", ([, it, kind]) => expect(kindOf(it)).toBe(kind));
