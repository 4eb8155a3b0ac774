/** A log of strace's for a person: each line as strace wrote it, and below it what helps to understand it. */
import type { Explained, Explainer } from "../lab/explain/explainer.ts";
import type { Socket } from "../lab/explain/sockets.ts";
import { TEXT } from "./call-lines.ts";
import { counted, many } from "./counted.ts";
import { ExplainNotes } from "./explain-notes.ts";
import { summaryLines } from "./explain-summary.ts";
import { fold } from "./fold.ts";
import { flushRight, type Ink, inset, type Line, piece } from "./line.ts";
import { type Pen, pen } from "./pen.ts";
import { socketText } from "./socket-text.ts";
import { reaches, type Style } from "./style.ts";
import { items } from "./words.ts";

/** Longer lines are not folded: who writes kilobytes on one line does not want to read them. */
const FOLDED = 4000;
type Kind = Explained["entry"]["kind"];
/** Lines in strace's grammar, which may be broken between fields. */
const GRAMMAR: ReadonlySet<Kind> = new Set<Kind>(["call", "begun", "resumed", "signal", "end"]);
/** Of calls that are left out so many names are told. */
const NAMED = 4;

/** To be given every line of a log, in order, and then `end`. */
export class ExplainReport {
  readonly #style: Style;
  readonly #pen: Pen;
  readonly #notes: ExplainNotes;
  /** Calls that have nothing to do with sockets since the last line shown: how many of each name. */
  readonly #left = new Map<string, number>();
  #failed = 0;
  #saidLeft = false;
  /** The socket that was named last. */
  #named: Socket | null = null;

  /** `arch`: of the machine that made the calls. */
  constructor(style: Style, arch: string) {
    this.#style = style;
    this.#pen = pen(style);
    this.#notes = new ExplainNotes(this.#pen, style, arch);
  }

  /** The text that this line adds. */
  line(it: Explained): string {
    if (this.#isLeft(it)) return "";
    return this.#pen.print([...this.#leftLines(), ...this.#written(it), ...this.#notes.of(it)]);
  }

  /** What is told when the log is over. */
  end(explainer: Explainer): string {
    const seen = this.#notes;
    return this.#pen.print([...this.#leftLines(), ...summaryLines(explainer, seen, this.#pen)]);
  }

  /** What netlab has nothing to say of is counted, and shown to experts alone. */
  #isLeft({ entry, call, about }: Explained): boolean {
    if (reaches(this.#style, "expert") || about !== null) return false;
    if (entry.kind === "below") return this.#left.size > 0;
    if (call === null || entry.kind === "end") return false;
    if (entry.kind === "begun") return true;
    this.#left.set(call.name, (this.#left.get(call.name) ?? 0) + 1);
    if (/^E(?!RESTART)/.test(call.result?.errno ?? "")) this.#failed++;
    return true;
  }

  #leftLines(): readonly Line[] {
    if (this.#left.size === 0) return [];
    const { width, text } = this.#pen;
    const rows = [...this.#left].toSorted(([, a], [, b]) => b - a);
    const count = rows.reduce((sum, [, n]) => sum + n, 0);
    const names = rows.slice(0, NAMED).map(([name, n]) => (n === 1 ? name : `${name} ×${counted(n)}`));
    const all = [...names, ...(rows.length > NAMED ? ["…"] : [])];
    const failed = this.#failed === 0 ? "" : `, ${counted(this.#failed)} failed`;
    const what = this.#saidLeft ? "" : " not about sockets";
    const whole = count <= NAMED && this.#saidLeft ? [] : [`${many(count, "call")}${what}${failed}:`];
    const list = all.map((it, n) => (n < all.length - 1 ? `${it},` : it));
    this.#left.clear();
    this.#failed = 0;
    this.#saidLeft = true;
    return inset(TEXT, items(["…", ...whole, ...list].map(text), " ", width - TEXT), "dim");
  }

  /** The line as strace wrote it, and beside it which socket it is about. */
  #written(it: Explained): readonly Line[] {
    const { entry, about } = it;
    const { width, text } = this.#pen;
    const raw = text(readable(entry.raw));
    const isFolded = GRAMMAR.has(entry.kind) && raw.length <= FOLDED;
    const ink: Ink = about === null ? "dim" : "plain";
    const [first = "", ...more] = isFolded ? fold(raw, width - TEXT) : [raw];
    const number = `${entry.line}`.padStart(TEXT - 2);
    const line: Line = [piece(`${number}  `, "dim"), piece(first, ink)];
    return flushRight([line, ...inset(TEXT, more, ink)], piece(text(this.#remark(it)), "dim"), width);
  }

  /** Which socket it is, where it is another one than before. */
  #remark({ entry, socket, among }: Explained): string {
    const of = socket ?? (among.length === 1 ? among[0]! : null);
    if (of === null || of === this.#named) return "";
    this.#named = of;
    return socketText(of, entry.line);
  }
}

/** A log is read a byte a character; what is UTF-8 in it is written as such. */
function readable(raw: string): string {
  if (/^[\0-\x7f]*$/.test(raw)) return raw;
  const text = Buffer.from(raw, "latin1").toString("utf8");
  return text.includes("\ufffd") ? raw : text;
}

