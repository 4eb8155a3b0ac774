/** Failed calls in words, and calls that a machine does not have. */
import { describe, expect, test } from "vitest";
import type { Number as CallNumber } from "../../src/abi/parameter.ts";
import { type SyscallName, syscalls } from "../../src/abi/syscalls.ts";
import { refused, SyscallError } from "../../src/sys/syscall-error.ts";
import { HistoryBuilder } from "../contract/history-builder.ts";

const made = new HistoryBuilder("made");

describe("a SyscallError", () => {
  const error = new SyscallError("close", made.call("close", [9], -9));

  test("says the call as strace would, and what its errno means for it", () => {
    expect(error.message).toMatch(/^#1 close\(9\) = -1 EBADF \(Bad file descriptor\)\. \S.*\.$/);
    expect(error.message.endsWith(error.means)).toBe(true);
  });

  test("finds its call again", () => {
    expect(error).toMatchObject({ name: "SyscallError", call: "close", id: 1, errno: "EBADF" });
    expect(error).toBeInstanceOf(Error);
  });
});

describe("a call that a machine lacks", () => {
  const numbers = (name: SyscallName): CallNumber => syscalls[name][0];

  test.each([
    ["recv",   "recv: x86-64 and arm64 have no such call"],
    ["poll",   `poll: ${process.arch} has no such call, only x64 has`],
  ] as const)("%s", (name, message) => expect(refused(name, numbers(name)).message).toBe(message));
});
