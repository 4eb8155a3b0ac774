import { describe, expect, test } from "vitest";
import { msghdr } from "../../src/abi/structs/message.ts";
import { sockaddr_in, sockaddr_un } from "../../src/abi/structs/sockaddr.ts";
import { dump } from "../../src/memory/dump.ts";
import type { Memory } from "../../src/memory/memory.ts";
import type { AnyStruct } from "../../src/memory/struct.ts";

const drawn = (memory: Memory, layout: AnyStruct, width: number): readonly string[] =>
  dump(memory, layout, width).flatMap((row) => [row.map((it) => it.above), row.map((it) => it.below)])
    .map((cells) => cells.join("  ").trimEnd());

const address = { sin_family: 2, sin_port: 80, sin_addr: "127.0.0.1" };

test("bytes above, names below", () => {
  expect(drawn(sockaddr_in(address).$, sockaddr_in, 80)).toEqual([
    "02 00       00 50     7f 00 00 01  00 00 00 00 00 00 00 00",
    "sin_family  sin_port  sin_addr     sin_zero",
  ]);
});

test("unwritten bytes and holes are drawn", () => {
  const half = sockaddr_in();
  half.sin_port = 80;
  expect(drawn(half.$, sockaddr_in, 80)).toEqual([
    "░░ ░░       00 50     ░░ ░░ ░░ ░░  ░░ ░░ ░░ ░░ ░░ ░░ ░░ ░░",
    "sin_family  sin_port  sin_addr     sin_zero",
  ]);
  expect(drawn(msghdr({ msg_iovlen: 1 }).$, msghdr, 52)).toEqual([
    "00 00 00 00 00 00 00 00  00 00 00 00  ·· ·· ·· ··",
    "msg_name                 msg_namelen  hole",
    "00 00 00 00 00 00 00 00  01 00 00 00 00 00 00 00",
    "msg_iov                  msg_iovlen",
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00",
    "msg_control              msg_controllen",
    "00 00 00 00  ·· ·· ·· ··",
    "msg_flags    hole",
  ]);
});

test("of a long field the first 16 bytes are told", () => {
  expect(drawn(sockaddr_un({ sun_family: 1, sun_path: "/tmp/x" }).$, sockaddr_un, 80)).toEqual([
    "01 00       2f 74 6d 70 2f 78 00 00 00 00 00 00 00 00 00 00 …",
    "sun_family  sun_path",
  ]);
});

describe.each([24, 40, 80, 200])("at %i columns", (width) => {
  test("no row is wider, unless it is one field; both lines of a cell are equally long", () => {
    for (const layout of [sockaddr_in, msghdr, sockaddr_un]) {
      for (const row of dump(layout().$, layout, width)) {
        const wide = row.map((it) => it.above).join("  ").length;
        expect(wide <= width || row.length === 1).toBe(true);
        for (const { above, below } of row) expect(above.length).toBe(below.length);
      }
    }
  });
});
