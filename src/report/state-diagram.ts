/**
 * The state diagram of RFC 9293, figure 5, by the kernel's names, and the ways that a run's sockets took
 * through it: what was passed is drawn heavy, the rest stands back.
 */
import type { Event, StateEvent } from "../lab/events.ts";
import { Canvas, type Point } from "./canvas.ts";
import { indented, inset, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { items, words } from "./words.ts";

/** Where each state stands. CLOSE is there twice: where a life begins, and where it ends. */
const PLACES: Readonly<Record<string, Point>> = {
  CLOSE:       [0, 27],
  LISTEN:      [3, 4],   SYN_SENT:    [3, 46],
  SYN_RECV:    [6, 4],
  ESTABLISHED: [8, 24],
  FIN_WAIT1:   [11, 4],  CLOSE_WAIT:  [11, 46],
  FIN_WAIT2:   [14, 4],  CLOSING:     [14, 27], LAST_ACK: [14, 46],
  TIME_WAIT:   [17, 4],                         CLOSED:   [17, 46],
};
/** The second CLOSE. */
const END = "CLOSED";

/** A step: what happens, and what is sent then; the word's place; the way of the arrow. */
interface Step {
  readonly from: string;
  readonly to: string;
  readonly says: string;
  readonly at: Point;
  readonly way: readonly Point[];
}
const step = (from: string, to: string, says: string, at: Point, ...way: readonly Point[]): Step =>
  ({ from, to, says, at, way });
const STEPS: readonly Step[] = [
  step("CLOSE",       "LISTEN",      "listen",        [1, 12],  [0, 29],  [1, 29],  [1, 6],   [2, 6]),
  step("CLOSE",       "SYN_SENT",    "connect: SYN",  [1, 35],  [0, 32],  [1, 32],  [1, 50],  [2, 50]),
  step("LISTEN",      "SYN_RECV",    "SYN: SYN·ACK",  [4, 8],   [3, 6],   [5, 6]),
  step("SYN_SENT",    "SYN_RECV",    "SYN: SYN·ACK",  [6, 28],  [3, 49],  [6, 49],  [6, 22]),
  step("SYN_SENT",    "ESTABLISHED", "SYN·ACK: ACK",  [5, 56],  [3, 54],  [8, 54],  [8, 45]),
  step("SYN_RECV",    "ESTABLISHED", "ACK",           [8, 12],  [6, 6],   [8, 6],   [8, 22]),
  step("ESTABLISHED", "FIN_WAIT1",   "close: FIN",    [9, 12],  [8, 28],  [9, 28],  [9, 6],   [10, 6]),
  step("ESTABLISHED", "CLOSE_WAIT",  "FIN: ACK",      [9, 39],  [8, 35],  [9, 35],  [9, 50],  [10, 50]),
  step("FIN_WAIT1",   "FIN_WAIT2",   "ACK",           [12, 8],  [11, 6],  [13, 6]),
  step("FIN_WAIT1",   "CLOSING",     "FIN: ACK",      [12, 31], [11, 22], [11, 29], [13, 29]),
  step("FIN_WAIT2",   "TIME_WAIT",   "FIN: ACK",      [15, 8],  [14, 6],  [16, 6]),
  step("CLOSING",     "TIME_WAIT",   "ACK",           [15, 31], [14, 29], [17, 29], [17, 22]),
  step("CLOSE_WAIT",  "LAST_ACK",    "close: FIN",    [12, 52], [11, 50], [13, 50]),
  step("LAST_ACK",    END,           "ACK",           [15, 52], [14, 50], [16, 50]),
  step("TIME_WAIT",   END,           "2 MSL (60 s)",  [19, 20], [17, 6],  [19, 6],  [19, 50], [18, 50]),
];
/** As many columns as the drawing takes, and what stands to the left of it. */
const WIDTH = 68;
const MARGIN = 4;
/** There is room for the numbers of so many. */
const MOST = 3;

/** A socket's name, and its states one after the other; sockets that went the same way are told as one. */
interface Way {
  readonly names: readonly string[];
  readonly states: readonly string[];
}

/**
 * The diagram with the ways of those sockets that were in more than two states, and the ways in words; on a
 * screen that has no room for it the words alone. Nothing where there was no such socket.
 */
export function stateDiagramLines(events: readonly Event[], pen: Pen): readonly Line[] {
  const ways = waysOf(events);
  if (ways.length === 0) return [];
  const title = "The way through the states of TCP (RFC 9293, by the kernel's names)";
  const head = inset(2, words(title, pen.width - 2), "strong");
  const told = ways.flatMap((it, i) => wayLines(it, i < MOST ? String(i + 1) : " ", pen));
  const fits = pen.width >= MARGIN + WIDTH;
  const drawn = fits ? drawing(ways.slice(0, MOST), pen).map((it) => indented(MARGIN, it)) : [];
  return [...head, ...drawn, ...told];
}

/** In the order of their first state. */
function waysOf(events: readonly Event[]): readonly Way[] {
  const states = new Map<string, string[]>();
  for (const it of events) {
    if (it.type !== "state" || !isOfTcp(it)) continue;
    const own = states.get(it.socket) ?? [];
    if (own.at(-1) !== it.state) own.push(it.state);
    states.set(it.socket, own);
  }
  const ways = new Map<string, Way>();
  for (const [name, own] of states) {
    if (new Set(own).size < 3) continue;
    const key = own.join();
    ways.set(key, { names: [...(ways.get(key)?.names ?? []), name], states: own });
  }
  return [...ways.values()];
}

/** Of a UDP socket there are drops. */
const isOfTcp = ({ state, values }: StateEvent): boolean => state in PLACES && !("drops" in values);

function wayLines({ names, states }: Way, number: string, { width, text }: Pen): readonly Line[] {
  const [head, ...more] = items([`${names.join(", ")}:`, ...states.map((it, i) =>
    (i === states.length - 1 ? it : `${it}${text(" →")}`))], " ", width - MARGIN - 2);
  return [indented(MARGIN, [piece(`${number} `, "strong"), piece(head ?? "")]), ...inset(MARGIN + 4, more)];
}

function drawing(ways: readonly Way[], pen: Pen): readonly Line[] {
  const canvas = new Canvas(pen.plain);
  const passed = ways.map(({ states }) => stepsOf(states));
  const isTaken = (it: Step): boolean => passed.some((taken) => taken.includes(it));
  for (const it of [...STEPS].sort((a, b) => Number(isTaken(a)) - Number(isTaken(b)))) {
    const [weight, ink] = isTaken(it) ? (["heavy", "plain"] as const) : (["thin", "dim"] as const);
    canvas.arrow(it.way, weight, ink);
    canvas.write([it.at[0], it.at[1] - 1], ` ${pen.text(it.says)} `, isTaken(it) ? "plain" : "dim");
  }
  const places = ways.map(({ states }) => placesOf(states));
  for (const [name, at] of Object.entries(PLACES)) {
    const who = places.flatMap((it, i) => (it.includes(name) ? [i + 1] : []));
    const mark = pen.mark(who.length > 0 ? "seen" : "declared");
    canvas.write(at, mark.text, who.length > 0 ? mark.ink : "dim");
    const says = ` ${name === END ? "CLOSE" : name}`;
    canvas.write([at[0], at[1] + 1], `${says} `, who.length > 0 ? "strong" : "dim");
    canvas.write([at[0], at[1] + 2 + says.length], who.join(" "), "plain");
  }
  return canvas.lines();
}

/** The places of a way: a CLOSE that follows the last states is the one where a life ends. */
const placesOf = (states: readonly string[]): readonly string[] =>
  states.map((it, i) => {
    const before = states[i - 1];
    return it === "CLOSE" && STEPS.some(({ from, to }) => to === END && from === before) ? END : it;
  });

/** The steps of the diagram among a way's. */
function stepsOf(states: readonly string[]): readonly Step[] {
  const places = placesOf(states);
  return STEPS.filter(({ from, to }) => places.some((it, i) => it === to && places[i - 1] === from));
}
