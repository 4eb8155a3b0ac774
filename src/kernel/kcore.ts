/**
 * The running kernel's memory as root may read it: /proc/kcore, an ELF core file whose segments say which
 * addresses are where in it. Format: elf(5), fs/proc/kcore.c. Little-endian, 64-bit.
 */
import { closeSync, openSync, readSync } from "node:fs";

/** Kernel memory, for as long as it is not closed. */
export interface KernelMemory {
  /** So many bytes from an address on; null where there is no memory, or not so much. */
  read(address: bigint, length: number): Buffer | null;
  close(): void;
}

interface Segment {
  readonly address: bigint;
  readonly size: bigint;
  readonly at: bigint;
}

/** e_phoff, e_phentsize, e_phnum of Elf64_Ehdr; its size. */
const [PHOFF, PHENTSIZE, PHNUM, EHDR] = [32, 54, 56, 64];
/** p_offset, p_vaddr, p_filesz of Elf64_Phdr; the p_type of what lies in memory. */
const [P_OFFSET, P_VADDR, P_FILESZ, PT_LOAD] = [8, 16, 32, 1];

/** The memory, or a sentence why it cannot be read. */
export function kernelMemory(file = "/proc/kcore"): KernelMemory | string {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch (error) {
    return WHY[(error as NodeJS.ErrnoException).code ?? ""]?.(file) ?? `${file} cannot be opened`;
  }
  const at = (place: bigint, length: number): Buffer | null => {
    const bytes = Buffer.alloc(length);
    try {
      return readSync(fd, bytes, 0, length, place) === length ? bytes : null;
    } catch {
      return null;
    }
  };
  const segments = segmentsOf(at);
  return {
    read(address, length) {
      const last = address + BigInt(length);
      const found = segments.find((it) => it.address <= address && last <= it.address + it.size);
      return found === undefined ? null : at(found.at + address - found.address, length);
    },
    close: () => closeSync(fd),
  };
}

const WHY: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: (file) => `there is no ${file}: this kernel was built without CONFIG_PROC_KCORE`,
  EACCES: (file) => `${file} is for root alone`,
  EPERM:  (file) => `the kernel lets nobody read ${file}: it takes CAP_SYS_RAWIO, and no lockdown`,
};

function segmentsOf(at: (place: bigint, length: number) => Buffer | null): readonly Segment[] {
  const header = at(0n, EHDR);
  if (header === null || header.toString("latin1", 0, 4) !== "\x7fELF") return [];
  const [size, many] = [header.readUInt16LE(PHENTSIZE), header.readUInt16LE(PHNUM)];
  const table = at(header.readBigUInt64LE(PHOFF), size * many);
  if (table === null) return [];
  return Array.from({ length: many }, (_, i) => table.subarray(i * size))
    .filter((it) => it.readUInt32LE(0) === PT_LOAD)
    .map((it) => ({
      address: it.readBigUInt64LE(P_VADDR), size: it.readBigUInt64LE(P_FILESZ),
      at: it.readBigUInt64LE(P_OFFSET),
    }));
}
