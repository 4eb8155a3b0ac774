/**
 * The queues of a socket as bars: SYN queue and accept queue of a listener, Send-Q in its two parts, Recv-Q,
 * and what lies beyond a hole. What is empty now and was before is not told.
 */
import type { StateEvent } from "../lab/events.ts";
import { counted } from "./counted.ts";
import { columnsOf, indented, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";

/** One queue. */
interface Queue {
  readonly name: string;
  /** How much is in it: of two parts, those that stand back last. */
  readonly parts: readonly number[];
  /** How much has room, where somebody said so. */
  readonly room?: number;
  /** Bytes share one scale, so that they can be compared; connections are drawn a column each. */
  readonly in: "bytes" | "connections";
  readonly says: string;
}

/** Columns of the parts of a line: the name, the figure, the bar. */
const [NAME, FIGURE, LEAST_BAR, MOST_BAR] = [12, 10, 8, 30];
/** What a line has besides its bar: what stands to its left, gaps, and words behind it. */
const AROUND = 60;
/** In ASCII, for bars that are filled, filled behind, empty. */
const FILL = { drawn: ["█", "▒", "░"], ascii: ["#", "=", "."] } as const;

export class QueueBars {
  /** By socket, the names of its queues that held something when it was told last. */
  readonly #held = new Map<string, ReadonlySet<string>>();

  /**
   * The bars of sockets that were sampled at one moment, by socket. `parked`: how many bytes arrived beyond
   * a hole at a socket, as far as packets tell.
   */
  of(
    samples: readonly StateEvent[], parked: (it: StateEvent) => number, column: number, pen: Pen,
  ): ReadonlyMap<StateEvent, readonly Line[]> {
    const told = samples.map((it) => [it, this.#worthTelling(it, queuesOf(it, parked(it)))] as const);
    const bytes = told.flatMap(([, all]) => all.filter((it) => it.in === "bytes").map(inAll));
    const scale = Math.max(1, ...bytes);
    const bars = (queue: Queue): readonly Line[] => barLines(queue, scale, column, pen);
    return new Map(told.map(([it, all]) => [it, all.flatMap(bars)]));
  }

  #worthTelling({ socket }: StateEvent, queues: readonly Queue[]): readonly Queue[] {
    const before = this.#held.get(socket);
    const now = new Set(queues.filter((it) => inAll(it) > 0).map(({ name }) => name));
    this.#held.set(socket, now);
    return queues.filter(({ name }) => now.has(name) || before?.has(name));
  }
}

const inAll = ({ parts }: Queue): number => parts.reduce((sum, it) => sum + it, 0);

function queuesOf({ state, values }: StateEvent, parked: number): readonly Queue[] {
  const { half_open, queued, backlog, recv_q, send_q, notsent_bytes = 0 } = values;
  if (state === "LISTEN") {
    const room = backlog === undefined ? {} : { room: backlog + 1 };
    return [
      queue("SYN queue", half_open, "connections", ""),
      queue("accept queue", queued, "connections", room.room ? `of ${counted(room.room)}` : "", room),
    ].flat();
  }
  if (send_q === undefined) return [];
  const isUdp = "drops" in values;
  const unsent = Math.min(notsent_bytes, send_q);
  const says = unsent > 0 ? `${counted(unsent)} not sent yet` : "";
  return [
    queue("Send-Q", send_q - unsent, "bytes", says, { behind: unsent }),
    queue("Recv-Q", recv_q, "bytes", isUdp ? "of memory" : ""),
    queue("out of order", parked, "bytes", parked > 0 ? "came beyond a hole" : ""),
  ].flat();
}

/** None where it is not known how much is in it. */
const queue = (
  name: string, held: number | undefined, unit: Queue["in"], says: string,
  { behind = 0, ...more }: { readonly behind?: number; readonly room?: number } = {},
): readonly Queue[] =>
  (held === undefined ? [] : [{ name, parts: [held, behind], in: unit, says, ...more }]);

/** What is said of it stands behind the bar, or below where there is no room. */
function barLines(it: Queue, scale: number, column: number, { width, plain }: Pen): readonly Line[] {
  const most = Math.max(LEAST_BAR, Math.min(MOST_BAR, width - AROUND));
  const fill = FILL[plain ? "ascii" : "drawn"];
  // A column a connection, as long as there is room for all that may wait.
  const cells = it.in === "bytes" ? scale : Math.max(most, it.room ?? 0, inAll(it));
  const ends = [it.parts[0]!, inAll(it), Math.min(cells, Math.max(it.room ?? 0, inAll(it)))]
    .map((end) => (end === 0 ? 0 : Math.max(1, Math.round((end / cells) * most))));
  const bar = ends.map((end, i) => fill[i]!.repeat(Math.max(0, end - (ends[i - 1] ?? 0)))).join("");
  const figure = counted(inAll(it)).padStart(FIGURE);
  const named: Line = [piece(it.name.padEnd(NAME), "dim"), piece(`${figure}  `)];
  const says = piece(it.says, "dim");
  const left = column + columnsOf(named);
  return left + most + 2 + it.says.length <= width
    ? [indented(column, [...named, piece(bar.padEnd(most + 2)), says])]
    : [indented(column, [...named, piece(bar)]), indented(left, [says])];
}
