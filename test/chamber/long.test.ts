/** Long loops: recorded in sum, while the supervisor reads the record. */
import { expect, test } from "vitest";
import { cannot, fixture, named, netlab } from "./netlab.ts";

test.skipIf(cannot !== null).for([1, 2000, 50_000])(named("%i rounds are one line of the trace, and what follows is not lost"), async (rounds) => {
  const it = netlab(["run", fixture("long.mjs"), "--set", `rounds=${rounds}`, "--json"]);
  const { code, events } = await it.ended;
  const times = events.flatMap((event) => (event.type === "times" ? event.calls.map(({ name, count, results }) => [name, count, results]) : []));
  expect(times).toEqual([["sendto", rounds, [[1, rounds]]], ["recvfrom", rounds, [[1, rounds]]]]);
  expect(events.flatMap((event) => (event.type === "call" && event.actor === "main" ? [event.name] : []))).toEqual(["socket", "bind", "getsockname", "close"]);
  expect(code).toBe(0);
  expect(await it.left()).toEqual([]);
});
