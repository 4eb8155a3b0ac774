/** The ends between which a run's packets pass: on which side of a diagram each is, and how it is called. */
import type { PacketEvent } from "../lab/events.ts";
import type { ToldSegment } from "./segments.ts";
import type { Life } from "./speakers.ts";

export type Side = "left" | "right";
export const opposite = (it: Side | undefined): Side | undefined => it && (it === "left" ? "right" : "left");
const SIDES = ["left", "right"] as const;

/** What a packet is, before its side is a word. */
export interface Parcel {
  readonly event: PacketEvent;
  readonly segment: ToldSegment | null;
  /** `127.0.0.1:80`; empty where it has no address. */
  readonly from: string;
  readonly to: string;
}

const isLooped = ({ event }: Parcel): boolean => event.device === "lo";
const portOf = (it: string): string => it.match(/:\d+$/)?.[0] ?? "";
const hostOf = (it: string): string => it.replace(/:\d+$/, "");

/**
 * What leaves over a link leaves to the right. On the loopback, where everything leaves, who spoke first is
 * on the left; but where the run has a link as well, and is spoken to over it, its servers stay on the left.
 */
export class Ends {
  readonly #sides = new Map<string, Side>();
  readonly #serves: boolean;
  readonly #looped: boolean;
  /** The ends of the connections that have the same ports, by those. */
  readonly #alike = new Map<string, (readonly string[])[]>();

  constructor(parcels: readonly Parcel[]) {
    const all = parcels.filter((it) => it.from !== "");
    this.#looped = all.some(isLooped);
    this.#serves = all.find((it) => !isLooped(it))?.event.direction === "in";
    for (const it of all) this.#place(it);
    const connections = new Set(all.map(({ from, to }) => this.#both(from, to).join(" ")));
    for (const it of connections) {
      const both = it.split(" ");
      const ports = both.map(portOf).join(" ");
      this.#alike.set(ports, [...(this.#alike.get(ports) ?? []), both]);
    }
  }

  #place(it: Parcel): void {
    const speaks = isLooped(it) ? this.sideOf("client") : it.event.direction === "out" ? "left" : "right";
    const side = this.#sides.get(it.from) ?? opposite(this.#sides.get(it.to)) ?? speaks;
    this.#sides.set(it.from, side);
    if (!this.#sides.has(it.to)) this.#sides.set(it.to, opposite(side)!);
  }

  side(end: string): Side | undefined {
    return this.#sides.get(end);
  }

  /** Where a socket is of which only its role is known. */
  sideOf(role: Life["role"]): Side {
    if (!this.#looped || role === null) return "left";
    return (role === "server") === this.#serves ? "left" : "right";
  }

  /** What tells a packet's connection from others: ports, and where those are the same an address, too. */
  labels(from: string, to: string): readonly string[] {
    const both = this.#both(from, to);
    const alike = this.#alike.get(both.map(portOf).join(" ")) ?? [];
    const alone = [1, 0].find((i) => alike.filter((other) => other[i] === both[i]).length === 1);
    return both.flatMap((it, i) => {
      if (alike.length > 1 && i === (alone ?? i)) return [it];
      const several = new Set(this.#of(SIDES[i]!).map(portOf)).size > 1;
      return several && portOf(it) !== "" ? [portOf(it)] : [];
    });
  }

  /** The names of its sockets and their address, as far as they share one. */
  name(side: Side, locals: ReadonlyMap<string, string>): string {
    const ends = this.#of(side);
    const names = [...locals].flatMap(([name, local]) => (ends.includes(local) ? [name] : []));
    const hosts = [...new Set(ends.map(hostOf))];
    const address = ends.length === 1 ? ends[0]! : hosts.length === 1 ? hosts[0]! : "";
    return [names.join(", "), address].filter((it) => it !== "").join(" ") || side;
  }

  #of(side: Side): readonly string[] {
    return [...this.#sides].flatMap(([name, it]) => (it === side ? [name] : []));
  }

  /** The left one first. */
  #both(from: string, to: string): readonly string[] {
    return this.#sides.get(to) === "left" ? [to, from] : [from, to];
  }
}
