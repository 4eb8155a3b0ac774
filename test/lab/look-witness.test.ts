/** Looks: tables of /proc/net as Linux 6.18 wrote them, structs, plain bytes. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tpacket2_hdr } from "../../src/abi/structs/packet.ts";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import type { LookEvent } from "../../src/lab/events.ts";
import { type Events, type Fact, NotInHistory } from "../../src/lab/fact.ts";
import { type LookWitness, lookWitness } from "../../src/lab/look-witness.ts";
import { buffer, text } from "../../src/memory/memory.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";
import { frozen } from "./frozen.ts";

/** The look, and how to look again at what a bend made of it. */
function looked(...what: Parameters<HistoryBuilder["look"]>): { readonly look: LookWitness; again<T>(fact: Fact<T>, to: T): LookWitness } {
  const made = new HistoryBuilder("made");
  made.look(...what);
  const events = frozen(made.events);
  const witness = (some: Events): LookWitness => lookWitness(some.find((it): it is LookEvent => it.type === "look")!, some);
  return { look: witness(events), again: (fact, to) => witness(fact.bent(to)) };
}
const file = (name: string): string => readFileSync(new URL(`proc-net-${name}-6.18.txt`, import.meta.url), "latin1");
const tables = { dev: looked("dev", `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:   32044      68    0    0    0     0          0         0    32044      68    0    1    0     0       0          0
 veth0:     180       2    0    7    0     0          0         0      270       3    0    0    0     0       0          0
`), udp: looked("udp", file("udp")), tcp: looked("tcp", file("tcp")), unix: looked("unix", `Num       RefCount Protocol Flags    Type St Inode Path
00000000ad3f2523: 00000010 00000000 00010000 0001 01 148965 /run/x y
`) };

describe("the words of a file", () => {
  const { look, again } = looked("registers", "45 0x3\t0x7f00 \n0x40\n");
  test.each([[0, "45"], [1, "0x3"], [2, "0x7f00"], [3, "0x40"]])("word %i is %s, and can be bent alone", (n, value) => {
    expect(look.word(n)).toMatchObject({ value, seen: `look “registers”: word ${n}` });
    const bent = again(look.word(n), "x");
    expect([0, 1, 2, 3].map((it) => bent.word(it).value)).toEqual(["45", "0x3", "0x7f00", "0x40"].with(n, "x"));
  });
  test("a space before the first is no word, and stays", () => {
    const indented = looked("uptime", "  7 8");
    expect([0, 1].map((n) => indented.look.word(n).value)).toEqual(["7", "8"]);
    expect(indented.again(indented.look.word(0), "x").text.value).toBe("  x 8");
    expect(() => indented.look.word(2)).toThrow(NotInHistory);
    expect(() => looked("none", " \n").look.word(0)).toThrow(NotInHistory);
  });
  test("there are no more", () => expect(() => look.word(4)).toThrow(new NotInHistory("look “registers” has no word 4")));
});

describe("the order of a file's lines", () => {
  const { look, again } = looked("protocols", "protocol size\nUNIX 1\nTCPv6 2\nTCP 3\n");
  const both = look.order(["TCP", "UNIX"]);
  test("is that in which they stand, of those that are asked for alone", () => {
    expect(both).toMatchObject({ value: ["UNIX", "TCP"], seen: "look “protocols”: the order of its lines:" });
    expect(look.order(["ALG"]).value).toEqual([]);
  });
  test.each([[["TCP", "UNIX"]], [["TCP"]], [[]]])("can be bent to %j, and no other line changes", (to) => {
    const bent = again(both, to);
    expect(bent.order(["TCP", "UNIX"]).value).toEqual(to);
    expect(bent.order(["protocol", "TCPv6"]).value).toEqual(["protocol", "TCPv6"]);
  });
});

describe("a table of /proc/net", () => {
  /** Two UDP sockets, of which one has 10 + 20 + 30 bytes waiting; a listener with two connections waiting, one accepted with 100 bytes. */
  const table: readonly (readonly [file: keyof typeof tables, heading: string, row: number, value: number])[] = [
    ["udp",  "rx_queue",  0, 2496],     ["udp",  "rx_queue",  1, 0],
    ["udp",  "tx_queue",  0, 0],        ["udp",  "st",        0, 7],
    ["udp",  "tr",        0, 0],        ["udp",  "tm->when",  0, 0],
    ["udp",  "retrnsmt",  0, 0],        ["udp",  "uid",       0, 0],
    ["udp",  "inode",     0, 203_009],  ["udp",  "inode",     1, 203_010],
    ["udp",  "ref",       0, 2],        ["udp",  "drops",     1, 0],
    ["tcp",  "st",        0, 10],       ["tcp",  "rx_queue",  0, 2],
    ["tcp",  "st",        1, 1],        ["tcp",  "rx_queue",  1, 100],
    ["tcp",  "inode",     0, 203_011],  ["tcp",  "inode",     2, 0],
    ["dev",  "Receive packets", 0, 68], ["dev",  "Receive drop",    0, 0],
    ["dev",  "Transmit drop",   0, 1],  ["dev",  "Receive drop",    1, 7],
    ["dev",  "Transmit bytes",  1, 270], ["dev", "Transmit compressed", 1, 0],
    ["unix", "RefCount",  0, 16],       ["unix", "Flags",     0, 0x10000],
    ["unix", "St",        0, 1],        ["unix", "Inode",     0, 148_965],
  ];
  test.each(table)("%s: %s of row %i is %i", (name, heading, row, value) => {
    expect(tables[name].look.column(heading, row).value).toBe(value);
  });

  test("the first row is meant where none is said", () => {
    expect(tables.udp.look.column("rx_queue")).toMatchObject({ value: 2496, seen: "look “udp”: rx_queue of row 0:" });
  });

  test.each(table)("%s: %s of row %i can be bent, and nothing else changes", (name, heading, row) => fc.assert(fc.property(fc.nat(0xffff), (to) => {
    const bent = tables[name].again(tables[name].look.column(heading, row), to);
    for (const [other, column, line, value] of table) {
      if (other === name) expect(bent.column(column, line).value).toBe(column === heading && line === row ? to : value);
    }
  }), { numRuns: 10 }));

  test.each([
    ["udp",  "rx_bytes",      0, "look “udp” has no column rx_bytes"],
    ["udp",  "rx_queue",      2, "look “udp” has no row 2"],
    ["udp",  "local_address", 0, "look “udp” has no number in local_address of row 0: 0100007F:9C40"],
    ["udp",  "sl",            0, "look “udp” has no number in sl of row 0: 8648:"],
    ["udp",  "pointer",       0, "look “udp” has no number in pointer of row 0: 0000000011ec880"],
    ["dev",  "drop",          0, "look “dev” has no column drop"],
    ["dev",  "Transmit drop", 2, "look “dev” has no row 2"],
    ["dev",  "Inter- face",   0, "look “dev” has no number in Inter- face of row 0: lo:"],
    ["unix", "Path",          0, "look “unix” has no number in Path of row 0: /run/x"],
  ] as const)("%s: %s of row %i is no number of the history", (name, heading, row, message) => {
    expect(() => tables[name].look.column(heading, row)).toThrow(NotInHistory);
    expect(() => tables[name].look.column(heading, row)).toThrow(message);
  });

  test.each(["", "\n\n", "sl st\n", "sl st\n 1:\n"])("text %j has no such cell", (it) => {
    expect(() => looked("made", it).look.column("st")).toThrow(NotInHistory);
  });
});

describe("structs", () => {
  const slots = looked("slots", [1, 0, 5].map((tp_status) => tpacket2_hdr({ tp_status, tp_len: 60 })));

  test.each([[0, 1], [1, 0], [2, 5]])("slot %i", (n, status) => expect(slots.look.field("tp_status", n).value).toBe(status));
  test("the first is meant where none is said", () => expect(slots.look.field("tp_len").value).toBe(60));

  test("a field can be bent, in its struct alone", () => fc.assert(fc.property(fc.nat(), fc.nat(2), (to, n) => {
    const bent = slots.again(slots.look.field("tp_status", n), to);
    expect([0, 1, 2].map((it) => bent.field("tp_status", it).value)).toEqual([1, 0, 5].with(n, to));
  })));

  test("an address is text", () => {
    const address = looked("addr", [sockaddr_in({ sin_addr: "192.0.2.7" })]);
    expect(address.look.field("sin_addr").value).toBe("192.0.2.7");
    expect(address.again(address.look.field("sin_addr"), "192.0.2.8").field("sin_addr").value).toBe("192.0.2.8");
  });

  test.each([["tp_none", 0], ["tp_status.x", 0], ["tp_status", 3]])("%s of %i is not there", (name, n) => {
    expect(() => slots.look.field(name, n)).toThrow(NotInHistory);
  });

  test("text has no fields, memory no text", () => {
    expect(() => tables.udp.look.field("st")).toThrow(new NotInHistory("look “udp” has no memory 0"));
    expect(() => slots.look.text).toThrow(new NotInHistory("look “slots” has no text"));
    expect(() => slots.look.column("st")).toThrow(NotInHistory);
  });
});

describe("plain bytes and texts", () => {
  test("bytes", () => {
    const it = looked("bytes", [{ $: text("abc") }, { $: buffer(2) }]);
    expect([it.look.bytes().value, it.look.bytes(1).value]).toEqual(["abc", "\xa5\xa5"]);
    expect(it.again(it.look.bytes(1), "xy").bytes(1).value).toBe("xy");
    expect(() => it.look.field("x")).toThrow(NotInHistory);
  });

  test("a whole text", () => {
    const it = looked("file", "one\n");
    expect(it.look.text.value).toBe("one\n");
    expect(it.again(it.look.text, "two\n").text.value).toBe("two\n");
  });

  const dev = looked("links", `Inter-|   Receive  |  Transmit
 face |bytes    packets|bytes    packets
    lo:       0       0        0       0
 veth0:      42       1       42       1
`);
  test.each([[":", 2], ["lo:", 1], ["eth1:", 0], ["face", 1], ["", 5]])("lines with %j: %i", (containing, count) => {
    expect(dev.look.lines(containing)).toMatchObject({ value: count, seen: `look “links”: lines with ${JSON.stringify(containing)}:` });
  });

  test.each([":", "lo:", "eth1:"])("lines with %j can be bent, and the others stay", (containing) => fc.assert(fc.property(fc.nat(20), (to) => {
    const bent = dev.again(dev.look.lines(containing), to);
    expect([bent.lines(containing).value, bent.lines("face").value]).toEqual([to, 1]);
  })));

  test("memory has no lines", () => {
    expect(() => looked("bytes", [{ $: text("a\nb") }]).look.lines("a")).toThrow(new NotInHistory("look “bytes” has no text"));
  });
});

test("a row may be named by its first word", () => {
  const table = looked("sock", "member  offset  size  type\nsock         0   784  struct\nsk_state    18     1  unsigned char\n");
  expect(table.look.column("offset", "sk_state")).toMatchObject({ value: 18, seen: "look “sock”: offset of sk_state:" });
  expect(() => table.look.column("offset", "sk_none")).toThrow("look “sock” has no row sk_none");
});
