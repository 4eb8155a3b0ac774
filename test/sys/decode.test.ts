/** From records of the log to calls: the shape that histories keep. */
import { describe, expect, test } from "vitest";
import { type Call, decode } from "../../src/sys/decode.ts";
import { unpack } from "../../src/sys/packed-bytes.ts";
import { crossed, placeOf } from "./crossing.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const names = ({ args }: Call): readonly string[] => args.map((it) => it.name);

describe("a call", () => {
  const call = crossed("sendto", { words: [3, placeOf(1), 5, 0x40, 0, 0], parts: [{ parameter: 1, before: bytes("hello") }], result: 5 });
  test("has its number, who made it and when", () => {
    expect(call).toMatchObject({ id: 1, actor: "main", name: "sendto", result: 5, errno: null, enter: 5, exit: 9 });
  });
  test("has the kernel's names for its arguments", () => expect(names(call)).toEqual(["fd", "buff", "len", "flags", "addr", "addr_len"]));
  test("has each argument's text, register and bytes", () => {
    expect(call.args[1]).toEqual({ name: "buff", flow: "in", value: placeOf(1), text: '"hello"', layout: null, before: "68656c6c6f", after: null, room: 5, wrote: 0 });
    expect(call.args[3]).toEqual({ name: "flags", flow: "value", value: 64, text: "MSG_DONTWAIT", layout: null, before: null, after: null, room: 0, wrote: 0 });
  });
});

test("a call that failed has the name of its error", () => {
  expect(crossed("close", { words: [-1], result: -9 })).toMatchObject({ result: -9, errno: "EBADF" });
});
test("a call that never came back has neither result nor end", () => {
  expect(crossed("close", { words: [3], result: null })).toMatchObject({ result: null, errno: null, exit: null });
});
test("a register beyond 2^53 is told by its digits", () => {
  expect(crossed("close", { words: [2n ** 60n], result: 0 }).args[0]!.value).toBe("1152921504606846976");
});
test("a call of unknown number is told by it", () => {
  const enter = { kind: "enter", actor: 0, id: 1, t: 0, nr: 9999, transient: false, words: [1], segments: [] } as const;
  expect(decode(enter, null, "main")).toMatchObject({ name: "syscall_9999", args: [] });
});

describe("memory", () => {
  const after = Buffer.concat([bytes("hi"), Buffer.alloc(6, 0xa5)]);
  test("is there as it was and as it is, with how much of it the kernel wrote", () => {
    const call = crossed("read", { words: [3, placeOf(1), 8], parts: [{ parameter: 1, before: Buffer.alloc(8, 0xa5), after, wrote: 2 }], result: 2 });
    const { before, after: left, room, wrote } = call.args[1]!;
    expect([unpack(before!).length, unpack(left!).subarray(0, 2).toString(), room, wrote]).toEqual([8, "hi", 8, 2]);
  });
  test("has the type it was made as; without one the type that the call gives it", () => {
    const timespec = Buffer.alloc(16);
    const made = (type: string): unknown =>
      crossed("clock_gettime", { words: [1, placeOf(1)], parts: [{ parameter: 1, type, before: timespec, after: timespec }], result: 0 }).args[1]!.layout;
    expect([made("timeval"), made("")]).toEqual(["timeval", "timespec"]);
  });
  test("behind a pointer in a struct is an argument of its own, under C's name, without text and the way its bytes go", () => {
    const call = crossed("readv", {
      words: [3, placeOf(1), 1],
      parts: [{ parameter: 1, type: "iovec", before: Buffer.alloc(16) }, { parameter: 1, path: ".iov_base", before: Buffer.alloc(4), after: bytes("abcd") }],
      result: 4,
    });
    expect(names(call)).toEqual(["fd", "vec", "vec.iov_base", "vlen"]);
    expect(call.args.map((it) => it.flow)).toEqual(["value", "in", "out", "value"]);
    expect(call.args[2]).toMatchObject({ text: "", before: "00000000", after: "61626364" });
  });
});
