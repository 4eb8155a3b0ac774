/** The ring: in memory that the test fills as the kernel would, and in namespaces of its own on the live kernel. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TP_STATUS_USER } from "../../src/abi/constants/packet.ts";
import type { ifreq } from "../../src/abi/structs/if.ts";
import { type tpacket_stats, tpacket2_hdr } from "../../src/abi/structs/packet.ts";
import { sockaddr_ll } from "../../src/abi/structs/sockaddr.ts";
import { allocate } from "../../src/memory/memory.ts";
import type { Calls } from "../../src/sys/calls.ts";
import { wirePacket } from "../../src/witness/wire-frame.ts";
import { openWire, WireRing } from "../../src/witness/wire-ring.ts";
import type { LiveReport } from "./wire-live.ts";

const [SLOT, SLOTS, MAC] = [2048, 4096, 66];

/** A ring as the kernel fills it, one slot after the other, and never one that is not its own. */
class Kernel {
  readonly memory = allocate(SLOT * SLOTS, 0);
  readonly made: string[] = [];
  /** To be told by PACKET_STATISTICS once. */
  drops = 0;
  names: Readonly<Record<number, string>> = { 1: "lo" };
  #next = 0;

  /** A frame of these bytes; false: its slot is not free. */
  frame(bytes: readonly number[], sll_ifindex = 1): boolean {
    const slot = tpacket2_hdr.at(this.memory, this.#next * SLOT);
    if (slot.tp_status !== 0) return false;
    sockaddr_ll.at(this.memory, this.#next * SLOT + 32).sll_ifindex = sll_ifindex;
    this.memory.bytes.set(bytes, this.#next * SLOT + MAC);
    Object.assign(slot, { tp_len: bytes.length, tp_snaplen: bytes.length, tp_mac: MAC, tp_net: MAC + 14, tp_status: TP_STATUS_USER });
    this.#next = (this.#next + 1) % SLOTS;
    return true;
  }

  get calls(): Calls {
    const said = (name: string) => (): number => this.made.push(name);
    return {
      munmap: said("munmap"), close: said("close"),
      getsockopt: (...[, , , stats]: readonly unknown[]) => {
        Object.assign(stats as ReturnType<typeof tpacket_stats>, { tp_packets: 0, tp_drops: this.drops });
        this.drops = 0;
      },
      attempt: {
        ioctl: (...[, , asked]: readonly unknown[]) => {
          const it = asked as ReturnType<typeof ifreq>;
          this.made.push(`name of ${it.ifr_ifindex}`);
          const name = this.names[it.ifr_ifindex];
          if (name === undefined) return -19;
          it.ifr_name = name;
          return 0;
        },
      },
    } as unknown as Calls;
  }
}
const watched = (kernel: Kernel): WireRing => new WireRing(kernel.calls, 9, kernel.memory);
const drained = (ring: WireRing): readonly Uint8Array[] => {
  const out: Uint8Array[] = [];
  expect(ring.drain((it) => out.push(it))).toBe(out.length);
  return out;
};

describe("in memory", () => {
  test("hands over each new frame once, in order, as a record of its own", () => {
    const kernel = new Kernel();
    const ring = watched(kernel);
    expect(drained(ring)).toEqual([]);
    for (const n of [1, 2, 3]) kernel.frame([n, n, n]);
    const records = drained(ring);
    expect(drained(ring)).toEqual([]);
    kernel.memory.bytes.fill(0);
    expect(records.map((it) => [...it.subarray(52)])).toEqual([[1, 1, 1], [2, 2, 2], [3, 3, 3]]);
    expect(wirePacket(records[2]!)).toMatchObject({ device: 1, length: 3, captured: 3, direction: "in" });
  });

  test("goes round, and never hands over more than a ring at once", () => {
    const kernel = new Kernel();
    const ring = watched(kernel);
    for (let n = 0; n < SLOTS; n++) expect(kernel.frame([n & 255, n >> 8])).toBe(true);
    expect(kernel.frame([0])).toBe(false);
    let more = SLOTS;
    const first: number[] = [];
    expect(ring.drain((it) => {
      first.push(it[52]! | (it[53]! << 8));
      kernel.frame([more & 255, more++ >> 8]);
    })).toBe(SLOTS);
    expect(first).toEqual(Array.from({ length: SLOTS }, (_, n) => n));
    expect(drained(ring).map((it) => it[52]! | (it[53]! << 8))).toEqual(Array.from({ length: SLOTS }, (_, n) => SLOTS + n));
  });

  test("gives back what nobody wants to see, and says how many", () => {
    const kernel = new Kernel();
    const ring = watched(kernel);
    for (let n = 0; n < 5; n++) kernel.frame([n]);
    expect([ring.skip(), ring.skip()]).toEqual([5, 0]);
    kernel.frame([7]);
    expect(drained(ring).map((it) => it[52])).toEqual([7]);
  });

  test("sums what was lost: the kernel forgets it when it is read", () => {
    const kernel = new Kernel();
    const ring = watched(kernel);
    kernel.drops = 3;
    expect([ring.lost(), ring.lost()]).toEqual([3, 3]);
    kernel.drops = 2;
    expect(ring.lost()).toBe(5);
  });

  test("asks for a device's name when it is wanted, and for each once", () => {
    const kernel = new Kernel();
    const ring = watched(kernel);
    expect([...ring.devices()]).toEqual([]);
    for (const index of [1, 5, 1]) kernel.frame([0], index);
    drained(ring);
    expect(kernel.made).toEqual([]);
    expect([...ring.devices()]).toEqual([[1, "lo"]]);
    kernel.names = { ...kernel.names, 5: "va" };
    expect([...ring.devices()]).toEqual([[1, "lo"], [5, "va"]]);
    ring.devices();
    expect(kernel.made).toEqual(["name of 1", "name of 5", "name of 5"]);
  });

  test("is closed once, and then there is nothing in it", () => {
    const kernel = new Kernel();
    const ring = watched(kernel);
    kernel.frame([1]);
    ring.close();
    ring.close();
    expect(kernel.made).toEqual(["munmap", "close"]);
    expect([drained(ring).length, ring.skip()]).toEqual([0, 0]);
  });

  test("where it cannot be opened, its socket is closed and the error is told", () => {
    const closed: number[] = [];
    const calls = {
      socket: () => 9,
      setsockopt: () => { throw new Error("setsockopt: EPERM"); },
      attempt: { close: (fd: number) => closed.push(fd) },
    } as unknown as Calls;
    expect(() => openWire(calls)).toThrow("setsockopt: EPERM");
    expect(closed).toEqual([9]);
  });
});

const runs = (...command: readonly string[]): boolean => spawnSync(command[0]!, command.slice(1)).status === 0;
const WAYS = [["as root", ["unshare", "-n"]], ["as anybody", ["unshare", "-Urn"]]] as const;

describe.each(WAYS)("on the live kernel, %s", (_, way) => {
  const cannot = process.platform !== "linux" ? "it needs Linux" : runs(...way, "true") ? null : `${way.join(" ")} is not allowed`;
  const skipped = cannot === null ? "" : ` (skipped: ${cannot})`;
  const folder = mkdtempSync(join(tmpdir(), "netlab-wire-"));
  let report: LiveReport;

  beforeAll(async () => {
    if (cannot !== null) return;
    const [koffi, child] = [resolve("node_modules/koffi/index.js"), join(folder, "wire-live.mjs")];
    await build({
      entryPoints: ["test/witness/wire-live.ts"], outfile: child, bundle: true, format: "esm", platform: "node", target: "node20",
      alias: { koffi }, external: [koffi], logLevel: "warning",
    });
    const { status, stdout, stderr } = spawnSync(way[0], [...way.slice(1), process.execPath, child], { encoding: "utf8", timeout: 50_000 });
    if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`);
    report = JSON.parse(stdout) as LiveReport;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.skipIf(cannot !== null)(`each packet over lo is seen once, as it leaves, in order${skipped}`, () => {
    expect(report.datagrams).toEqual(Array.from({ length: 100 }, (_, n) => `lo out ${n}`));
    expect(report.devices).toEqual([[1, "lo"]]);
  });

  test.skipIf(cannot !== null)(`its time lies within the call that sent it${skipped}`, () => {
    expect(report.outside).toBe(0);
  });

  test.skipIf(cannot !== null)(`a connection's segments are seen once each${skipped}`, () => {
    expect(report.connection.slice(0, 4)).toEqual(["syn", "syn ack", "ack", "ack psh"]);
    const others = report.connection.slice(4);
    expect(others.filter((it) => it === "ack fin")).toHaveLength(2);
    expect(others.filter((it) => it !== "ack fin" && it !== "ack")).toEqual([]);
  });

  test.skipIf(cannot !== null)(`over veth both directions are kept${skipped}`, () => {
    expect(report.veth.filter((it) => it.endsWith("icmp"))).toEqual(["out icmp", "in icmp"]);
  });

  test.skipIf(cannot !== null)(`what is skipped is counted alike; what found no slot is lost, and no more than that${skipped}`, () => {
    expect(report).toMatchObject({ skipped: 50, full: SLOTS, lost: 100, after: 1 });
  });

  test.skipIf(cannot !== null)(`closed, it leaves no descriptor and no mapping behind${skipped}`, () => {
    expect(report.left).toBe(0);
  });
});
