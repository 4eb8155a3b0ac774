/** The instruments of a run, in its chamber: opened before the first call, read at scene borders. */
import type { Calls } from "../../sys/calls.ts";
import type { Log } from "../../sys/log.ts";
import { SIGHT } from "../../sys/log-format.ts";
import { SyscallError } from "../../sys/syscall-error.ts";
import { counterReader } from "../../witness/counter-text.ts";
import type { WitnessState } from "../events.ts";
import type { WitnessName } from "../experiment.ts";
import { helpedBy } from "../helped-by.ts";
import type { ChamberNote } from "./job.ts";
import { realtimeAhead } from "./two-clocks.ts";

/** What an instrument is opened with. */
export interface Bench {
  readonly calls: Calls;
  readonly log: Log;
  readonly note: (it: ChamberNote) => void;
  readonly tracepoints: readonly string[];
  /** Nothing runs beside this run. */
  readonly alone: boolean;
  /** The threads of the run: this one, and those of its actors. */
  readonly tids: readonly number[];
}
/** What an instrument does while a run goes on; each part only where it has something to do there. */
interface Instrument {
  /** Of stacks: what is watched. */
  readonly watching?: readonly string[];
  /** Hands over what was seen since it was last asked. */
  drain?(): void;
  /** Gives up what was seen since; answers how much it was. */
  forget?(): number;
  /** Reads levels, at the end of a scene; null: before the first call. */
  border?(ended: string | null): void;
  know?(name: string, fd: number, cookie: string): void;
  /** Also sees where the kernel touches the byte at this address. */
  watch?(address: number): void;
  /** So much could not be kept. */
  lost?(): number;
  end?(): void;
}

/**
 * Each rejects where it is not able; the error's sentence says why. What only one of them needs is loaded
 * when it is wanted: a run starts sooner without it.
 */
const OPEN: Readonly<Record<WitnessName, (bench: Bench) => Promise<Instrument>>> = {
  async counters({ note, alone }) {
    const read = counterReader(alone);
    return { border: (ended) => note({ type: "counters", ended, text: read() }) };
  },
  async state({ calls, note }) {
    const { KnownSockets } = await import("../../witness/known-sockets.ts");
    const sockets = new KnownSockets(calls);
    return {
      know: (name, fd, cookie) => sockets.know(name, fd, cookie),
      border() {
        const samples = sockets.sample();
        if (samples.length > 0) note({ type: "states", samples });
      },
    };
  },
  async wire({ calls, log, note }) {
    const { openWire } = await import("../../witness/wire-ring.ts");
    const ring = openWire(calls);
    const clock = (): void => note({ type: "clock", ahead: String(realtimeAhead(calls)) });
    let named = 0;
    clock();
    return {
      drain() {
        const frames: Uint8Array[] = [];
        ring.drain((bytes) => void frames.push(bytes));
        const names = [...ring.devices()];
        if (names.length > named) note({ type: "devices", names });
        named = names.length;
        for (const it of frames) log.sight(SIGHT.frame, it);
      },
      forget: () => ring.skip(),
      lost: () => ring.lost(),
      end: clock,
    };
  },
  async stacks({ calls, log, note, tracepoints, tids }) {
    const { tracepointsOf } = await import("../../witness/tracepoints.ts");
    const { openStacks } = await import("../../witness/stack-ring.ts");
    const { whyHidden } = await import("../../kernel/symbols-shown.ts");
    const { found, missing } = tracepointsOf(calls, tracepoints);
    if (found.length === 0) throw new Error(missing[0]?.why ?? "this experiment names no tracepoint");
    const hidden = whyHidden();
    if (hidden !== null) throw new Error(hidden);
    const rings = openStacks(calls, found, tids);
    note({ type: "tracepoints", list: found });
    rings.enable();
    return {
      watching: found.map((it) => it.name),
      drain: () => void rings.drain((bytes) => log.sight(SIGHT.stack, bytes)),
      forget: () => rings.skip(),
      watch: (address) => void rings.watchBuffer(address, 0),
      lost: () => rings.lost(),
      end: () => rings.disable(),
    };
  },
};

const SHARED = `this namespace is shared with others${helpedBy("namespace")}`;

/** All instruments of one run. */
export class Instruments {
  readonly states: Readonly<Record<string, WitnessState>>;
  readonly #open: ReadonlyMap<WitnessName, Instrument>;
  readonly #note: Bench["note"];

  private constructor(opened: readonly Opened[], note: Bench["note"]) {
    this.states = Object.fromEntries(opened.map(({ name, state }) => [name, state]));
    this.#open = new Map(opened.flatMap(({ name, instrument }) =>
      (instrument === null ? [] : [[name, instrument]] as const)));
    this.#note = note;
  }

  /**
   * `shared`: the run has no namespace of its own, and what others do there would be taken for its doing.
   */
  static async open(wanted: readonly WitnessName[], bench: Bench, shared: boolean): Promise<Instruments> {
    const opened: Opened[] = [];
    for (const name of wanted) opened.push(await open(name, bench, shared));
    return new Instruments(opened, bench.note);
  }

  /** Reads all of them where a scene ends; null: before the first call. */
  border(ended: string | null): void {
    this.drain();
    for (const it of this.#open.values()) it.border?.(ended);
  }

  drain(): void {
    for (const it of this.#open.values()) it.drain?.();
  }

  /** What was seen since the last drain is counted, and not kept. */
  forget(): { readonly packets: number; readonly stacks: number } {
    const forgotten = (name: WitnessName): number => this.#open.get(name)?.forget?.() ?? 0;
    return { packets: forgotten("wire"), stacks: forgotten("stacks") };
  }

  know(name: string, fd: number, cookie: string): void {
    for (const it of this.#open.values()) it.know?.(name, fd, cookie);
  }

  watch(address: number): void {
    for (const it of this.#open.values()) it.watch?.(address);
  }

  end(): void {
    for (const [witness, it] of this.#open) {
      const count = it.lost?.() ?? 0;
      if (count > 0) this.#note({ type: "lost", witness, count });
      it.end?.();
    }
  }
}

interface Opened {
  readonly name: WitnessName;
  readonly state: WitnessState;
  readonly instrument: Instrument | null;
}

async function open(name: WitnessName, bench: Bench, shared: boolean): Promise<Opened> {
  const unable = (why: string): Opened => ({ name, state: { able: false, why }, instrument: null });
  if (shared && name !== "stacks") return unable(SHARED);
  try {
    const instrument = await OPEN[name](bench);
    const { watching } = instrument;
    return { name, state: { able: true, why: null, ...(watching && { watching }) }, instrument };
  } catch (error) {
    const why = error instanceof SyscallError ? `${error.call} failed with ${error.errno}`
      : (error as Error).message.split("\n", 1)[0]!;
    return unable(`${why}${helpedBy(name)}`);
  }
}
