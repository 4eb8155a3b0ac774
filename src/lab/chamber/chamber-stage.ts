/** The stage of a run inside its chamber: every word becomes a note in the log. */
import { readFileSync } from "node:fs";
import { SO_COOKIE, SOL_SOCKET } from "../../abi/constants/socket.ts";
import type { KernelStruct } from "../../kernel/type-table.ts";
import { int, u64 } from "../../memory/integer.ts";
import type { Memory } from "../../memory/memory.ts";
import { isStruct } from "../../memory/struct.ts";
import { cell } from "../../memory/type.ts";
import type { Net } from "../../net/net.ts";
import type { Calls } from "../../sys/calls.ts";
import { type PackedBytes, pack } from "../../sys/packed-bytes.ts";
import type { LogRecorder, Sum } from "../../sys/recorder.ts";
import type { Setting } from "../events.ts";
import { headingLines } from "../heading.ts";
import { OPENING } from "../history.ts";
import type { Peer } from "../peer.ts";
import type { Actor, Seeable, Stage, Until } from "../stage.ts";
import type { ActorPool } from "./actor-pool.ts";
import type { Instruments } from "./instruments.ts";
import type { ChamberNote, SumNote } from "./job.ts";
import { setSysctl } from "./set-sysctl.ts";
import type { Surroundings } from "./surroundings.ts";

interface Props {
  readonly recorder: LogRecorder;
  readonly note: (it: ChamberNote) => void;
  readonly pool: ActorPool;
  readonly settings: Readonly<Record<string, Setting>>;
  readonly instruments: Instruments;
  /** Null: the experiment declared no need of any. */
  readonly surroundings: Surroundings | null;
  /** Calls of the chamber itself. */
  readonly chamber: Calls;
}

export class ChamberStage implements Stage {
  readonly set: Readonly<Record<string, Setting>>;
  readonly #it: Props;
  #scene = OPENING;

  constructor(it: Props) {
    this.#it = it;
    this.set = it.settings;
  }

  /** Reads the witnesses as they stand before the first call. */
  open(): void {
    this.#border(null);
  }

  /** Ends the last scene. */
  close(): void {
    this.#border(this.#scene);
    this.#it.instruments.end();
  }

  say = (text: string): void => this.#it.note({ type: "say", text });

  scene = (id: string, text = ""): void => {
    this.#border(this.#scene);
    this.#scene = id;
    this.#it.note({ type: "scene", id, text });
  };

  look = (
    name: string, what: Seeable | readonly Seeable[] | KernelStruct | string, containing?: string,
  ): void => {
    if (typeof what === "string") {
      this.#it.note({ type: "look", name, of: what, text: fileText(what, containing), memory: null });
    } else if ("tag" in what && !("$" in what)) {
      this.#it.note({ type: "kernel struct", name, what });
    } else {
      const memory = (Array.isArray(what) ? what : [what]).map(seen);
      this.#it.note({ type: "look", name, of: null, text: null, memory });
    }
  };

  times = (label: string, rounds: number | Until, body: (round: number) => void): void => {
    let round = 0;
    this.#it.instruments.drain();
    const sums = this.#it.recorder.summing((received) => {
      if (typeof rounds === "number") while (round < rounds) body(round++);
      else while (received() < rounds.bytes) body(round++);
    });
    const told = [...sums].map(([nr, sum]) => sumNote(nr, sum));
    const passed = this.#it.instruments.forget();
    this.#it.note({ type: "times", label, rounds: round, sums: told, ...passed });
    this.#it.recorder.keep(sums);
  };

  start = <A extends object>(
    actor: (calls: Calls, given: A) => unknown, given: A, how: { readonly as?: "thread" | "process" } = {},
  ): Actor =>
    this.#it.pool.start(actor as never, given, how.as ?? "thread");

  known = (name: string, fd: number): void => {
    const cookie = cell(u64, 0);
    this.#it.chamber.getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, int(8));
    this.#it.note({ type: "known", name, fd, cookie: String(cookie.value) });
    this.#it.instruments.know(name, fd, String(cookie.value));
  };

  watch = (it: Seeable): void => this.#it.instruments.watch(("$" in it ? it.$ : it).address);

  sysctl = setSysctl;

  get net(): Net {
    return this.#around("net").net;
  }

  get peer(): Peer {
    return this.#around("peer").peer;
  }

  #around(what: string): Surroundings {
    const { surroundings } = this.#it;
    if (surroundings !== null) return surroundings;
    throw new TypeError(`${what} is there for experiments that say needs: ["veth"], or ["namespace"]`);
  }

  #border(ended: string | null): void {
    this.#it.instruments.border(ended);
  }
}

/** Null where it cannot be read here: who may read what of /proc, and what of it there is, differs. */
function fileText(path: string, containing: string | undefined): string | null {
  const text = readable(path);
  if (text === null) return null;
  if (containing === undefined) return text;
  const lines = text.split("\n");
  const first = headingLines(lines);
  return lines.filter((it, i) => i < first || it.includes(containing)).join("\n");
}

/** Errors of files that a container hides, or keeps from its users. */
const HIDDEN: ReadonlySet<string | undefined> = new Set(["ENOENT", "EACCES", "EPERM"]);

function readable(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (HIDDEN.has((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
}

function seen(it: Seeable): { layout: string | null; bytes: PackedBytes } {
  const memory: Memory = "$" in it ? it.$ : it;
  const layout = memory.type !== null && isStruct(memory.type) ? memory.type.name : null;
  return { layout, bytes: pack(memory.bytes) };
}

const sumNote = (nr: number, { count, results, runs, stays, first, last }: Sum): SumNote => ({
  nr, count, results: [...results], bytes: runs, first: first.id, last: last.id,
  median: stays.toSorted((a, b) => a - b)[stays.length >> 1]!,
});
