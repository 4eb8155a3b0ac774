/**
 * How much arrived at a socket beyond a hole in the stream, as packets tell: what came there and is not
 * acknowledged yet. What was seen on its way out may have been lost; of that the receiver's SACK tells. What
 * the kernel threw away because its buffer was full is among it: of that no packet tells.
 */
import type { PacketEvent, StateEvent } from "../lab/events.ts";
import type { ToldSegment } from "./segments.ts";

type Range = readonly [from: number, end: number];

/** One direction of a connection, as its receiver has it. */
interface Direction {
  /** All before this is acknowledged. */
  acknowledged: number;
  /** What came in, as far as it was seen to arrive. */
  arrived: readonly Range[];
  /** What the receiver said last that it has beyond the hole. */
  sack: readonly Range[];
}

export class Parked {
  /** By `from>to`, from the sender to the receiver. */
  readonly #directions = new Map<string, Direction>();

  take({ device, direction }: PacketEvent, it: ToldSegment): void {
    if (it.badChecksum) return;
    const forth = this.#of(it.from, it.to);
    if (it.flags.includes("SYN")) Object.assign(forth, fresh());
    if (it.length > 0 && (direction === "in" || device === "lo")) {
      forth.arrived = [...forth.arrived, [it.seq, it.seq + it.length]];
    }
    if (it.ack === null) return;
    const back = this.#of(it.to, it.from);
    back.acknowledged = Math.max(back.acknowledged, it.ack);
    back.sack = it.sack.filter(([from]) => from >= back.acknowledged);
    back.arrived = back.arrived.filter(([, end]) => end > back.acknowledged);
  }

  /** In bytes; 0 where nothing of its packets was seen. */
  at({ local, remote }: StateEvent): number {
    const { acknowledged, arrived, sack } = this.#directions.get(`${remote}>${local}`) ?? fresh();
    const beyond = behindHole(arrived, acknowledged);
    return lengthOf(beyond.length > 0 ? beyond : sack);
  }

  #of(from: string, to: string): Direction {
    const known = this.#directions.get(`${from}>${to}`) ?? fresh();
    this.#directions.set(`${from}>${to}`, known);
    return known;
  }
}

const fresh = (): Direction => ({ acknowledged: 0, arrived: [], sack: [] });

const inOrder = (ranges: readonly Range[]): readonly Range[] => [...ranges].sort(([a], [b]) => a - b);

/** Without what goes on where the acknowledged part ends: that is in order, and its ACK may come later. */
function behindHole(ranges: readonly Range[], acknowledged: number): readonly Range[] {
  let edge = acknowledged;
  return inOrder(ranges).filter(([from, end]) => {
    if (from > edge) return true;
    edge = Math.max(edge, end);
    return false;
  });
}

/** Of all ranges together, where they overlap once. */
function lengthOf(ranges: readonly Range[]): number {
  let [sum, last] = [0, 0];
  for (const [from, end] of inOrder(ranges)) {
    sum += Math.max(0, end - Math.max(from, last));
    last = Math.max(last, end);
  }
  return sum;
}
