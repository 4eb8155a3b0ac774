/**
 * From what the instruments saw, in the kernel's own bytes, to events: times on the run's clock, calls by id.
 */
import { kernelBtf } from "../../kernel/btf.ts";
import { type DropReasons, dropReason, dropReasonsIn, dropReasonsOf } from "../../kernel/drop-reasons.ts";
import { kernelSymbols } from "../../kernel/symbols.ts";
import { SIGHT } from "../../sys/log-format.ts";
import type { Sighting } from "../../sys/log-reader.ts";
import { pack } from "../../sys/packed-bytes.ts";
import { framesOf } from "../../witness/frames.ts";
import { SET_STATE } from "../../witness/socket-lives.ts";
import { decodeSample, type StackSample } from "../../witness/stack-sample.ts";
import type { Tracepoint } from "../../witness/tracepoints.ts";
import { wirePacket } from "../../witness/wire-frame.ts";
import type { PacketEvent, StackEvent } from "../events.ts";
import type { CallTimes } from "./call-times.ts";

type Bare<T> = Omit<T, "experiment">;

interface Actor {
  readonly number: number;
  readonly name: string;
}

export class Sights {
  readonly #calls: CallTimes;
  /** Actors by their threads. */
  readonly #actors: Map<number, Actor>;
  readonly #devices = new Map<number, string>();
  #tracepoints: ReadonlyMap<number, Tracepoint> = new Map();
  #reasons: DropReasons | null = null;
  #origin = 0n;
  #ahead: bigint | null = null;

  /** `main` is the thread of the run itself. */
  constructor(calls: CallTimes, main: number) {
    this.#calls = calls;
    this.#actors = new Map([[main, { number: 0, name: "main" }]]);
  }

  /** CLOCK_MONOTONIC when the run began, in ns. */
  beginAt(origin: bigint): void {
    this.#origin = origin;
  }

  /** CLOCK_REALTIME less CLOCK_MONOTONIC, in ns: the first reading counts. */
  clock(ahead: bigint): void {
    this.#ahead ??= ahead;
  }

  devices(names: readonly (readonly [index: number, name: string])[]): void {
    for (const [index, name] of names) this.#devices.set(index, name);
  }

  actor(tid: number, actor: Actor): void {
    this.#actors.set(tid, actor);
  }

  watch(tracepoints: readonly Tracepoint[]): void {
    this.#tracepoints = new Map(tracepoints.map((it) => [it.id, it]));
  }

  /** Null for what is netlab's own doing. */
  event({ what, bytes }: Sighting): Bare<PacketEvent> | Bare<StackEvent> | null {
    return what === SIGHT.frame ? this.#packet(bytes) : this.#stack(bytes);
  }

  /** Whoever sets the clock back while a run goes on cannot set it before the run's beginning. */
  #packet(record: Uint8Array): Bare<PacketEvent> {
    const { device, direction, realtime, length, layers, bytes } = wirePacket(record);
    const t = Math.max(0, Number(realtime - (this.#ahead ?? 0n) - this.#origin));
    return {
      type: "packet", t, device: this.#devices.get(device) ?? `#${device}`, direction,
      inside: this.#calls.any(t), length, layers, bytes: pack(bytes),
    };
  }

  #stack(record: Uint8Array): Bare<StackEvent> | null {
    const sample = decodeSample(record, this.#tracepoints);
    if (sample === null || "lost" in sample) return null;
    const actor = this.#actors.get(sample.tid);
    if (actor === undefined) return null;
    const t = Number(sample.t - this.#origin);
    const inside = this.#calls.of(actor.number, t);
    const frames = framesOf(kernelSymbols(), sample.addresses);
    // A hand-made peer's segments are sent by netlab; what they do to a socket's state is told all the same.
    const isOwn = inside === null && frames.some((it) => ENTRIES.has(it));
    if (isOwn && sample.tracepoint !== SET_STATE) return null;
    const fields = { ...sample.fields, ...this.#dropped(sample) };
    return { type: "stack", t, event: sample.tracepoint, actor: actor.name, inside, frames, fields };
  }

  /** A packet's end, with the name of its reason and, where it is a common one, why in words. */
  #dropped({ tracepoint, fields: { reason } }: StackSample): Readonly<Record<string, string>> {
    if (tracepoint !== "skb:kfree_skb" || typeof reason !== "number") return {};
    this.#reasons ??= this.#dropReasons();
    const { name, why } = dropReason(reason, this.#reasons);
    return { reason_name: name, ...(why !== null && { why }) };
  }

  #dropReasons(): DropReasons {
    const point = [...this.#tracepoints.values()].find((it) => it.name === "skb:kfree_skb");
    const listed = dropReasonsIn(point?.format ?? "");
    const btf = listed.size > 0 ? null : kernelBtf();
    return (btf && dropReasonsOf(btf)) ?? listed;
  }
}

/** Where a thread comes in by a system call of its own: one that is not the experiment's is netlab's. */
const ENTRIES: ReadonlySet<string> =
  new Set(["do_syscall_64", "el0_svc", "do_el0_svc", "invoke_syscall"]);
