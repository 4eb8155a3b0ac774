/** How a child ended, as wait4 tells it: one int, which the W…() macros of <sys/wait.h> take apart. */
import { i32 } from "../../memory/integer.ts";
import type { Type } from "../../memory/type.ts";
import { signal } from "./signal.ts";

const CORE = 0x80;
const SIGNAL = 0x7f;
const STOPPED = 0x7f;
const CONTINUED = 0xffff;

/** strace says which macros are true of it: `{WIFEXITED(s) && WEXITSTATUS(s) == 3}`. */
export const waitStatus: Type<number> = {
  ...i32,
  show(it) {
    const [high, low] = [(it >> 8) & 0xff, it & SIGNAL];
    if (it === CONTINUED) return "{WIFCONTINUED(s)}";
    if (low === STOPPED) return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${signal.show(high)}}`;
    if (low === 0) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${high}}`;
    return `{WIFSIGNALED(s) && WTERMSIG(s) == ${signal.show(low)}${it & CORE ? " && WCOREDUMP(s)" : ""}}`;
  },
};
