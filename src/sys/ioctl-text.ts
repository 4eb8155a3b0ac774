/**
 * The argument of ioctl as strace 6.1 writes it: by the request a number, what is pointed at, or only where
 * it lies.
 */
import { ARPHRD } from "../abi/constants/if.ts";
import {
  FIOASYNC, FIOGETOWN, FIONBIO, FIONREAD, FIOSETOWN, SIOCATMARK, SIOCGIFNAME, SIOCGPGRP, SIOCOUTQNSD,
  SIOCSPGRP, TIOCOUTQ,
} from "../abi/constants/ioctl.ts";
import { ioctlRequest } from "../abi/ioctl.ts";
import { unsaid } from "../abi/parameter.ts";
import { ifmap } from "../abi/structs/if.ts";
import { sockaddr, sockaddrOf } from "../abi/structs/sockaddr.ts";
import { i32, named, u16 } from "../memory/integer.ts";
import { bytesOf, type Memory } from "../memory/memory.ts";
import { type AnyStruct, type Field, isStruct } from "../memory/struct.ts";
import type { Segment } from "./log-segments.ts";
import { fieldsText, pointedText } from "./memory-text.ts";
import { failed, type Place, placeText } from "./place-text.ts";

/** An int that the program hands over, and one that it is told. */
const TOLD: ReadonlySet<number> = new Set([FIONBIO, FIOASYNC, FIOSETOWN, SIOCSPGRP]);
const ASKED: ReadonlySet<number> = new Set([
  FIONREAD, TIOCOUTQ, FIOGETOWN, SIOCGPGRP, SIOCATMARK, SIOCOUTQNSD,
]);
/** The byte of a request that says whose it is. */
const OWNER = { perf: 0x24, socket: 0x89 } as const;

/** Null: strace leaves it out. */
export function ioctlText(it: Place): string | null {
  const request = it.words.cmd! >>> 0;
  const type = it.type(null);
  if (type === unsaid) return null;
  if (TOLD.has(request)) return intText(it, it.before);
  if (ASKED.has(request)) return intText(it, failed(it) ? undefined : it.after);
  if (isStruct(type) && isInterface(request) && it.before !== undefined) return interfaceText(type, it);
  const owner = (request >>> 8) & 0xff;
  const isNumber = it.before === undefined && type !== null && !isStruct(type);
  if (owner === OWNER.perf && isNumber) return type.show(Number(it.word));
  return owner === OWNER.socket || Number(it.word) !== 0 ? placeText(it) : "0";
}
const intText = (it: Place, segment: Segment | undefined): string =>
  (segment === undefined ? placeText(it) : pointedText(i32, segment.bytes));
const isInterface = (request: number): boolean => /^SIOC[GS]IF/.test(ioctlRequest.show(request));

/** `{ifr_name="lo", ifr_mtu=65536}`; of one that could not be had, only the name. */
function interfaceText(layout: AnyStruct, it: Place): string {
  const { words, before, after } = it;
  const request = words.cmd! >>> 0;
  const [was, is] = [bytesOf(before!.bytes), bytesOf((after ?? before)!.bytes)];
  const [name, value] = layout.fields as readonly [Field, Field];
  const given = (field: Field, memory: Memory): string => `${field.name}=${memberText(field, memory)}`;
  const sets = ioctlRequest.show(request).startsWith("SIOCS");
  if (request === SIOCGIFNAME) return fieldsText([given(value, was), failed(it) ? null : given(name, is)]);
  return fieldsText([given(name, was), sets ? given(value, was) : failed(it) ? null : given(value, is)]);
}

function memberText({ name, offset, type }: Field, memory: Memory): string {
  const part = memory.slice(offset, offset + type.size);
  if (name === "ifr_hwaddr") return hardwareText(part);
  if (type === sockaddr) return sockaddrOf(part)!.show(sockaddrOf(part)!.at(part) as never);
  if (type === ifmap) {
    return fieldsText(ifmap.fields.map((it) => `${it.name}=${hex(it.type.read(part, it.offset))}`));
  }
  return type.show(type.read(memory, offset));
}
const hex = (it: number | bigint): string => (Number(it) === 0 ? "0" : `0x${it.toString(16)}`);

/**
 * The kind of hardware stands where an address has its family. How many bytes the address has, the kind says.
 */
const LENGTHS: Readonly<Record<number, number>> = { [ARPHRD.ARPHRD_ETHER]: 6, [ARPHRD.ARPHRD_LOOPBACK]: 6 };
function hardwareText(memory: Memory): string {
  const kind = u16.read(memory, 0);
  const bytes = memory.bytes.subarray(2, 2 + (LENGTHS[kind] ?? memory.length - 2));
  const data = [...bytes].map((it) => it.toString(16).padStart(2, "0")).join(":");
  return fieldsText([`sa_family=${named(ARPHRD, kind)}`, `sa_data=${data}`]);
}
