/** The way into a namespace and back, also where something on it fails: by the calls that are made. */
import { describe, expect, test } from "vitest";
import { CLONE_NEWNET } from "../../src/abi/constants/sched.ts";
import { newNamespace, within } from "../../src/net/namespaces.ts";
import { scripted } from "./scripted.ts";

/** Where the thread was is opened as 3 and kept as 64, where it is going the same with 65. */
const numbers = (): Readonly<Record<string, () => number>> => {
  let last = 63;
  return { fcntl: () => ++last };
};
const refused = (name: string) => (): never => { throw new Error(`${name} failed`); };
const OPENED = ["openat(-100, 524288, 0)", "fcntl(3, 1030, 64)", "close(3)"];
const BACK = [`setns(64, ${CLONE_NEWNET})`, "close(64)"];

describe("newNamespace", () => {
  test("keeps where it was, goes, sets lo up, keeps where it is, and returns", () => {
    const { calls, made } = scripted([], numbers());
    expect(newNamespace(calls)).toEqual({ fd: 66 });
    expect(made).toEqual([
      ...OPENED, `unshare(${CLONE_NEWNET})`,
      "socket(16, 524291, 0)", "fcntl(3, 1030, 64)", "close(3)", "setsockopt(65, 270, 11, 4)",
      "sendto(65, 32, 0, 0)", "recvfrom(65, 65536, 96)", "close(65)",
      ...OPENED, ...BACK,
    ]);
  });

  test.each(["unshare", "socket", "sendto", "recvfrom"])("returns where %s fails, and leaves nothing open", (name) => {
    const { calls, made } = scripted([], { ...numbers(), [name]: refused(name) });
    expect(() => newNamespace(calls)).toThrow(`${name} failed`);
    expect(made.slice(-2)).toEqual(BACK);
    const opened = made.filter((it) => it.startsWith("fcntl")).length;
    expect(made.filter((it) => /^close\(6\d\)$/.test(it))).toHaveLength(opened);
  });

  test("returns where the new one cannot be opened", () => {
    let opened = 0;
    const openat = (): number => (++opened === 2 ? refused("openat")() : 3);
    const { calls, made } = scripted([], { ...numbers(), openat });
    expect(() => newNamespace(calls)).toThrow("openat failed");
    expect(made.slice(-2)).toEqual(BACK);
  });

  test("goes nowhere where it could not return", () => {
    const { calls, made } = scripted([], { fcntl: refused("fcntl") });
    expect(() => newNamespace(calls)).toThrow("fcntl failed");
    expect(made).toEqual(OPENED);
  });
});

describe("within", () => {
  test("goes, does it, returns, and hands over what it gave", () => {
    const { calls, made } = scripted([], numbers());
    expect(within(calls, { fd: 70 }, () => calls.getpid())).toBe(0);
    expect(made).toEqual([...OPENED, `setns(70, ${CLONE_NEWNET})`, "getpid()", ...BACK]);
  });

  test("returns where the body throws", () => {
    const { calls, made } = scripted([], numbers());
    expect(() => within(calls, { fd: 70 }, refused("body"))).toThrow("body failed");
    expect(made.slice(-2)).toEqual(BACK);
  });
});
