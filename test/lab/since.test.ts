/** A claim that holds from one kernel on is not judged on an older one. */
import { expect, test } from "vitest";
import { is } from "../../src/lab/check.ts";
import { claim, since, supports } from "../../src/lab/claim.ts";
import type { Events } from "../../src/lab/fact.ts";
import { judge } from "../../src/lab/judge.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";

const closed = (proof: number): ReturnType<typeof claim> =>
  claim("it closes", { s: { close: 1 } }, ({ s: { close } }) => [is(close.result, proof)], supports("N4-20"), since("5.14"));

function on(kernel: string): Events {
  const made = new HistoryBuilder("made");
  made.scene("s");
  made.call("close", [3], 0);
  return made.events.map((it) => (it.type === "run" ? { ...it, machine: { ...it.machine, kernel } } : it));
}

test.for([
  ["4.19.0",             "unknown", "this holds from Linux 5.14 on, and the run was on 4.19.0"],
  ["5.10.0-46-cloud",    "unknown", "this holds from Linux 5.14 on, and the run was on 5.10.0-46-cloud"],
  ["5.14.0",             "proven",  null],
  ["5.100.0",            "proven",  null],
  ["6.1.0",              "proven",  null],
  ["7.2.13+deb14-cloud", "proven",  null],
] as const)("on %s it is %s", ([kernel, verdict, why]) => {
  expect(judge(closed(0), on(kernel))).toMatchObject({ verdict, why });
});

test("where it is judged it can be refuted", () => expect(judge(closed(1), on("6.1.0")).verdict).toBe("refuted"));
test("it cites what it cited", () => expect(closed(0).cites).toEqual([{ how: "supports", id: "N4-20" }]));
