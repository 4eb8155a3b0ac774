/** Memory as C has it: a run of bytes that lies somewhere, stays there, and may point at other memory. */

/** Unwritten memory. A byte that still holds it after a call was not touched by the kernel. */
export const POISON = 0xa5;

/**
 * A part of an allocation that may not be read: `from` and `to` in bytes, and why (`munmap`, `PROT_NONE`).
 */
export interface Closed {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/**
 * One allocation. `address` is where it lies; the process's real addresses come from sys, which sets
 * `Home.locate`. Without sys (judging, tests, other systems) addresses are made up, unique, and never used to
 * cross into a kernel. `targets` keeps alive what pointers inside this allocation point at,
 * by the pointer's offset.
 */
export class Home {
  static locate: (buffer: ArrayBuffer) => number = inventAddress;
  /** Bytes of a page where this process runs; sys asks for it. Kernels for arm64 also have 16 and 64 KiB. */
  static page = 4096;
  readonly targets = new Map<number, Target>();
  readonly buffer: ArrayBuffer;
  /**
   * Parts that must not be touched from here any more, for doing so would end the process:
   * unmapped, or without access.
   */
  readonly closed: Closed[] = [];
  #address: number;

  constructor(buffer: ArrayBuffer, address = 0) {
    this.buffer = buffer;
    this.#address = address;
  }

  get address(): number {
    if (this.#address === 0) this.#address = Home.locate(this.buffer);
    return this.#address;
  }
}

/** How a type lies in memory; structs, integers and the rest are values of `Type` (type.ts). */
interface Shape {
  readonly name: string;
  readonly size: number;
}

/** A run of bytes inside one allocation, with the C type it was made as, if any. */
export class Memory {
  readonly home: Home;
  /** In bytes, from the start of the allocation. */
  readonly offset: number;
  readonly length: number;
  readonly type: Shape | null;
  /** Made when first asked for: memory that is used again and again is looked at through one Buffer. */
  #bytes: Buffer | null = null;

  constructor(home: Home, offset: number, length: number, type: Shape | null = null) {
    const room = home.buffer.byteLength;
    const whole = Number.isInteger(offset) && Number.isInteger(length);
    if (!whole || offset < 0 || length < 0 || offset + length > room) {
      throw new RangeError(`bytes ${offset}…${offset + length} do not lie in memory of ${room} bytes`);
    }
    this.home = home;
    this.offset = offset;
    this.length = length;
    this.type = type;
  }

  /** Why these bytes may not be touched, or null. */
  get closed(): string | null {
    if (this.home.closed.length === 0) return null;
    const end = this.offset + this.length;
    return this.home.closed.find(({ from, to }) => from < end && this.offset < to)?.why ?? null;
  }

  /** The bytes themselves, not a copy. Throws RangeError where they are closed. */
  get bytes(): Buffer {
    const why = this.closed;
    if (why !== null) throw new RangeError(`this memory may not be touched: ${why}`);
    this.#bytes ??= Buffer.from(this.home.buffer, this.offset, this.length);
    return this.#bytes;
  }

  get address(): number {
    return this.home.address + this.offset;
  }

  /** `&buf[from]`: a part of this memory, still the same bytes. */
  slice(from: number, to: number = this.length): Memory {
    if (from < 0 || to > this.length || from > to) {
      throw new RangeError(`${from}…${to} is not inside ${this.length} bytes`);
    }
    return new Memory(this.home, this.offset + from, to - from);
  }

  /** The same bytes with a C type: what a cast does. */
  as(type: Shape): Memory {
    return new Memory(this.home, this.offset, Math.min(type.size, this.length), type);
  }

  /** The bytes as text, one character a byte. */
  text(): string {
    return this.bytes.toString("latin1");
  }
}

/** An address that was not got from memory: the one way to hand the kernel a bad pointer. */
export class Wild {
  readonly address: number;
  constructor(address: number) {
    this.address = address;
  }
}
/** `(void *)address`: the kernel is to see exactly this, whatever lies there. */
export const wild = (address: number): Wild => new Wild(address);

/** What a pointer may hold. A struct's view carries its memory under `$`. */
export type Target = Memory | Wild | { readonly $: Memory };

/** The memory behind a target; null for a wild address. */
export const memoryOf = (target: Target): Memory | null =>
  target instanceof Memory ? target : target instanceof Wild ? null : target.$;

/** The address that a pointer to `target` holds; NULL is 0. */
export const addressOf = (target: Target | null): number =>
  target === null ? 0 : target instanceof Wild ? target.address : (memoryOf(target)?.address ?? 0);

/** Fresh memory of `length` bytes, all of them `fill`. */
export const allocate = (length: number, fill: number, type: Shape | null = null): Memory => {
  const home = new Home(new ArrayBuffer(Math.max(length, 1)));   // even no bytes lie somewhere
  if (fill !== 0) new Uint8Array(home.buffer).fill(fill);
  return new Memory(home, 0, length, type);
};

/** `char buf[length];` — unwritten, hence poisoned. */
export const buffer = (length: number): Memory => allocate(length, POISON);

/** `"…"` as bytes, one a character (0…255), without the terminating zero that C appends. */
export const text = (it: string): Memory => {
  const memory = allocate(it.length, 0);
  memory.bytes.write(it, "latin1");
  return memory;
};

/** `"…"` with its terminating NUL, for calls that take a path or a name. */
export const cstring = (it: string): Memory => text(`${it}\0`);

/** These bytes, copied to memory of their own. */
export const bytesOf = (it: Uint8Array | readonly number[]): Memory => {
  const memory = allocate(it.length, 0);
  memory.bytes.set(it);
  return memory;
};

let invented = 0x1000_0000;
function inventAddress(buffer: ArrayBuffer): number {
  const address = invented;
  invented += (buffer.byteLength + 0xfff) & ~0xfff || 0x1000;
  return address;
}
