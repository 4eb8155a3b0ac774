/** Tables of what a run saw: as wide as they need, below each other where there is no room, "?" where nothing was seen. */
import { describe, expect, test } from "vitest";
import { isHistory } from "../../src/lab/events.ts";
import { History } from "../../src/lab/history.ts";
import { saw, type Table, table, took } from "../../src/lab/table.ts";
import { columns } from "../../src/report/columns.ts";
import { pen } from "../../src/report/pen.ts";
import { pictureLines } from "../../src/report/pictures.ts";
import { events as everyEvent } from "./every-event.ts";

const history = everyEvent.filter(isHistory);
const shown = (it: Table, width: number, plain = false): string => {
  const paper = pen({ width, plain, color: 0, level: "practitioner", quiet: false });
  return paper.print(pictureLines([it], history, paper));
};
const kitchen = table("How long is too long", ["the note", "Linux", "in this run"], [
  ["keepinit", "tcp_syn_retries", "ETIMEDOUT 3.07 s"],
  ["keepidle", "tcp_keepalive_time _intvl _probes", "ETIMEDOUT 2.05 s"],
  ["msl", "(none)", ""],
]);

describe("as they were looked at and found good", () => {
  test.each([[100, false], [62, false], [40, false], [62, true]] as const)("at %i, plain %s", async (width, plain) => {
    await expect(shown(kitchen, width, plain)).toMatchFileSnapshot(`../golden/table/${width}${plain ? "-plain" : ""}.txt`);
  });
});

test("no line is wider than the screen", () => {
  for (let width = 60; width < 120; width += 3) {
    expect(shown(kitchen, width).split("\n").filter((it) => columns(it) > width)).toEqual([]);
  }
});

describe("a cell", () => {
  const call = history.find((it) => it.type === "call" && it.exit !== null)!;
  if (call.type !== "call") throw new Error("there is no call");
  const scene = "nowhere";
  test("says what a history saw", () => {
    const own = new History([history[0]!, { type: "scene", experiment: "x", t: 0, id: "s", text: "" }, call]);
    expect(saw({ s: { [call.name]: 1 } }, (on) => Object.values((on as never as { s: Record<string, { result: { value: number } }> }).s)[0]!.result.value)(own))
      .toBe(String(call.result));
  });
  test("is a question mark where the history has it not", () => {
    expect(saw({ [scene]: { recvfrom: 1 } }, () => "never")(new History(history))).toBe("?");
  });
  test("does not hide a mistake", () => {
    expect(() => saw({}, () => { throw new TypeError("a mistake"); })(new History(history))).toThrow("a mistake");
  });
  test("tells how long in seconds", () => {
    const at = (value: number) => ({ value, seen: "", bent: () => [] });
    expect(took({ entered: at(1_000_000_000), left: at(4_070_000_000) })).toBe("3.07 s");
  });
});
