/** Segments in words, and what of a heard segment is not as it was expected. */
import { describe, expect, test } from "vitest";
import { mss, sack, sackOk, type TcpOption, timestamps, wscale } from "../../src/abi/headers/tcp-options.ts";
import { ack, data, fin, rst, syn, synAck } from "../../src/lab/peer.ts";
import { bytesOf } from "../../src/memory/memory.ts";
import type { Segment } from "../../src/net/segment.ts";
import { differences } from "../../src/net/segment-match.ts";
import { segmentText } from "../../src/net/segment-text.ts";

const UNKNOWN: TcpOption = [34, bytesOf([1, 2, 3])];

test.each([
  [syn(),                                             "syn()"],
  [synAck({ ack: 0 }),                                "synAck({ ack: 0 })"],
  [ack(),                                             "ack()"],
  [ack(2920),                                         "ack(2920)"],
  [ack({ seq: 1999, window: 0 }),          "ack({ seq: 1999, window: 0 })"],
  [fin({ length: 540 }),                              "fin({ length: 540 })"],
  [rst({ seq: 0, port: 81 }),                         "rst({ seq: 0, port: 81 })"],
  [data(1460, { seq: 2920 }),                         "data(1460, { seq: 2920 })"],
  [data("Hello"),                                     'data("Hello")'],
  [data("a\0\n"),                                     'data("a\\u0000\\n")'],
  [data("x".repeat(33)),                              "data(33)"],
  [data(1, { badChecksum: true, urgent: 1 }),         "data(1, { urgent: 1, badChecksum: true })"],
  [syn({ options: [mss(1460), sackOk, timestamps(1, 2), wscale(7), UNKNOWN] }), "syn({ options: [mss(1460), sackOk, timestamps(1, 2), wscale(7), option 34 of 3 bytes] })"],
  [ack(0, { options: [sack([[10, 20], [30, 40]])] }), "ack(0, { options: [sack([[10, 20], [30, 40]])] })"],
])("words: %#", (segment, text) => expect(segmentText(segment)).toBe(text));

/** Heard segments have everything. */
const heard = (it: Segment): Segment => ({ seq: 0, ack: 0, window: 64_240, options: [], length: 0, payload: "x".repeat(it.length ?? 0), ...it });

describe("it is that one", () => {
  test.each<readonly [string, Segment, Segment]>([
    ["with more than was named",     ack(),                    ack(5, { seq: 7, options: [sackOk] })],
    ["in all that was named",        ack(5, { seq: 7, window: 1, options: [sackOk] }), ack(5, { seq: 7, window: 1, options: [mss(1), sackOk] })],
    ["without PSH",                  data(5),                  { flags: ["ACK"], length: 5 }],
    ["a RST with ACK",               rst(),                    { flags: ["RST", "ACK"] }],
    ["modulo 2^32",                  rst({ seq: 0xdead_beef }), rst({ seq: 0xdead_beef | 0 })],
    ["text that is x",               data("xxx"),              data(3)],
  ])("%s", (_, wanted, it) => expect(differences(wanted, heard(it))).toEqual([]));
});

describe("it is another", () => {
  test.each<readonly [string, Segment, Segment, readonly string[]]>([
    ["flags",           syn(),                            synAck(),               ["it has ACK"]],
    ["flags missing",   synAck(),                         ack(),                  ["it has no SYN"]],
    ["a RST",           ack(),                            { flags: ["RST"] },     ["it has no ACK", "it has RST"]],
    ["a FIN",           data(3),                          fin({ length: 3 }),     ["it has FIN"]],
    ["no URG",          data(1, { urgent: 1 }),           data(1),                ["urgent is none, not 1"]],
    ["numbers",         ack(1, { seq: 2, window: 3 }),    ack(0),                 ["seq is 0, not 2", "ack is 0, not 1", "window is 64240, not 3"]],
    ["payload for ACK", ack(),                            data(5),                ["length is 5, not 0"]],
    ["length",          data(1460),                       data(1),                ["length is 1, not 1460"]],
    ["text",            data("AAAA"),                     data("BBBB"),           ['payload is "BBBB", not "AAAA"']],
    ["long text",       data("A".repeat(40)),             data("B".repeat(40)),   [`payload is "${"B".repeat(32)}"…, not "${"A".repeat(32)}"…`]],
    ["an option",       syn({ options: [wscale(7)] }),    syn({ options: [mss(1)] }), ["it has no wscale(7)"]],
    ["its value",       syn({ options: [mss(1460)] }),    syn({ options: [mss(536)] }), ["it has mss(536), not mss(1460)"]],
  ])("%s", (_, wanted, it, wrong) => expect(differences(wanted, heard(it))).toEqual(wrong));
});
