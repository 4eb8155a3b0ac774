/** What is said below one call of a log: its structs, names, error, way through the kernel, experiments. */
import { epoll_event } from "../abi/structs/poll.ts";
import { type Explained, experimentsFor } from "../lab/explain/explainer.ts";
import { namesOf, type Renamed, valuesOf } from "../lab/explain/names.ts";
import type { Socket } from "../lab/explain/sockets.ts";
import { type StructSeen, structsOf } from "../lab/explain/structs.ts";
import { takenBy } from "../lab/explain/taken.ts";
import type { Way } from "../lab/explain/way.ts";
import { POISON } from "../memory/memory.ts";
import type { StraceCall } from "../witness/strace-entry.ts";
import { TEXT } from "./call-lines.ts";
import { columns } from "./columns.ts";
import { isLarge, membersOf, newMembers } from "./large-struct.ts";
import { flushRight, indented, inset, type Line, piece } from "./line.ts";
import type { Pen } from "./pen.ts";
import { structLines } from "./struct-sights.ts";
import { type Level, reaches, type Style } from "./style.ts";
import { items, words } from "./words.ts";

/** Notes stand a little further right than calls. */
const MARGIN = TEXT + 2;
const LABEL = 10;
/** So many things that were said are remembered, so that a long log takes no more memory. */
const REMEMBERED = 5000;

/** Says each thing once. */
export class ExplainNotes {
  readonly #said = new Set<string>();
  readonly #pen: Pen;
  readonly #arch: string;
  readonly #reaches: (least: Level) => boolean;
  /** How often each way through the kernel was taken, and each topic of an experiment was met. */
  readonly ways = new Map<string, number>();
  readonly topics = new Map<string, number>();
  /** The structs that were drawn, in order. */
  readonly layouts: string[] = [];

  constructor(paper: Pen, style: Style, arch: string) {
    this.#pen = paper;
    this.#arch = arch;
    this.#reaches = (least) => reaches(style, least);
  }

  of({ entry, call, about, socket, among, advice, way, topic }: Explained): readonly Line[] {
    if (call === null || about === null || entry.kind === "begun") return [];
    if (way !== null) this.ways.set(way.name, (this.ways.get(way.name) ?? 0) + 1);
    if (topic !== null) this.topics.set(topic, (this.topics.get(topic) ?? 0) + 1);
    const named = `${call.name} ${call.result?.errno}`;
    return [
      ...(this.#reaches("advanced") ? this.#structs(call) : []),
      ...(this.#reaches("student") ? this.#names(call) : []),
      ...(advice !== null && this.#first(`advice ${named}`) ? this.#note("errno", advice) : []),
      ...(way !== null && this.#first(`way ${way.name}`) ? this.#way(way, call, socket ?? among[0]) : []),
      ...(topic === null ? [] : this.#seeAlso(topic)),
    ];
  }

  /** Whether it is said for the first time. */
  #first(what: string): boolean {
    if (this.#said.has(what) || this.#said.size >= REMEMBERED) return false;
    this.#said.add(what);
    return true;
  }

  #structs(call: StraceCall): readonly Line[] {
    const every = this.#reaches("expert");
    return structsOf(call, this.#arch).flatMap((it) => {
      const { layout, memory } = it;
      const what = `struct ${layout.name} ${layout.size}${every ? ` ${memory.bytes.toString("hex")}` : ""}`;
      return this.#first(what) ? this.#struct(it, every) : [];
    });
  }

  #struct({ layout, memory, path }: StructSeen, every: boolean): readonly Line[] {
    if (!this.layouts.includes(layout.name)) this.layouts.push(layout.name);
    const { width, text } = this.#pen;
    const where = layout.name === epoll_event.name ? ` as ${MACHINES[this.#arch] ?? this.#arch} has it` : "";
    const what = words(`${path}: struct ${layout.name}, ${layout.size} bytes${where}`, width - MARGIN);
    const title = inset(MARGIN, what, "dim");
    if (isLarge(layout) && !every) {
      const lines = newMembers(membersOf(layout, memory.bytes), null, text(" · "), width - MARGIN);
      return [...title, ...inset(MARGIN, lines.map(text), "dim")];
    }
    const isPartly = memory.bytes.includes(POISON) && this.#first("unsaid");
    const legend = isPartly ? text("░░ the log does not say") : "";
    const heading = flushRight(title, piece(legend, "dim"), width);
    return [...heading, ...structLines(layout, memory.bytes, this.#pen)];
  }

  #names(call: StraceCall): readonly Line[] {
    const renamed = [...namesOf(call), ...(this.#reaches("expert") ? valuesOf(call) : [])]
      .filter(({ parameter, text: it }) => this.#first(`name ${call.name} ${parameter} ${it}`));
    const said = ({ parameter, text: it, means }: Renamed): string => `${parameter} ${it} = ${means}`;
    return renamed.length === 0 ? [] : this.#list("named", renamed.map(said));
  }

  /** The ways are those of IPv4; over IPv6 some functions have other names. */
  #way({ name, path }: Way, call: StraceCall, socket: Socket | null = null): readonly Line[] {
    const taken = this.#reaches("advanced") ? takenBy(path, call, socket) : null;
    if (taken === null) return [];
    const { width, text } = this.#pen;
    const { to } = taken;
    const steps = taken.fns.filter((it) => !ENTRY.test(it));
    const isOther = PROTOCOL.test(name) && socket?.kind.text?.endsWith("IPv6") === true;
    const of = [...(isOther ? ["over IPv4"] : []), ...taken.of];
    const page = `${of.length === 0 ? "" : `${of.join(", ")}: `}netlab path ${name}`;
    const room = Math.min(width, EDGE) - MARGIN - LABEL;
    const said = shortWay(steps, to, room - columns(page) - 2, ENOUGH) ?? shortWay(steps, to, room, 0);
    const [first = "", ...more] = words(text(said!), room);
    const lines = [this.#labelled("kernel", first), ...inset(MARGIN + LABEL, more)];
    return flushRight(lines, piece(page, "dim"), width);
  }

  #seeAlso(topic: string): readonly Line[] {
    const fresh = this.#first(`topic ${topic}`) ? experimentsFor(topic) : [];
    const names = fresh.filter((it) => this.#first(`experiment ${it}`));
    if (names.length === 0) return [];
    const how = this.#first("how to run") ? "netlab run NAME" : "";
    return flushRight(this.#list("shown by", names), piece(how, "dim"), this.#pen.width);
  }

  #note(label: string, prose: string): readonly Line[] {
    const { width, text } = this.#pen;
    const [first = "", ...more] = words(text(prose), Math.min(width, READABLE) - MARGIN - LABEL);
    return [this.#labelled(label, first), ...inset(MARGIN + LABEL, more)];
  }

  #list(label: string, list: readonly string[]): readonly Line[] {
    const { width, text } = this.#pen;
    const [first = "", ...more] = items(list.map(text), text(" · "), width - MARGIN - LABEL);
    return [this.#labelled(label, first), ...inset(MARGIN + LABEL, more)];
  }

  #labelled(label: string, text: string): Line {
    return indented(MARGIN, [piece(label.padEnd(LABEL), "dim"), piece(text)]);
  }
}
/** Nothing stands further right on a wide screen. */
const EDGE = 120;
/** As people call them. epoll_event is packed on one of them. */
const MACHINES: Readonly<Record<string, string>> = { x64: "x86-64" };
/** Longer lines of prose are hard to read. */
const READABLE = 110;

/** Groups of ways that go through IP. */
const PROTOCOL = /^(?:tcp|udp) /;
/** Where every call enters: it only takes the arguments out of the registers. */
const ENTRY = /^__(?:x64|arm64)_sys_/;
/** Of a way so many functions should be seen. */
const ENOUGH = 5;

/**
 * The functions that fit one line, the first and the last of them, and where the way ends. Fewer than `least`
 * are not worth it: null; with 0 there are three, on however many lines.
 */
function shortWay(steps: readonly string[], to: string, room: number, least: number): string | null {
  for (let kept = steps.length; kept >= Math.min(Math.max(least, FEWEST), steps.length); kept--) {
    const head = steps.slice(0, Math.ceil(kept / 2));
    const shown = kept === steps.length ? steps : [...head, "…", ...steps.slice(head.length - kept)];
    const joined = `${shown.join(" → ")} → ${to}`;
    if (columns(joined) <= room || (least === 0 && kept === FEWEST)) return joined;
  }
  return least === 0 ? `${steps.join(" → ")} → ${to}` : null;
}
const FEWEST = 3;
