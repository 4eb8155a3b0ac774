/** Who may have an io_uring: what the kernel answers when it is asked for one. */
import { describe, expect, test } from "vitest";
import { EFAULT, ENOSYS, EPERM } from "../../src/abi/errno.ts";
import { CannotHere } from "../../src/lab/cannot-here.ts";
import { ringsAllowed } from "../../src/lab/chamber/rings-allowed.ts";

const never = (): number => {
  throw new Error("nobody needs to be asked");
};

describe("an experiment that needs io_uring", () => {
  test.each([
    ["a kernel without",         -ENOSYS, "it needs io_uring: this kernel has none"],
    ["a filter, or the sysctl",  -EPERM,  "it needs io_uring: it is forbidden here, by sysctl kernel.io_uring_disabled or by a seccomp filter"],
    ["whatever else is refused", -1000,   "it needs io_uring: the kernel refuses it"],
  ])("cannot run: %s", (_, answer, why) => {
    expect(() => ringsAllowed({ needs: ["io_uring"] }, () => answer)).toThrow(new CannotHere(why));
  });

  test("runs where the kernel only misses its parameters", () => {
    expect(() => ringsAllowed({ needs: ["veth", "io_uring"] }, () => -EFAULT)).not.toThrow();
  });
});

test("who needs none is not asked", () => {
  expect(() => ringsAllowed({}, never)).not.toThrow();
  expect(() => ringsAllowed({ needs: ["root"] }, never)).not.toThrow();
});
