/** Who may have an io_uring or packet sockets: what the kernel answers when it is asked for one. */
import { describe, expect, test } from "vitest";
import { EFAULT, ENOSYS, EPERM } from "../../src/abi/errno.ts";
import { CannotHere } from "../../src/lab/cannot-here.ts";
import { needsAllowed, whyNoPacket, whyNoRing } from "../../src/lab/chamber/needs-allowed.ts";

const never = (): never => {
  throw new Error("nobody needs to be asked");
};
/** A kernel that gives these answers. */
const answering = (ring: () => number, packet: () => number): NonNullable<Parameters<typeof needsAllowed>[1]> => [
  ["io_uring", "io_uring",       () => whyNoRing(ring),     "io_uring"],
  ["packet",   "packet sockets", () => whyNoPacket(packet), "peer"],
];

describe("an experiment that needs io_uring", () => {
  test.each([
    ["a kernel without",         -ENOSYS, "it needs io_uring: this kernel has none (netlab doctor io_uring)"],
    ["a filter, or the sysctl",  -EPERM,  "it needs io_uring: it is forbidden here, by sysctl kernel.io_uring_disabled or by a seccomp filter (netlab doctor io_uring)"],
    ["whatever else is refused", -1000,   "it needs io_uring: the kernel refuses it (netlab doctor io_uring)"],
  ])("cannot run: %s", (_, answer, why) => {
    expect(() => needsAllowed({ needs: ["io_uring"] }, answering(() => answer, never))).toThrow(new CannotHere(why));
  });

  test("runs where the kernel only misses its parameters", () => {
    expect(() => needsAllowed({ needs: ["veth", "io_uring"] }, answering(() => -EFAULT, never))).not.toThrow();
  });
});

describe("an experiment that needs packet sockets", () => {
  test("cannot run without CAP_NET_RAW", () => {
    expect(() => needsAllowed({ needs: ["packet"] }, answering(never, () => -EPERM)))
      .toThrow(new CannotHere("it needs packet sockets: socket failed with EPERM (netlab doctor peer)"));
  });
  test("runs where it gets one", () => {
    expect(() => needsAllowed({ needs: ["packet"] }, answering(never, () => 7))).not.toThrow();
  });
});

test("who needs none is not asked", () => {
  expect(() => needsAllowed({}, answering(never, never))).not.toThrow();
  expect(() => needsAllowed({ needs: ["root"] }, answering(never, never))).not.toThrow();
});
