/**
 * Second opinions on the running kernel's structs, all of them: pahole(1) on offsets, sizes and holes, bpftool(8) on
 * how each member is declared.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Btf, readBtf } from "../../src/kernel/btf.ts";
import type { KernelLayout, KernelMember } from "../../src/kernel/btf-layout.ts";
import { sumsOf } from "../../src/kernel/gaps.ts";
import { named } from "../cli/netlab.ts";

const FILE = "/sys/kernel/btf/vmlinux";
const said = (program: string, ...args: readonly string[]) =>
  spawnSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] });
const cannot = (program: string, apt: string): string | null =>
  !existsSync(FILE) ? "this kernel has no BTF"
    : said(program, "--version").error === undefined ? null : `there is no ${program} (apt-get install ${apt})`;

/**
 * By tag, what lies between the braces of each struct and union, and what is told of it behind its members. Left out
 * are those with a pointer to a struct without a name, for both open it there.
 */
function* blocks(text: string): Generator<readonly [tag: string, lines: readonly string[]]> {
  for (const { 1: tag, 2: lines } of text.matchAll(/^(?:struct|union) (\w+) \{\n([\s\S]*?)^\}/gm)) {
    if (!/^\t+\} \*/m.test(lines!)) yield [tag!, lines!.split("\n")];
  }
}
const structs = (btf: Btf, tag: string): readonly KernelLayout[] =>
  btf.types(tag).filter((it): it is KernelLayout => "members" in it && it.name === tag);
/** As it is printed: members of structs that are declared in place follow theirs. */
const shown = (layout: KernelLayout): readonly KernelMember[] =>
  layout.members.flatMap((it) => [it, ...(it.inline && it.inside !== null ? shown(it.inside) : [])]);

/** What does not agree with any struct of that name: the first few. */
function disagreeing(
  all: Iterable<readonly [string, readonly string[]]>, theirs: (lines: readonly string[]) => unknown,
  ours: (layout: KernelLayout) => unknown,
): { readonly compared: number; readonly wrong: readonly unknown[] } {
  const btf = readBtf(readFileSync(FILE));
  let compared = 0;
  const wrong: unknown[] = [];
  for (const [tag, lines] of all) {
    const want = JSON.stringify(theirs(lines));
    const have = structs(btf, tag).map((it) => JSON.stringify(ours(it)));
    compared++;
    if (!have.includes(want) && wrong.length < 5) wrong.push({ tag, want, have });
  }
  return { compared, wrong };
}

describe.skipIf(cannot("pahole", "dwarves") !== null)(named("pahole", cannot("pahole", "dwarves")), () => {
  const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  /** Places in their order, `first bit, bytes`, and the sums; what it calls a hole of bits may go beyond a byte. */
  function theirs(lines: readonly string[]): unknown {
    const places = lines.flatMap((line) => {
      const [, at, bit, size] = /\/\* +(\d+)(?:: ?(\d+))? +(\d+) \*\/$/.exec(line) ?? [];
      return at === undefined ? [] : [`${Number(at) * 8 + Number(bit ?? 0)},${size}`];
    });
    const text = lines.join("\n").split("/* size: ").at(-1)!;
    const holes = number(text, /sum holes: (\d+)/) * 8 + number(text, /sum bit holes: (\d+)/);
    const padding = number(text, / padding: (\d+)/) * 8 + number(text, /bit_padding: (\d+)/);
    const isUnion = !text.includes("cachelines");
    return [places.sort(), ...(isUnion ? [] : [number(text, /^(\d+)/), number(text, /members: (\d+)/), holes, padding])];
  }
  function ours(layout: KernelLayout): unknown {
    const places = shown(layout).map(({ offset, size, bits }) => `${bits?.offset ?? offset * 8},${size}`);
    const it = sumsOf(layout);
    const sums = [layout.size, it.members, it.holeBytes * 8 + it.holeBits, it.paddingBytes * 8 + it.paddingBits];
    return [places.sort(), ...(layout.kind === "union" ? [] : sums)];
  }

  test("every struct has the same members at the same places, and as many bytes in holes", () => {
    const { compared, wrong } = disagreeing(blocks(said("pahole", FILE).stdout), theirs, ours);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(5000);
  });
});

describe.skipIf(cannot("bpftool", "bpftool") !== null)(named("bpftool", cannot("bpftool", "bpftool")), () => {
  const spaced = (text: string): string => text.replace(/: (\d+)$/, ":$1").replaceAll("* ", "*").trim();
  /** What it makes of holes, bits without a name; and what has no members or no tag, which it writes out. */
  const isLeftOut = (text: string): boolean => /^\w+:\d+$|\{/.test(text);
  test("every member is declared as in its header", () => {
    const theirs = (lines: readonly string[]) =>
      lines.filter((it) => /^\s+[^}\s].*;$/.test(it)).map((it) => spaced(it.slice(0, -1))).filter((it) => !isLeftOut(it));
    const ours = (layout: KernelLayout) => shown(layout).map((it) => spaced(it.declared)).filter((it) => !isLeftOut(it));
    // A number tells several structs of one name apart.
    const header = said("bpftool", "btf", "dump", "file", FILE, "format", "c").stdout.replace(/___\d+/g, "");
    const { compared, wrong } = disagreeing(blocks(header), theirs, ours);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(5000);
  });
});
