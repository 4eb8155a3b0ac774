/** A run's packets as a capture file, each with the call in which it passed and the kernel's path there. */
import type { CallEvent, Event, PacketEvent, StackEvent } from "../lab/events.ts";
import { unpack } from "../sys/packed-bytes.ts";
import { packetComment } from "./packet-comment.ts";
import { type CaptureDevice, LINKTYPE, pcapngHeader, pcapngPacket } from "./pcapng.ts";

/**
 * The whole file, of the events of one run. `began`: when it did, in ns since 1970; where that is not known,
 * times are those since it began.
 */
export function captureOf(events: readonly Event[], began = 0n): Buffer {
  const packets = events.filter((it) => it.type === "packet");
  const devices = devicesOf(packets);
  const names = devices.map(({ name }) => name);
  const calls = new Map(events.filter((it) => it.type === "call").map((it) => [it.id, it]));
  const stacks = stacksOf(events);
  return Buffer.concat([
    pcapngHeader(originOf(events), devices),
    ...packets.map((it) => pcapngPacket({
      device: names.indexOf(it.device), time: began + BigInt(it.t), bytes: unpack(it.bytes),
      length: it.length, direction: it.direction, comment: commentOf(it, calls, stacks),
    })),
  ]);
}

function originOf(events: readonly Event[]): Parameters<typeof pcapngHeader>[0] {
  const run = events.find((it) => it.type === "run");
  if (run === undefined) return { hardware: "", os: "", application: "netlab" };
  const { machine: { arch, kernel }, netlab } = run;
  return { hardware: arch, os: `Linux ${kernel}`, application: `netlab ${netlab}` };
}

/** In the order in which packets passed them. */
function devicesOf(packets: readonly PacketEvent[]): readonly CaptureDevice[] {
  const types = new Map<string, number>();
  for (const { device, layers } of packets) {
    if (types.has(device)) continue;
    types.set(device, layers[0]?.name === "ethernet" ? LINKTYPE.ETHERNET : LINKTYPE.RAW);
  }
  return [...types].map(([name, linktype]) => ({ name, linktype }));
}

type StacksByCall = ReadonlyMap<number | null, readonly StackEvent[]>;
function stacksOf(events: readonly Event[]): StacksByCall {
  const out = new Map<number | null, StackEvent[]>();
  for (const it of events) {
    if (it.type !== "stack") continue;
    const found = out.get(it.inside);
    if (found === undefined) out.set(it.inside, [it]);
    else found.push(it);
  }
  return out;
}

/** Of the stacks that were seen in the call, the last before the packet. */
function commentOf(
  { inside, t }: PacketEvent, calls: ReadonlyMap<number, CallEvent>, stacks: StacksByCall,
): string {
  if (inside === null) return "";
  const stack = stacks.get(inside)?.findLast((it) => it.t <= t) ?? null;
  return packetComment(calls.get(inside) ?? null, stack);
}
