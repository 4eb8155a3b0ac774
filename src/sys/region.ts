/** Mapped memory: what mmap answers is memory like any other, until munmap or mprotect close it. */

import { PROT_READ } from "../abi/constants/mman.ts";
import type { SyscallName } from "../abi/syscalls.ts";
import { addressOf, Home, Memory, type Target } from "../memory/memory.ts";
import { viewOf } from "./libc.ts";
import type { Argument } from "./reach.ts";

type After = (values: readonly Argument[], result: number, id: number) => Memory | null;

/** Homes of mapped memory by their address, so that munmap by address finds what it ends. */
const regions = new Map<number, WeakRef<Home>>();

/** What a successful call means for the memory of this process. */
const consequences: { readonly [K in SyscallName]?: After } = {
  mmap: ([, length, prot], address) => mapped(address, Number(length), (Number(prot) & PROT_READ) !== 0),
  mremap: ([old, oldLength, length], address, id) => {
    if (Number(addressOrNumber(old)) !== address) close(addressOrNumber(old), Number(oldLength), `moved by mremap #${id}`);
    return mapped(address, Number(length), true);
  },
  munmap: ([at, length], _result, id) => close(addressOrNumber(at), Number(length), `munmap #${id} ended it`),
  mprotect: ([at, length, prot], _result, id) =>
    (Number(prot) & PROT_READ) === 0 ? close(addressOrNumber(at), Number(length), `mprotect #${id} took its access away`) : reopen(addressOrNumber(at), Number(length)),
};

/** Applies a call's consequences. Answers the memory that mmap and mremap map, null for every other call. */
export function afterwards(name: SyscallName, id: number, values: readonly Argument[], result: number): Memory | null {
  const consequence = consequences[name];
  return consequence === undefined || result < 0 ? null : consequence(values, result, id);
}

const addressOrNumber = (it: Argument | undefined): number =>
  typeof it === "object" ? addressOf(it as Target | null) : Number(it ?? 0);

function mapped(address: number, length: number, readable: boolean): Memory {
  const home = new Home(viewOf(address, length), address);
  regions.set(address, new WeakRef(home));
  if (!readable) home.closed.push({ from: 0, to: length, why: "it was mapped without PROT_READ" });
  return new Memory(home, 0, length);
}

function close(address: number, length: number, why: string): null {
  for (const [home, from, to] of overlapping(address, length)) home.closed.push({ from, to, why });
  return null;
}

function reopen(address: number, length: number): null {
  for (const [home, from, to] of overlapping(address, length)) {
    const left = home.closed.filter((it) => it.why.startsWith("munmap") || it.to <= from || it.from >= to);
    home.closed.splice(0, home.closed.length, ...left);
  }
  return null;
}

/** Mapped homes that share bytes with these, and which bytes, from the home's start. Pages are whole. */
function overlapping(address: number, length: number): readonly (readonly [Home, number, number])[] {
  const end = address + Math.ceil(length / 4096) * 4096;
  const out: (readonly [Home, number, number])[] = [];
  for (const [start, weak] of regions) {
    const home = weak.deref();
    if (home === undefined) {
      regions.delete(start);
      continue;
    }
    const from = Math.max(0, address - start);
    const to = Math.min(home.buffer.byteLength, end - start);
    if (from < to) out.push([home, from, to]);
  }
  return out;
}
