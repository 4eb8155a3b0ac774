import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ipv4 } from "../../src/memory/address.ts";
import { array, char } from "../../src/memory/array.ts";
import { be16, i32, u8, u16, u32, u64, type Wide } from "../../src/memory/integer.ts";
import { layouts } from "../../src/memory/layouts.ts";
import { buffer, bytesOf } from "../../src/memory/memory.ts";
import { prefix } from "../../src/memory/prefix.ts";
import { isStruct, sizeof, struct, union, variant } from "../../src/memory/struct.ts";
import { cell } from "../../src/memory/type.ts";

const point = struct("test_point", 8, { x: [0, i32], y: [4, i32] });
const shape = struct("test_shape", 40, {
  kind:   [0, u16.as({ ROUND: 1 })],
  port:   [2, be16],
  from:   [4, ipv4],
  corner: [8, point],
  name:   [16, char(8)],
  path:   [24, array(u16, 4)],
  area:   [32, u64],
});
const values = fc.record({
  kind: fc.nat(65_535), port: fc.nat(65_535), from: fc.ipV4(),
  corner: fc.record({ x: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), y: fc.nat(2 ** 31 - 1) }),
  name: fc.string({ unit: fc.constantFrom("a", "b", "\xe9"), maxLength: 8 }),
  path: fc.array(fc.nat(65_535), { minLength: 4, maxLength: 4 }),
  area: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
});
const plain = (it: ReturnType<typeof shape>): unknown =>
  ({ kind: it.kind, port: it.port, from: it.from, corner: { x: it.corner.x, y: it.corner.y }, name: it.name, path: it.path, area: BigInt(it.area) });

describe("a struct", () => {
  test("gives back what it was made of, and is bytes that another view reads alike", () => {
    fc.assert(fc.property(values, (init) => {
      const view = shape(init);
      expect(plain(view)).toEqual(init);
      expect(plain(shape.at(bytesOf(view.$.bytes)))).toEqual(init);
    }));
  });

  test("is zero where nothing is named, and unwritten where nothing is said at all", () => {
    expect(shape({ port: 80 }).$.bytes.toString("hex")).toBe(`00000050${"0".repeat(72)}`);
    expect(shape().$.bytes.every((it) => it === 0xa5)).toBe(true);
  });

  test("is live: fields read the bytes, writing them writes the bytes", () => {
    const view = shape({});
    view.$.bytes.writeUInt16BE(8080, 2);
    expect(view.port).toBe(8080);
    view.corner.y = -1;
    expect(view.$.bytes.toString("hex", 12, 16)).toBe("ffffffff");
    view.corner = { x: 1, y: 2 } as never;
    expect(point.show(view.corner)).toBe("{x=1, y=2}");
  });

  test("is copied when assigned, whole: what is not named becomes zero", () => {
    const [a, b] = [point({ x: 1, y: 2 }), shape({ corner: { x: 5, y: 5 } })];
    b.corner = a;
    a.x = 9;
    expect(b.corner.x).toBe(1);
    b.corner = { x: 6 } as never;
    expect([b.corner.x, b.corner.y]).toEqual([6, 0]);
    const list = point.array([a, { y: 3 }]);
    list.value[0]!.x = 0;
    expect([a.x, list.value[1]!.x]).toEqual([9, 0]);
  });

  test("lies anywhere: at() is a cast", () => {
    const memory = bytesOf([0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0]);
    expect(point.at(memory, 4).x).toBe(7);
    expect(point.at(memory.slice(4)).y).toBe(8);
    expect(point.at(point.at(memory, 4)).y).toBe(8);
    expect(() => point.at(memory, 8)).toThrow(RangeError);
  });

  test("shows itself as strace does", () => {
    const view = shape({ kind: 1, port: 80, from: "10.0.0.1", name: "a", corner: { x: 1, y: -1 } });
    expect(shape.show(view)).toBe(
      '{kind=ROUND, port=80, from=10.0.0.1, corner={x=1, y=-1}, name="a", path=[0, 0, 0, 0], area=0}');
  });

  test("refuses a value that does not fit, by name of its type", () => {
    expect(() => shape({ port: 65_536 })).toThrow("65536 does not fit be16 (0…65535)");
    expect(() => point({}).x = 2 ** 31).toThrow(RangeError);
  });
});

describe("its TypeScript type", () => {
  test("is what reading gives and writing takes", () => {
    const view = shape({ area: 1, name: "x" });
    expectTypeOf(view.port).toEqualTypeOf<number>();
    expectTypeOf(view.area).toEqualTypeOf<Wide>();
    expectTypeOf(view.name).toEqualTypeOf<string>();
    expectTypeOf(view.corner.x).toEqualTypeOf<number>();
    expectTypeOf(view.path).toEqualTypeOf<readonly number[]>();
  });
});

describe("a union", () => {
  const data = union("test_data", 8, { all: u64, low: u32, bytes: array(u8, 8) });
  test("has its members in one place, and shows the first", () => {
    const view = data({ low: 7 });
    expect([view.all, view.bytes[0]]).toEqual([7, 7]);
    expect(data.show(view)).toBe("{all=7}");
    expect([data.kind, data.size]).toEqual(["union", 8]);
  });
});

test("members over others are not shown; options.show has the last word", () => {
  const over = struct("test_over", 4, { a: [0, u32], b: [0, u16] }, { over: ["b"] });
  expect(over.show(over({ a: 0x10002 }))).toBe("{a=65538}");
  const own = struct("test_own", 4, { a: [0, u32] }, { show: ({ a }) => `<${a}>` });
  expect(own.show(own({ a: 3 }))).toBe("<3>");
});

test("sizeof, isStruct, and the register of layouts", () => {
  expect([sizeof(point), sizeof(point({})), sizeof(buffer(3)), sizeof(u32)]).toEqual([8, 8, 3, 4]);
  expect([isStruct(point), isStruct(u32), isStruct(null)]).toEqual([true, false, false]);
  expect(point.name).toBe("test_point");
  expect(layouts.get("test_point")).toBe(point);
  variant("test_point", 4, { x: [0, i32] });
  expect(layouts.get("test_point")).toBe(point);
  expect(point().$.type?.name).toBe("test_point");
});

test("a cell is memory with a value", () => {
  const place = cell(be16, 80);
  expect([place.value, place.length, place.bytes.toString("hex")]).toEqual([80, 2, "0050"]);
  place.bytes[0] = 1;
  expect(place.value).toBe(0x150);
});

describe("a prefix", () => {
  test.each([
    [3,  ["kind"]],
    [4,  ["kind", "port"]],
    [20, ["kind", "port", "from", "corner"]],
    [39, ["kind", "port", "from", "corner", "name", "path"]],
  ])("of %i bytes has the fields that are whole", (length, names) => {
    const part = prefix(shape, length)!;
    expect([part.name, part.size, part.fields.map((it) => it.name)]).toEqual(["test_shape", length, names]);
  });
  test("is the struct itself, or nothing", () => {
    expect([prefix(shape, 40), prefix(shape, 99), prefix(shape, 1), prefix(shape, 0)]).toEqual([shape, shape, null, null]);
    expect(layouts.get("test_shape")).toBe(shape);
  });
});
