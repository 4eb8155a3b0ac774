/** Just the calls, as `strace -s 64 -qq -e signal=none` writes them. */
import type { Event } from "../lab/events.ts";
import { CHAMBER } from "../lab/history.ts";
import { type Call, callText } from "../sys/decode.ts";
import { printable } from "./printable.ts";

/** strace's -a: the `=` stands in this column, where the call is not longer. */
const RESULT = 40;

/**
 * The lines of one event, each ended by a line feed; "" for what is no call. Another actor than `main` is
 * named where `strace -f` names the thread, `[writer] recvfrom(…`. Of calls made in sum only the first and
 * the last were kept: a line that begins with `#` says how many are between them.
 */
export function straceLines(event: Event): string {
  if (event.type === "call") return line(event);
  if (event.type !== "times") return "";
  return event.calls.map(({ name, count, first, last }) => {
    const between = count > 2 ? `# ${count - 2} more calls of ${name}, not recorded singly\n` : "";
    return `${line(first)}${between}${count > 1 ? line(last) : ""}`;
  }).join("");
}

function line(call: Call): string {
  const who = call.actor === "main" || call.actor === CHAMBER ? "" : `[${call.actor}] `;
  const [what, result] = call.result === null ? [unfinished(call), "?"] : halves(call);
  return printable(`${`${who}${what} `.padEnd(RESULT)}= ${result}`, false) + "\n";
}

/** What stands before and after the ` = ` of the result. */
function halves(call: Call): readonly [string, string] {
  const text = callText(call);
  const what = callText({ ...call, result: null, errno: null }).replace(/ <unfinished \.\.\.>$/, "");
  return [what, text.slice(what.length + " = ".length)];
}

/**
 * Of a call that never came back strace has what it could print on the way in: up to the first argument that
 * the kernel fills.
 */
function unfinished({ name, args }: Call): string {
  const own = args.filter((it) => !/[.[]/.test(it.name) && (it.text !== "" || it.flow === "out"));
  const filled = own.findIndex((it) => it.flow === "out");
  const texts = own.slice(0, filled < 0 ? own.length : filled).map((it) => it.text);
  return `${name}(${[...texts, ...(filled < 0 ? [] : [""])].join(", ")} <unfinished ...>)`;
}
