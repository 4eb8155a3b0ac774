/** What strace writes behind the `=`: a number, an address, an error; and in brackets what else the call answered. */
import { errnoText } from "../abi/errno.ts";
import { F_GET_SEALS, F_GETFD, F_GETFL, F_GETSIG, F_SEAL, FD } from "../abi/constants/fcntl.ts";
import { PR_GET_DUMPABLE } from "../abi/constants/prctl.ts";
import { prctlType } from "../abi/prctl.ts";
import { PR_SET_DUMPABLE } from "../abi/constants/prctl.ts";
import { pollfd } from "../abi/structs/poll.ts";
import { timespec, timeval } from "../abi/structs/time.ts";
import { openFlags } from "../abi/syscalls/open.ts";
import { bitSet } from "../abi/syscalls/bit-set.ts";
import { signal } from "../abi/syscalls/signal.ts";
import { flagged } from "../memory/integer.ts";
import { bytesOf } from "../memory/memory.ts";
import type { AnyStruct } from "../memory/struct.ts";
import type { Arg, Call } from "./decode.ts";
import { listText, structsText } from "./memory-text.ts";
import { unpack } from "./packed-bytes.ts";

/** Of a call that came back. */
export function resultText(call: Call & { readonly result: number }): string {
  if (call.errno !== null) return `-1 ${call.errno} (${errnoText(call.errno)})`;
  const more = MORE[call.name]?.(call) ?? null;
  return more === null ? String(call.result) : more;
}

type More = (call: Call & { readonly result: number }) => string | null;

const hex = (it: number): string => `0x${it.toString(16)}`;
const argOf = ({ args }: Call, name: string): Arg | undefined => args.find((it) => it.name === name);
const valueOf = (call: Call, name: string): number => Number(argOf(call, name)?.value);
/** What is behind a pointer after the call; null where nothing is known of it. */
const after = (call: Call, name: string): Buffer | null => {
  const packed = argOf(call, name)?.after ?? null;
  return packed === null ? null : unpack(packed);
};
const left = (call: Call, name: string, layout: AnyStruct): string | null => {
  const bytes = after(call, name);
  return bytes === null ? null : `left ${layout.show(layout.at(bytesOf(bytes)) as never)}`;
};
const annotated = (result: number, parts: readonly (string | null)[]): string | null => {
  const said = parts.filter((it) => it !== null);
  return said.length === 0 ? null : `${result} (${said.join(", ")})`;
};
const timeout: More = ({ result }) => (result === 0 ? "0 (Timeout)" : null);

/** The descriptors that something was found of. */
const found = (call: Call): string | null => {
  const bytes = after(call, "ufds");
  if (bytes === null) return null;
  const events = pollfd.fields[2]!.type;
  const list = Array.from({ length: Math.floor(bytes.length / pollfd.size) }, (_, n) => pollfd.at(bytesOf(bytes), n * pollfd.size));
  return listText(list.filter((it) => it.revents !== 0).map(({ fd, revents }) => `{fd=${fd}, revents=${events.show(revents)}}`));
};
const polled = (rest: string | null): More => (call) => timeout(call) ?? annotated(call.result, [found(call), rest === null ? null : left(call, rest, timespec)]);

const SETS = { in: "inp", out: "outp", except: "exp" } as const;
const selected = (rest: string, layout: AnyStruct): More => (call) => {
  const n = valueOf(call, "n");
  const sets = Object.entries(SETS).map(([word, name]) => {
    const bytes = after(call, name);
    const fds = bytes === null ? [] : bitSet(bytes.length).read(bytesOf(bytes), 0).filter((fd) => fd < n);
    return fds.length === 0 ? null : `${word} [${fds.join(" ")}]`;
  });
  return timeout(call) ?? annotated(call.result, [...sets, left(call, rest, layout)]);
};

const FLAGS: Readonly<Record<number, (result: number) => string | null>> = {
  [F_GETFD]:     (it) => (it === 0 ? null : `flags ${flagged(FD, it)}`),
  [F_GETFL]:     (it) => `flags ${openFlags.show(it)}`,
  [F_GET_SEALS]: (it) => (it === 0 ? null : `seals ${flagged(F_SEAL, it)}`),
};
function controlled(call: Call & { readonly result: number }): string | null {
  const cmd = valueOf(call, "cmd");
  if (cmd === F_GETSIG) return call.result === 0 ? null : `${call.result} (${signal.show(call.result)})`;
  const said = FLAGS[cmd]?.(call.result) ?? null;
  return said === null ? null : `${hex(call.result)} (${said})`;
}
const dumpable: More = (call) => (valueOf(call, "option") === PR_GET_DUMPABLE ? `${call.result} (${prctlType(PR_SET_DUMPABLE, 2).show(call.result)})` : null);
const mapped: More = ({ result }) => hex(result);
const receivedMany: More = (call) => timeout(call) ?? annotated(call.result, [left(call, "timeout", timespec)]);

const MORE: Readonly<Record<string, More>> = {
  poll: polled(null),                   ppoll: polled("tsp"),
  select: selected("tvp", timeval),     pselect6: selected("tsp", timespec),
  recvmmsg: receivedMany,               fcntl: controlled,                     prctl: dumpable,
  mmap: mapped,                         mremap: mapped,
};
void structsText;
