/** What the person said goes before what the environment says, and that before what the terminal can. */
import { expect, test } from "vitest";
import { colorOf, isPlain, widthOf } from "../../src/cli/screen.ts";

test.for([
  // terminal  COLUMNS     width
  [120,        undefined,  120],
  [120,        "100",      120],
  [null,       "100",      100],
  [null,       undefined,  80],
  [null,       "",         80],
  [null,       "wide",     80],
  [null,       "-5",       80],
  [null,       "1e3",      80],
  [null,       "20",       60],
  [30,         undefined,  60],
  [500,        undefined,  200],
  [0,          undefined,  80],
] as const)("a terminal of %s, COLUMNS %s: %s columns", ([terminal, COLUMNS, width]) => expect(widthOf(terminal, { COLUMNS })).toBe(width));

test.for([
  [{ LANG: "C.UTF-8" },                                  false],
  [{ LANG: "de_DE.utf8" },                               false],
  [{ LANG: "en_US.ISO-8859-1" },                         true],
  [{},                                                   true],
  [{ LANG: "C.UTF-8", LC_CTYPE: "C" },                   true],
  [{ LANG: "C", LC_CTYPE: "C.UTF-8" },                   false],
  [{ LANG: "C", LC_CTYPE: "C", LC_ALL: "C.UTF-8" },      false],
  [{ LANG: "C.UTF-8", LC_ALL: "POSIX" },                 true],
  [{ LANG: "C.UTF-8", TERM: "dumb" },                    true],
] as const)("%o: plain is %s", ([env, plain]) => expect(isPlain(env)).toBe(plain));

test.for([
  // said      terminal  environment                                       colours
  [undefined,  true,     { TERM: "xterm" },                                1],
  [undefined,  true,     { TERM: "xterm-256color" },                       2],
  [undefined,  true,     { TERM: "xterm", COLORTERM: "truecolor" },        3],
  [undefined,  true,     { TERM: "dumb" },                                 0],
  [undefined,  false,    { TERM: "xterm" },                                0],
  [undefined,  true,     { TERM: "xterm", NO_COLOR: "1" },                 0],
  [undefined,  true,     { TERM: "xterm", NO_COLOR: "" },                  1],
  [undefined,  false,    { FORCE_COLOR: "2" },                             2],
  [undefined,  false,    { FORCE_COLOR: "" },                              1],
  [undefined,  true,     { TERM: "xterm", FORCE_COLOR: "0" },              0],
  [undefined,  false,    { NO_COLOR: "1", FORCE_COLOR: "3" },              0],
  [true,       false,    { NO_COLOR: "1" },                                1],
  [true,       false,    { TERM: "dumb" },                                 1],
  [false,      true,     { TERM: "xterm", FORCE_COLOR: "3" },              0],
] as const)("said %s, terminal %s, %o: %s", ([said, terminal, env, colours]) => expect(colorOf(said, terminal, env)).toBe(colours));
