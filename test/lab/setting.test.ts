/** Parameters: what `--set` may change, and what it answers to everything else. */
import { describe, expect, test } from "vitest";
import { settingsOf, WrongSetting } from "../../src/lab/setting.ts";

const parameters = {
  count: { is: "datagrams", default: 5, from: -2, to: 100 },
  order: { is: "who closes first", default: "client", among: ["client", "server"] },
} as const;

describe("settings", () => {
  test.each([
    [{},                                { count: 5, order: "client" }],
    [{ count: "7" },                    { count: 7, order: "client" }],
    [{ count: "-2" },                   { count: -2, order: "client" }],
    [{ count: "100", order: "server" }, { count: 100, order: "server" }],
  ])("%j", (given, settings) => expect(settingsOf(parameters, given)).toEqual(settings));

  test.each([
    [{ count: "101" },   'count is a whole number from -2 to 100 (datagrams), not "101"'],
    [{ count: "-3" },    'count is a whole number from -2 to 100 (datagrams), not "-3"'],
    [{ count: "1.5" },   'count is a whole number from -2 to 100 (datagrams), not "1.5"'],
    [{ count: "1e1" },   'count is a whole number from -2 to 100 (datagrams), not "1e1"'],
    [{ count: "" },      'count is a whole number from -2 to 100 (datagrams), not ""'],
    [{ order: "both" },  'order is one of client, server, not "both"'],
    [{ orders: "x" },    "there is no parameter orders: it has count, order"],
    [{ toString: "x" },  "there is no parameter toString: it has count, order"],
  ])("%j is refused", (given, message) => {
    expect(() => settingsOf(parameters, given as Readonly<Record<string, string>>)).toThrow(new WrongSetting(message));
  });

  test("an experiment without parameters says so", () => {
    expect(() => settingsOf({}, { count: "1" })).toThrow(new WrongSetting("there is no parameter count: this experiment has none"));
  });
});
