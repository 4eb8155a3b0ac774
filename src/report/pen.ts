/** The one place that knows colours and drawings: lines in, text out. */
import { Chalk } from "chalk";
import type { Ink, Line, Piece } from "./line.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** What a mark says, how it is drawn, how it is written in ASCII, and its ink. */
const MARKS = {
  proven:   ["✔", "ok", "good"],
  refuted:  ["✘", "NO", "bad"],
  unknown:  ["?", "?",  "open"],
  seen:     ["●", "*",  "good"],
  hidden:   ["┊", ":",  "dim"],
  declared: ["○", "o",  "plain"],
  first:    ["●", "*",  "strong"],
  second:   ["○", "o",  "strong"],
  third:    ["◆", "#",  "strong"],
  fourth:   ["◇", "@",  "strong"],
  way:      ["·", ".",  "dim"],
} as const satisfies Readonly<Record<string, readonly [drawn: string, ascii: string, ink: Ink]>>;
export type Mark = keyof typeof MARKS;

export interface Pen {
  readonly width: number;
  /** ASCII only, no drawings. */
  readonly plain: boolean;
  /** Text made safe to print, and ASCII where the style is plain. */
  text(it: string): string;
  mark(it: Mark): Piece;
  /** The lines with their colours, each ended by a line feed. */
  print(lines: readonly Line[]): string;
}

export function pen({ width, plain, color }: Style): Pen {
  const chalk = new Chalk({ level: color });
  const inks: Readonly<Record<Ink, (text: string) => string>> = {
    plain: (text) => text, strong: chalk.bold, dim: chalk.dim,
    good: chalk.green, bad: chalk.red, open: chalk.yellow,
  };
  const drawn = ({ text, ink }: Piece): string =>
    text.trim() === "" ? text : inks[ink](text.replaceAll("\n", "\\n"));
  return {
    width, plain,
    text: (it) => printable(it, plain),
    mark(it) {
      const [unicode, ascii, ink] = MARKS[it];
      return { text: plain ? ascii : unicode, ink };
    },
    print: (lines) => lines.map((line) => `${trimmed(line).map(drawn).join("")}\n`).join(""),
  };
}

/** Without spaces at the end. */
function trimmed(line: Line): Line {
  const last = line.at(-1);
  if (last === undefined) return line;
  const text = last.text.trimEnd();
  return text === "" ? trimmed(line.slice(0, -1)) : [...line.slice(0, -1), { ...last, text }];
}
