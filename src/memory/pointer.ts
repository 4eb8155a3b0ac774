/** Pointers. They hold a real address, and keep what they point at alive. */
import { exact } from "./integer.ts";
import { addressOf, type Target, Wild } from "./memory.ts";
import type { AnyType, Type } from "./type.ts";

/** What a pointer says of its target, so that a system call's reach can be followed and checked. */
export interface Reach {
  /** The type of what it points at; null: plain bytes. */
  readonly to: AnyType | "sockaddr" | "cmsg" | null;
  /**
   * The field of the same struct that says how long the target is:
   * in bytes, or in elements where `to` is a struct.
   */
  readonly length: string;
  /**
   * How the kernel tells what it wrote there:
   * it changes `length`, or the call's result is spread over such targets.
   */
  readonly wrote: "length" | "result";
}
export interface Pointer extends Type<Target | null> {
  readonly reach: Reach | null;
}

/** `reach` null: the kernel does not follow it in the calls netlab knows. */
function pointerWith(reach: Reach | null): Pointer {
  return {
    name: "pointer", size: 8, align: 8, reach,
    read(memory, at) {
      const address = Number(exact(memory.bytes.readBigUInt64LE(at)));
      if (address === 0) return null;
      const target = memory.home.targets.get(memory.offset + at);
      return target !== undefined && addressOf(target) === address ? target : new Wild(address);
    },
    write(memory, at, value) {
      memory.bytes.writeBigUInt64LE(BigInt(addressOf(value)), at);
      if (value === null) memory.home.targets.delete(memory.offset + at);
      else memory.home.targets.set(memory.offset + at, value);
    },
    show: (value) => (value === null ? "NULL" : `0x${addressOf(value).toString(16)}`),
  };
}

/** `void *`: takes memory, a struct, null, or `wild(address)`. */
export const pointer: Pointer = pointerWith(null);

/**
 * A pointer whose target a call reads or writes:
 * `pointerTo({ to: iovec, length: "msg_iovlen", wrote: "result" })`.
 */
export const pointerTo = (reach: Reach): Pointer => pointerWith(reach);

/** Whether a type is a pointer, with or without a reach. */
export const isPointer = (type: AnyType): type is Pointer => type.name === "pointer" && "reach" in type;
