/** A struct of the running kernel as a table, as looks keep it. */
import { describe, expect, test } from "vitest";
import { kernelBtf } from "../../src/kernel/btf.ts";
import { typeTable } from "../../src/kernel/type-table.ts";

const why = kernelBtf() === null ? " (skipped: this kernel has no BTF)" : "";

describe.skipIf(why !== "")(`a kernel's struct${why}`, () => {
  test("with the members that were asked for, in their order in the struct", () => {
    const text = typeTable({ tag: "user_msghdr", members: ["msg_iov", "msg_name"] });
    expect(text!.split("\n")).toEqual([
      "member       offset  size  type",
      "user_msghdr       0    56  struct",
      "msg_name          0     8  void *",
      "msg_iov          16     8  struct iovec *",
      "",
    ]);
  });
  test("without names it is all of them", () => {
    expect(typeTable({ tag: "iovec", members: [] })!.match(/^\w+/gm)).toEqual(["member", "iovec", "iov_base", "iov_len"]);
  });
  test("one that there is not has no text", () => expect(typeTable({ tag: "no_such_struct", members: [] })).toBeNull());
});
