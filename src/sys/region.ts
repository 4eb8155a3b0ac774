/** Mapped memory: what mmap answers is memory like any other, until munmap or mprotect close it. */

import { PROT_READ } from "../abi/constants/mman.ts";
import type { SyscallName } from "../abi/syscalls.ts";
import { addressOf, type Closed, Home, Memory, type Target } from "../memory/memory.ts";
import { viewOf } from "./libc.ts";
import { Ended } from "./overrun.ts";
import type { Argument } from "./reach.ts";

type After = (values: readonly Argument[], result: number, id: number) => Memory | null;

/**
 * Mapped memory that somebody still holds and that has not ended,
 * so that munmap by address finds what it ends.
 */
const regions = new Set<WeakRef<Home>>();

const NO_READ = "it was mapped without PROT_READ";

/**
 * What a successful call means for the memory of this process, by the call's name.
 * Each answers the memory that was mapped, or null.
 */
export const consequences: { readonly [K in SyscallName]?: After } = {
  mmap: ([, length, prot], address) => mapped(address, Number(length), readable(prot) ? null : NO_READ),
  mremap: ([old, oldLength, length], address, id) =>
    moved(rangeOf(old, oldLength), { address, length: Number(length) }, id),
  munmap: ([at, length], _result, id) => end(rangeOf(at, length), `munmap #${id} ended it`),
  mprotect: ([at, length, prot], _result, id) => {
    reopen(rangeOf(at, length));
    return readable(prot) ? null : shut(rangeOf(at, length), `mprotect #${id} took its access away`);
  },
};
const readable = (prot: Argument | undefined): boolean => (Number(prot) & PROT_READ) !== 0;

interface Range {
  readonly address: number;
  readonly length: number;
}
const rangeOf = (at: Argument | undefined, length: Argument | undefined): Range => ({
  address: typeof at === "object" ? addressOf(at as Target | null) : Number(at ?? 0),
  length: Number(length),
});

/** Page 0 gets no memory: nothing can be looked at through a pointer that is NULL. */
function mapped(address: number, length: number, closed: string | null): Memory | null {
  if (address === 0) return null;
  const home = new Home(viewOf(address, length), address);
  regions.add(new WeakRef(home));
  if (closed !== null) home.closed.push({ from: 0, to: length, why: closed });
  return new Memory(home, 0, length);
}

/**
 * Moved memory has ended where it was; memory that became smaller in its place has lost its end.
 * Access stays as it was.
 */
function moved(old: Range, now: Range, id: number): Memory | null {
  const closed = [...overlapping(old)]
    .flatMap(({ home, from, to }) => home.closed.filter((it) => it.from < to && from < it.to));
  const why = closed.find((it) => !(it instanceof Ended))?.why ?? null;
  const kept = whole(now);
  const lost: Range = { address: old.address + kept, length: old.length - kept };
  if (old.address !== now.address) end(old, `mremap #${id} moved it`);
  else if (lost.length > 0) end(lost, `mremap #${id} cut it off`);
  return mapped(now.address, now.length, why);
}

function end(range: Range, why: string): null {
  for (const { home, from, to, weak } of overlapping(range)) {
    home.closed.push(new Ended({ from, to, why }));
    if (from === 0 && to === home.buffer.byteLength) regions.delete(weak);
  }
  return null;
}

function shut(range: Range, why: string): null {
  for (const { home, from, to } of overlapping(range)) home.closed.push({ from, to, why });
  return null;
}

/** Access to these bytes again, but not to what has ended. */
function reopen(range: Range): void {
  for (const { home, from, to } of overlapping(range)) {
    const left = home.closed.flatMap((it): readonly Closed[] => {
      if (it instanceof Ended || it.to <= from || it.from >= to) return [it];
      return [{ ...it, to: from }, { ...it, from: to }].filter((part) => part.from < part.to);
    });
    home.closed.splice(0, home.closed.length, ...left);
  }
}

/** The kernel maps whole pages. */
const whole = ({ length }: Range): number => Math.ceil(length / Home.page) * Home.page;

interface Overlap {
  readonly home: Home;
  readonly weak: WeakRef<Home>;
  /** In bytes, from the home's start. */
  readonly from: number;
  readonly to: number;
}

/** Mapped homes that share bytes with these. */
function* overlapping(range: Range): Iterable<Overlap> {
  const end = range.address + whole(range);
  for (const weak of regions) {
    const home = weak.deref();
    if (home === undefined) {
      regions.delete(weak);
      continue;
    }
    const from = Math.max(0, range.address - home.address);
    const to = Math.min(home.buffer.byteLength, end - home.address);
    if (from < to) yield { home, weak, from, to };
  }
}
