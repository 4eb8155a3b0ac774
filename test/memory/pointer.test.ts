import { describe, expect, test } from "vitest";
import { i32, size_t } from "../../src/memory/integer.ts";
import { addressOf, buffer, bytesOf, text, Wild, wild } from "../../src/memory/memory.ts";
import { isPointer, pointer, pointerTo } from "../../src/memory/pointer.ts";
import { struct } from "../../src/memory/struct.ts";

const piece = struct("test_piece", 16, {
  base: [0, pointerTo({ to: null, length: "length", wrote: "result" })],
  length: [8, size_t],
});
const letter = struct("test_letter", 48, { first: [0, piece], second: [16, piece], note: [32, pointer], n: [40, i32] });

describe("a pointer in memory", () => {
  test("is its target's address, and leads back to it", () => {
    const target = text("hello");
    const view = piece({ base: target, length: 5 });
    expect(view.$.bytes.readBigUInt64LE(0)).toBe(BigInt(target.address));
    expect(view.base).toBe(target);
    expect(pointer.show(view.base)).toBe(`0x${target.address.toString(16)}`);
  });

  test("takes null, a struct and a wild address", () => {
    const other = piece();
    const view = letter({ note: other });
    expect(view.note).toBe(other);
    view.note = null;
    expect([view.note, view.$.bytes.readBigUInt64LE(32), pointer.show(null)]).toEqual([null, 0n, "NULL"]);
    view.note = wild(0xdead_beef);
    expect(addressOf(view.note)).toBe(0xdead_beef);
  });

  test("that was overwritten leads nowhere known", () => {
    const view = piece({ base: text("x"), length: 1 });
    view.$.bytes.writeBigUInt64LE(0x1234n, 0);
    expect(view.base).toBeInstanceOf(Wild);
    expect(addressOf(view.base)).toBe(0x1234);
    view.$.bytes.fill(0, 0, 8);
    expect(view.base).toBeNull();
  });

  test("that was never written is no target", () => {
    expect(piece().base).toBeInstanceOf(Wild);
  });
});

describe("copying a struct takes its pointers along", () => {
  const inner = piece({ base: text("in"), length: 2 });
  test("into a nested struct", () => {
    const view = letter({ second: inner });
    expect(view.second.base).toBe(inner.base);
  });
  test("out of a nested struct, however deep", () => {
    const outer = letter({ first: inner, note: inner });
    const copy = letter.array([outer, outer]);
    outer.first.base = null;
    for (const it of copy.value) expect([it.first.base, it.second.base, it.note]).toEqual([inner.base, null, inner]);
  });
});

test("isPointer knows them", () => {
  expect([isPointer(pointer), isPointer(piece.fields[0]!.type), isPointer(i32)]).toEqual([true, true, false]);
  expect([pointer.reach, pointerTo({ to: piece, length: "n", wrote: "length" }).reach?.length]).toEqual([null, "n"]);
});

test("two allocations at work do not confuse their targets", () => {
  const [a, b] = [bytesOf(new Uint8Array(8)), buffer(8)];
  pointer.write(a, 0, b);
  expect(pointer.read(a, 0)).toBe(b);
  expect(pointer.read(b, 0)).toBeInstanceOf(Wild);
});
