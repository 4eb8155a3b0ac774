/**
 * Whether a call's text says the same in two runs. A port or a name of the kernel's choosing is another one
 * in every run, but within each run it is the same one wherever it stands. Addresses in memory, times,
 * numbers of processes and inodes are not compared at all, nor bytes that are no text: they may hold any of
 * these.
 */

import { u8 } from "../memory/integer.ts";
import { bytesOf } from "../memory/memory.ts";
import type { Arg, Call } from "../sys/decode.ts";
import { unpack } from "../sys/packed-bytes.ts";

/** Kind → where such a value stands. */
const KINDS = {
  port:    /(?<=htons\()\d{4,5}(?=\))/,
  name:    /(?<=@")[0-9a-f]{5}(?=")/,
  address: /\b(?:0x[0-9a-f]{6,}|\d{10,})\b/,
  bytes:   /"(?:[^"\\]|\\.)*\\[0-7](?:[^"\\]|\\.)*"(?:\.\.\.)?/,
  time:    /(?<=\btv_(?:sec|nsec|usec)=)\d+/,
  process: /(?<=\b(?:pid|tgid|si_pid)=)\d+|(?<=^(?:kill|tkill|wait4|pidfd_open)\()\d+/,
  two:     /(?<=^(?:kcmp|tgkill)\()\d+, \d+/,
  child:   /(?<=^(?:wait4|get(?:pid|ppid|tid))\(.*\) = )\d+/,
  inode:   /(?<=\b(?:st_ino|st_dev|ino)=)[\w(), ]+?(?=, |\})/,
} as const;
type Kind = keyof typeof KINDS;
const ANY = new RegExp(Object.values(KINDS).map((it) => it.source).join("|"), "g");
/** Of these the same one in the first run is the same one in the second. */
const NAMES: readonly Kind[] = ["port", "name"];

export class Sameness {
  readonly #there = new Map<string, string>();
  readonly #back = new Map<string, string>();

  /** Texts are to be given in the order in which they were made. */
  text(first: string, second: string): boolean {
    if (first.replace(ANY, "…") !== second.replace(ANY, "…")) return false;
    return NAMES.every((kind) => {
      const [a, b] = [valuesOf(first, kind), valuesOf(second, kind)];
      return a.every((it, i) => this.#pair(`${kind} ${it}`, `${kind} ${b[i]}`));
    });
  }

  /** Whether they go together, or may from now on. */
  #pair(a: string, b: string): boolean {
    const [there, back] = [this.#there.get(a), this.#back.get(b)];
    if (there === undefined && back === undefined) {
      this.#there.set(a, b);
      this.#back.set(b, a);
      return true;
    }
    return there === b && back === a;
  }
}

const valuesOf = (text: string, kind: Kind): readonly string[] =>
  text.match(new RegExp(KINDS[kind].source, "g")) ?? [];

/** Options whose value is another one in every run: what it is instead, in their text. */
const OPTIONS: Readonly<Record<string, (value: Arg) => string>> = {
  TCP_INFO:        ({ after }) => `{tcpi_state=${u8.read(bytesOf(unpack(after ?? "00")), 0)}, …}`,
  SO_COOKIE:       () => "a cookie",
  SO_NETNS_COOKIE: () => "a cookie",
  SO_MEMINFO:      () => "in bytes",
  SO_INCOMING_CPU: () => "a processor",
  SO_PEERCRED:     () => "a process",
};

/** The call with the values of such options told in a word. */
export function steady(call: Call): Call {
  const instead = OPTIONS[call.args.find(({ name }) => name === "optname")?.text ?? ""];
  if (instead === undefined) return call;
  const args = call.args.map((it) => (it.name === "optval" ? { ...it, text: instead(it) } : it));
  return { ...call, args };
}
