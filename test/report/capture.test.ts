/** A run's packets as a capture file: devices, times, and what is told of each packet. */
import { describe, expect, test } from "vitest";
import type { CallEvent, Event, PacketEvent, RunEvent, StackEvent } from "../../src/lab/events.ts";
import { captureOf } from "../../src/report/capture.ts";
import { packetComment } from "../../src/report/packet-comment.ts";
import { LINKTYPE, pcapngHeader, pcapngPacket } from "../../src/report/pcapng.ts";
import { lost, made, sent } from "./every-event.ts";
import { asked, noTshark } from "./tshark.ts";

const common = { experiment: "made-up", t: 0 };
const packet = (t: number, over: Partial<PacketEvent> = {}): PacketEvent => ({
  type: "packet", ...common, t, device: "lo", direction: "out", inside: null, length: 5, layers: [{ name: "ethernet", fields: {} }], bytes: "0102030405", ...over,
});
const call = (over = {}): CallEvent => ({ type: "call", ...common, ...sent, ...over });
const stack = (t: number, inside: number, ...frames: readonly string[]): StackEvent =>
  ({ type: "stack", ...common, t, event: "net:net_dev_queue", actor: "main", inside, frames, fields: {} });

const run: RunEvent = {
  type: "run", ...common, schema: 1, netlab: "0.1.0", asks: "?", parameters: {}, chamber: { mode: "root", why: null }, witnesses: {},
  machine: { kernel: "6.18.44", arch: "arm64", node: "v20.20.2", koffi: "3.3.4", uid: 1000 },
};
const history: readonly Event[] = [run, call(), stack(3500, 3, "__sys_sendto", "sock_def_readable"), packet(3600, { inside: 3, length: 47 })];

describe("what is told of a packet", () => {
  const IN = ["entry_SYSCALL_64_after_hwframe", "do_syscall_64", "x64_sys_call", "__x64_sys_sendto"];
  const TELLS: readonly (readonly [what: string, inside: CallEvent | null, stack: StackEvent | null, text: string])[] = [
    ["nothing", null, null, ""],
    ["the call", call(), null, '#3 sendto(3, "hello", 5) = 5'],
    ["another actor's", call({ actor: "writer" }), null, '#3 [writer] sendto(3, "hello", 5) = 5'],
    ["one that never came back", { type: "call", ...common, ...lost }, null, "#5 [reader] recvfrom(3, 0x2000, 2) <unfinished ...>"],
    ["the path behind the entry", call(), stack(0, 3, ...IN, "udp_sendmsg", "ip_send_skb"), '#3 sendto(3, "hello", 5) = 5\nudp_sendmsg → ip_send_skb'],
    ["a long path, in short", null, stack(0, 3, ...IN, ..."abcdefghij"), "a → b → c → d → … → g → h → i → j"],
    ["nine functions, all of them", null, stack(0, 3, ..."abcdefghi"), "a → b → c → d → e → f → g → h → i"],
    ["arm64's entry", null, stack(0, 3, "el0t_64_sync", "el0_svc", "do_el0_svc", "invoke_syscall", "__arm64_sys_sendto", "__sys_sendto", "a"), "__sys_sendto → a"],
  ];
  test.each(TELLS)("%s", (_, inside, of, text) => expect(packetComment(inside, of)).toBe(text));
});

describe("the file", () => {
  test("where it ran, its device, its packet with the call around it", () => {
    expect(captureOf(history)).toEqual(Buffer.concat([
      pcapngHeader({ hardware: "arm64", os: "Linux 6.18.44", application: "netlab 0.1.0" }, [{ name: "lo", linktype: LINKTYPE.ETHERNET }]),
      pcapngPacket({
        device: 0, time: 3600n, bytes: Uint8Array.of(1, 2, 3, 4, 5), length: 47, direction: "out",
        comment: '#3 sendto(3, "hello", 5) = 5\n__sys_sendto → sock_def_readable',
      }),
    ]));
  });

  test("devices in the order in which packets passed them; times from when it began", () => {
    const three = [packet(5), packet(6, { device: "tun0", layers: [{ name: "ip", fields: {} }] }), packet(7, { direction: "in", length: 9 })];
    const head = pcapngHeader({ hardware: "", os: "", application: "netlab" }, [
      { name: "lo", linktype: LINKTYPE.ETHERNET }, { name: "tun0", linktype: LINKTYPE.RAW },
    ]);
    const frame = { bytes: Uint8Array.of(1, 2, 3, 4, 5), length: 5, direction: "out", comment: "" } as const;
    expect(captureOf(three, 1000n)).toEqual(Buffer.concat([
      head, pcapngPacket({ ...frame, device: 0, time: 1005n }), pcapngPacket({ ...frame, device: 1, time: 1006n }),
      pcapngPacket({ ...frame, device: 0, time: 1007n, direction: "in", length: 9 }),
    ]));
  });

  test("of several stacks in a call the last before the packet is told", () => {
    const all: readonly Event[] = [
      call(), { type: "call", ...common, ...made(4, "close", [], 0) },
      stack(10, 3, "first"), stack(15, 4, "another call's"), stack(20, 3, "second"), stack(30, 3, "later"), packet(25, { inside: 3 }), packet(5, { inside: 3 }),
    ];
    const file = captureOf(all).toString("utf8");
    expect(file.match(/#3 [^\0\u0002]*/g)).toEqual(['#3 sendto(3, "hello", 5) = 5\nsecond', '#3 sendto(3, "hello", 5) = 5']);
  });
});

test.skipIf(noTshark !== null)(`tshark reads it${noTshark === null ? "" : ` (skipped: ${noTshark})`}`, () => {
  const said = asked("tshark", captureOf(history, 1_700_000_000_000_000_000n), "-n", "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.comment");
  expect(said).toMatch(/^1700000000\.000003600\t#3 sendto\(3, "hello", 5\) = 5\S*__sys_sendto → sock_def_readable\n$/);
});
