/** The symbol table: from lines of a real one, and lines as other machines have them. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sourceName } from "../../src/kernel/source-name.ts";
import { kernelSymbols, parseSymbols } from "../../src/kernel/symbols.ts";

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

/** What a table says of an address, by looking at every line of it. */
function byEveryLine(table: string): (address: bigint) => ReturnType<typeof symbols.at> {
  const lines = table.split("\n").flatMap((line) => {
    const [, address, name] = /^fff([0-9a-f]{13}) [tTwW] ([^\t]+)/.exec(line) ?? [];
    return address === undefined ? [] : [{ start: Number.parseInt(address, 16), name: name! }];
  });
  const starts = Float64Array.from(lines, ({ start }) => start);
  return (address) => {
    if (address >> 52n !== 0xfffn) return null;
    const wanted = Number(BigInt.asUintN(52, address));
    let found = -1;
    for (let i = 0; i < starts.length; i++) if (starts[i]! <= wanted && starts[i]! > (starts[found] ?? -1)) found = i;
    const offset = wanted - (starts[found] ?? -Infinity);
    return offset >= 1 << 20 ? null : { name: lines[found]!.name, offset };
  };
}
/** An address near one that is in the table: of the function, before it, in it, far behind it. */
const near = (addresses: readonly bigint[]): fc.Arbitrary<bigint> =>
  fc.tuple(fc.nat(addresses.length - 1), fc.oneof(fc.constantFrom(0n, -1n, 1n, 0xf_ffffn, 0x10_0000n), fc.bigInt(-4096n, 4096n), fc.bigInt(0n, 1n << 26n)))
    .map(([i, by]) => addresses[i]! + by);
const addressesIn = (table: string): readonly bigint[] => [...table.matchAll(/^f[0-9a-f]{15}/gm)].map(([it]) => BigInt(`0x${it}`));

describe("the same as by every line", () => {
  const own = fc.array(fc.tuple(fc.nat(0x3000000), fc.constantFrom(..."tTwWdDbBrRA")), { minLength: 1, maxLength: 60 })
    .map((them) => them.toSorted(([a], [b]) => a - b).map(([at, type], i) => `${(0xffff_ffff_8100_0000n + BigInt(at & ~0xff)).toString(16)} ${type} own_${i}`));
  const percpu = fc.subarray(["0000000000000000 A fixed_percpu_data", "0000000000001000 T cpu_debug_store", "0000000000021000 D gdt_page"]);
  const loaded = fc.array(fc.tuple(fc.constantFrom(0xffff_ffff_c020_0000n, 0xffff_8000_7a00_0000n), fc.nat(0x2000000), fc.constantFrom(..."tTwWdbr")), { maxLength: 60 })
    .map((them) => them.map(([base, at, type], i) => `${(base + BigInt(at & ~0xff)).toString(16)} ${type} loaded_${i}\t[module]`));

  test("of tables with modules above and below, in no order, and per-CPU variables", () => {
    const tables = fc.tuple(percpu, own, loaded).map((parts) => parts.flat().join("\n"));
    const asked = tables.chain((table) => fc.tuple(fc.constant(table), fc.array(near(addressesIn(table)), { minLength: 20, maxLength: 20 })));
    fc.assert(fc.property(asked, ([table, addresses]) => {
      const [now, then] = [parseSymbols(table), byEveryLine(table)];
      for (const it of addresses) expect([it.toString(16), now.at(it)]).toEqual([it.toString(16), then(it)]);
    }), { numRuns: 300 });
  });

  test("of the running kernel", ({ skip }) => {
    const table = process.platform === "linux" ? readFileSync("/proc/kallsyms", "latin1") : "";
    skip(!parseSymbols(table).addresses, "this kernel shows no addresses");
    const [now, then] = [parseSymbols(table), byEveryLine(table)];
    fc.assert(fc.property(near(addressesIn(table)), (it) => {
      expect([it.toString(16), now.at(it)]).toEqual([it.toString(16), then(it)]);
    }), { numRuns: 3000 });
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
