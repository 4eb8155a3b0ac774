/** Offloads by SIOCETHTOOL: what lies behind the pointer, and what is said where a device does not do it. */
import { expect, test } from "vitest";
import type { ifreq } from "../../src/abi/structs/if.ts";
import { type Memory, memoryOf } from "../../src/memory/memory.ts";
import { type Feature, offload, offloaded } from "../../src/net/ethtool.ts";
import { scripted } from "./scripted.ts";

/** A device that keeps what it is told; `stuck`: it takes it and keeps what it has. */
function device(stuck = false) {
  const asked: string[] = [];
  let on = 1;
  const ioctl = (_fd: unknown, request: unknown, arg: unknown): number => {
    const { $, ifr_name, ifr_data } = arg as ReturnType<typeof ifreq>;
    const { bytes } = memoryOf(ifr_data!) as Memory;
    asked.push(`${request} ${ifr_name} ${$.length} ${bytes.toString("hex")}`);
    const isSet = SET.has(bytes.readUInt32LE(0));
    if (isSet && !stuck) on = bytes.readUInt32LE(4);
    if (!isSet) bytes.writeUInt32LE(on, 4);
    return 0;
  };
  return { asked, ...scripted([], { ioctl }) };
}
const SET = new Set([0x15, 0x17, 0x19, 0x1f, 0x24, 0x2c]);
const SIOCETHTOOL = 0x8946;

test.each([
  ["tx-checksum", "16", "17"], ["rx-checksum", "14", "15"], ["sg", "18", "19"], ["tso", "1e", "1f"], ["gso", "23", "24"], ["gro", "2b", "2c"],
] as readonly (readonly [Feature, string, string])[])("%s is read by 0x%s and set by 0x%s", (feature, get, set) => {
  const { asked, calls, made } = device();
  expect(offloaded(calls, "va", feature)).toBe(true);
  offload(calls, "va", feature, false);
  expect(offloaded(calls, "va", feature)).toBe(false);
  const read = `${SIOCETHTOOL} va 40 ${get}00000000000000`;
  expect(asked).toEqual([read, `${SIOCETHTOOL} va 40 ${set}00000000000000`, read, read]);
  expect(made.filter((it) => it.startsWith("socket"))).toEqual(Array(4).fill("socket(2, 524290, 0)"));
  expect(made.filter((it) => it === "close(3)")).toHaveLength(4);
});

test("what the kernel takes and does not do is an error", () => {
  expect(() => offload(device(true).calls, "va", "tso", false)).toThrow(/^va: tso off: it stays on$/);
});

test("a refusal says which, and the socket is closed", () => {
  const { calls, made } = scripted([], { ioctl: () => -95 });
  expect(() => offload(calls, "lo", "tso", true)).toThrow(/^lo: tso on: SIOCETHTOOL is refused with EOPNOTSUPP \(Operation not supported\)$/);
  expect(made.at(-1)).toBe("close(3)");
});

test("a name that would be cut short is refused", () => {
  expect(() => offloaded(device().calls, "sixteencharacter", "tso")).toThrow(RangeError);
});
