/**
 * The reader's screen: how wide it is, whether it shows more than ASCII,
 * whether it shows colours. Options before environment before terminal.
 */
import { fstatSync } from "node:fs";
import type { Level, Style } from "../report/style.ts";

/** What a person may say about it on the command line. */
export interface LookOptions {
  readonly plain?: boolean;
  /** --color, --no-color; not there where neither was said. */
  readonly color?: boolean;
  readonly level?: Level;
  readonly quiet?: boolean;
}
type Environment = Readonly<Record<string, string | undefined>>;

const NARROWEST = 60;
const WIDEST = 200;
const USUAL = 80;

/** The style of what goes to standard output; or to standard error, or (null) into a file. */
export function styleOf(
  { plain, color, level = "advanced", quiet = false }: LookOptions, fd: 1 | 2 | null = 1,
): Style {
  return {
    width: width(fd),
    plain: plain ?? isPlain(process.env),
    color: colorOf(color, fd !== null && isTerminal(fd), process.env),
    level, quiet,
  };
}

/** In columns, of standard output or standard error; of a file (null) as the environment says. */
export function width(fd: 1 | 2 | null = 1): number {
  const stream = fd === 2 ? process.stderr : process.stdout;
  return widthOf(fd !== null && isTerminal(fd) ? stream.columns : null, process.env);
}

/** The major number of /dev/null and /dev/full, null(4). */
const MEMORY = 1;
/** Asked of the descriptor first, for Node's own streams take longer to load than all the help. */
export function isTerminal(fd: 1 | 2): boolean {
  try {
    const it = fstatSync(fd);
    return it.isCharacterDevice() && it.rdev >> 8 !== MEMORY
      && (fd === 1 ? process.stdout : process.stderr).isTTY === true;
  } catch {
    return false;
  }
}

/** Whether somebody types what standard input gives: nothing was redirected to it. */
export const isInputTerminal = (): boolean => process.stdin.isTTY === true;

/** In columns. A terminal's own, else COLUMNS where it is a number, else 80. */
export function widthOf(terminal: number | null, { COLUMNS = "" }: Environment): number {
  const said = /^[1-9]\d{0,5}$/.test(COLUMNS) ? Number(COLUMNS) : USUAL;
  return Math.min(WIDEST, Math.max(NARROWEST, terminal || said));
}

/**
 * ASCII only: for terminals that draw nothing, and where the locale is not UTF-8.
 * locale(7): LC_ALL before LC_CTYPE before LANG.
 */
export function isPlain({ TERM, LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || "";
  return TERM === "dumb" || !/utf-?8/i.test(locale);
}

/** How many colours, as chalk counts: --color, then NO_COLOR, then FORCE_COLOR, then the terminal. */
export function colorOf(said: boolean | undefined, terminal: boolean, env: Environment): Style["color"] {
  if (said !== undefined) return said ? (depth(env) || 1) : 0;
  if (env.NO_COLOR) return 0;
  const { FORCE_COLOR } = env;
  if (FORCE_COLOR !== undefined) return FORCED[FORCE_COLOR] ?? (depth(env) || 1);
  return terminal ? depth(env) : 0;
}
/** FORCE_COLOR's own words; any other one asks for what the terminal can. */
const FORCED: Readonly<Record<string, Style["color"]>> = { 0: 0, false: 0, 1: 1, 2: 2, 3: 3 };

function depth({ TERM = "", COLORTERM = "" }: Environment): Style["color"] {
  if (TERM === "dumb") return 0;
  if (/truecolor|24bit/.test(COLORTERM)) return 3;
  return /256/.test(TERM) ? 2 : 1;
}
