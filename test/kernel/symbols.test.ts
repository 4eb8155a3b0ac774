/** The symbol table: from lines of a real one, and lines as other machines have them. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kernelSymbols, parseSymbols, sourceName } from "../../src/kernel/symbols.ts";

const text = readFileSync(new URL("kallsyms-6.18.txt", import.meta.url), "latin1");
const symbols = parseSymbols(text);
const hidden = parseSymbols(text.replaceAll(/^[0-9a-f]{16}/gm, "0".repeat(16)));

test.each([
  ["udp_sendmsg",                                    "udp_sendmsg"],
  ["tcp_schedule_loss_probe.part.0",                 "tcp_schedule_loss_probe"],
  ["__netif_receive_skb_core.constprop.0",           "__netif_receive_skb_core"],
  ["ep_item_poll.isra.12",                           "ep_item_poll"],
  ["schedule.cold",                                  "schedule"],
  ["crypto_blake2b_finup.constprop.0.isra.0.cold",   "crypto_blake2b_finup"],
  ["name.cold.name",                                 "name.cold.name"],
  ["name.partly.0",                                  "name.partly.0"],
  ["name.part",                                      "name.part"],
  ["",                                               ""],
])("%j comes from %j", (symbol, source) => expect(sourceName(symbol)).toBe(source));

describe.each([["with addresses", symbols], ["with zeros", hidden]])("names, %s", (_, table) => {
  test.each([
    "udp_sendmsg", "_text", "__x64_sys_sendto", "tcp_schedule_loss_probe", "tcp_schedule_loss_probe.part.0",
    "ep_item_poll", "__netif_receive_skb_core", "crypto_blake2b_finup", "crypto_blake2b_finup.constprop.0",
    "ftrace_trampoline", "__start_rodata",
  ])("%s is there", (name) => expect(table.has(name)).toBe(true));

  test.each([
    "", " ", "udp_send", "dp_sendmsg", "sendmsg", "T", "T udp_sendmsg", "udp_sendmsg\n", "[__builtin__ftrace]",
    "part.0", "ep_item_poll.", "ffffffff81000000", "no_such",
  ])("%j is not", (name) => expect(table.has(name)).toBe(false));
});

describe("addresses", () => {
  test("are there, or are not shown", () => {
    expect(symbols.addresses).toBe(true);
    expect(hidden.addresses).toBe(false);
    expect(parseSymbols("").addresses).toBe(false);
  });

  test.each<[bigint, string | null, number]>([
    [0xffffffff81e312a0n, "__sys_sendto", 0],
    [0xffffffff81e312a5n, "__sys_sendto", 5],
    [0xffffffff81e3129fn, "__pfx___sys_sendto", 15],
    [0xffffffff82026525n, "tcp_schedule_loss_probe.part.0", 5],
    [0xffffffff81000000n, "srso_alias_untrain_ret", 0],
    [0xffffffffc0201010n, "ftrace_trampoline", 16],
    [0xffffffff82400000n, null, 0],
    [0xffffffff80ffffffn, null, 0],
    [0xffffffffffffffffn, null, 0],
    [0x0fffffff81e312a0n, null, 0],
    [0x81e312a0n,         null, 0],
    [0n,                  null, 0],
    [-1n,                 null, 0],
    [1n << 64n,           null, 0],
  ])("%x lies in %s", (address, name, offset) =>
    expect(symbols.at(address)).toEqual(name === null ? null : { name, offset }));

  test("zeros are no addresses", () => expect(hidden.at(0n)).toBeNull());

  test("per-CPU variables are passed over, modules need not be in order", () => {
    const table = parseSymbols([
      "0000000000000000 A fixed_percpu_data",
      "ffffffff81000100 T first",
      "ffffffff81000200 D data",
      "ffffffff81000300 T second",
      "ffffffffc0502000 t late\t[second_module]",
      "ffffffffc0301000 t early\t[first_module]",
      "ffffffffc0502000 t alias\t[second_module]",
    ].join("\n"));
    expect(table.addresses).toBe(true);
    expect(table.at(0xffffffff81000210n)).toEqual({ name: "first", offset: 0x110 });
    expect(table.at(0xffffffffc0301004n)).toEqual({ name: "early", offset: 4 });
    expect(table.at(0xffffffffc0502004n)).toEqual({ name: "late", offset: 4 });
    expect(table.has("alias")).toBe(true);
    expect(table.at(8n)).toBeNull();
  });

  test("a line that is none of the table's is passed over", () => {
    const before = "ffffffff81000100 T a\nffffffff81000200 T b\n";
    const table = parseSymbols(`${before}fff no addresses T x\nffffffff81000300 T c\n`);
    expect(table.at(0xffffffff81000304n)).toEqual({ name: "c", offset: 4 });
  });

  test("arm64's 52-bit addresses are told apart", () => {
    const table = parseSymbols("fff0000080010000 T low\nffff800080010000 T high\n");
    expect(table.at(0xfff0000080010004n)).toEqual({ name: "low", offset: 4 });
    expect(table.at(0xffff800080010008n)).toEqual({ name: "high", offset: 8 });
  });
});

test("any text is a table, of nothing if need be", () => {
  const line = fc.stringMatching(/^f{0,4}[0-9a-fx]{10,14} ?[tTdW]? ?[a-z.]{0,5}(\t\[m\])?$/);
  const lines = fc.array(line).map((them) => them.join("\n"));
  const address = fc.bigInt({ min: 0xffff_0000_0000_0000n, max: 0xffff_ffff_ffff_ffffn });
  fc.assert(fc.property(fc.oneof(fc.string(), lines), fc.string(), address, (any, name, at) => {
    const table = parseSymbols(any);
    expect(typeof table.has(name)).toBe("boolean");
    expect(table.at(at)?.offset ?? 0).toBeGreaterThanOrEqual(0);
  }));
});

test("the running kernel has its entry points", ({ skip }) => {
  const table = kernelSymbols();
  skip(table === null, "there is no /proc/kallsyms");
  expect(table?.has("do_exit")).toBe(true);
  expect(table?.has("no_such_function")).toBe(false);
  expect(kernelSymbols()).toBe(table);
});
