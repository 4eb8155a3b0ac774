/** Annotations keep to the grammar of GitHub's workflow commands whatever a claim says. */
import { expect, test } from "vitest";
import { annotation } from "../../src/cli/github.ts";
import type { EndEvent, FindingEvent } from "../../src/lab/events.ts";

const finding = (it: Partial<FindingEvent>): FindingEvent =>
  ({ type: "finding", experiment: "udp-raw", t: 0, claim: "it is so", verdict: "refuted", cites: [], evidence: [], why: null, ...it });
const end = (broke: EndEvent["broke"]): EndEvent => ({ type: "end", experiment: "udp-raw", t: 0, proven: 0, refuted: 0, unknown: 0, exit: 70, broke });

test.for([
  ["refuted",     finding({ evidence: ["#1 returned 4, not 3"] }),                "::error title=netlab%3A udp-raw refuted::it is so%0A#1 returned 4, not 3\n"],
  ["escaped",     finding({ claim: "100 %,\r\n::so", experiment: "a:b,c" }),      "::error title=netlab%3A a%3Ab%2Cc refuted::100 %25,%0D%0A::so\n"],
  ["proven",      finding({ verdict: "proven" }),                                 ""],
  ["unknown",     finding({ verdict: "unknown" }),                                ""],
  ["broken",      end({ how: "hang", message: "it sleeps", call: 3 }),            "::error title=netlab%3A udp-raw broke::it sleeps\n"],
  ["unable",      end({ how: "cannot", message: "it needs root", call: null }),   ""],
  ["ended well",  end(null),                                                      ""],
] as const)("%s", ([, event, line]) => expect(annotation(event)).toBe(line));
