/** What a run looked at, in lines: a file is its rows; that it could not be read is said. */
import { expect, test } from "vitest";
import type { LookEvent } from "../../src/lab/events.ts";
import { lookLines } from "../../src/report/look-lines.ts";
import { pen } from "../../src/report/pen.ts";

const style = { width: 80, plain: false, color: 0, level: "student", quiet: false } as const;
const said = (text: string | null): readonly string[] => {
  const look = { type: "look", experiment: "x", t: 0, name: "least", of: "/proc/sys/vm/mmap_min_addr", text, memory: null };
  return lookLines(look as unknown as LookEvent, false, pen(style)).map((line) => line.map((it) => it.text).join("").trim());
};

test.each([
  ["4096\n", ["least · /proc/sys/vm/mmap_min_addr", "4096"]],
  ["",       ["least · /proc/sys/vm/mmap_min_addr"]],
  [null,     ["least · /proc/sys/vm/mmap_min_addr", "It cannot be read here."]],
] as const)("a file with the text %j", (text, lines) => expect(said(text)).toEqual(lines));
