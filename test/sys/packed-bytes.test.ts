/** Bytes on their way through the event stream. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pack, unpack } from "../../src/sys/packed-bytes.ts";

/** Short and long runs of any bytes, as memory has them. */
const bytes = fc.array(fc.tuple(fc.nat(255), fc.oneof(fc.nat(3), fc.integer({ min: 14, max: 18 }), fc.nat(5000))), { maxLength: 12 })
  .map((runs) => Buffer.concat(runs.map(([value, length]) => Buffer.alloc(length, value))));

describe("packed bytes", () => {
  test("are the same when they come out, also through JSON", () => fc.assert(fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 9000, size: "max" })), (it) => {
    expect(unpack(JSON.parse(JSON.stringify(pack(it)))).equals(it)).toBe(true);
  }), { numRuns: 200 }));

  test("of a part of memory are that part", () => {
    const whole = Buffer.from("0123456789");
    expect(pack(whole.subarray(3, 6))).toBe("333435");
  });

  test.each([
    [Buffer.alloc(0),                                                        ""],
    [Buffer.from([0, 255, 16]),                                              "00ff10"],
    [Buffer.alloc(4096, 0x78),                                               "78".repeat(4096)],
    [Buffer.alloc(1_000_000, 0x78),                                          [["78", 1_000_000]]],
    [Buffer.concat([Buffer.from("ab"), Buffer.alloc(5000, 1), Buffer.from("c")]), [["6162", 1], ["01", 5000], ["63", 1]]],
    [Buffer.concat([Buffer.alloc(15, 1), Buffer.alloc(5000, 2)]),            [["01".repeat(15), 1], ["02", 5000]]],
  ])("%#: plain up to 4 KiB, runs beyond", (it, packed) => expect(pack(it)).toEqual(packed));

  test("runs of several bytes are repeated", () => expect(unpack([["0102", 3], ["ff", 2], ["", 1]]).toString("hex")).toBe("010201020102ffff"));
});
