/** The words that are offered are near, or hold what was typed; far ones are not offered. */
import { expect, test } from "vitest";
import { didYouMean } from "../../src/cli/suggest.ts";

const KNOWN = ["udp-raw", "udp-boundaries", "tcp-raw", "tcp-stream"];

test.for([
  ["udp-boundarys",  ", did you mean udp-boundaries?"],
  ["UDP-RAW",        ", did you mean udp-raw?"],
  ["upd-raw",        ", did you mean udp-raw?"],
  ["tcp-raww",       ", did you mean tcp-raw?"],
  ["ucp-raw",        ", did you mean udp-raw or tcp-raw?"],
  ["stream",         ", did you mean tcp-stream?"],
  ["udp",            ", did you mean udp-raw or udp-boundaries?"],
  ["raw-udp",        ""],
  ["xyzzy",          ""],
  ["u",              ""],
  ["",               ""],
] as const)("%s", ([word, says]) => expect(didYouMean(word, KNOWN)).toBe(says));
