/**
 * What strace writes behind the `=`: a number, an address, an error; and in parentheses what else the call
 * answered.
 */
import { F_GET_SEALS, F_GETFD, F_GETFL, F_GETSIG, F_SEAL, FD } from "../abi/constants/fcntl.ts";
import { PR_GET_DUMPABLE, PR_SET_DUMPABLE } from "../abi/constants/prctl.ts";
import { errnoText } from "../abi/errno.ts";
import { prctlType } from "../abi/prctl.ts";
import { pollfd } from "../abi/structs/poll.ts";
import { timespec, timeval } from "../abi/structs/time.ts";
import { bitSet } from "../abi/syscalls/bit-set.ts";
import { openFlags } from "../abi/syscalls/open.ts";
import { signal } from "../abi/syscalls/signal.ts";
import { flagged } from "../memory/integer.ts";
import { bytesOf } from "../memory/memory.ts";
import type { AnyStruct } from "../memory/struct.ts";
import type { Arg, Call } from "./decode.ts";
import { listText } from "./memory-text.ts";
import { unpack } from "./packed-bytes.ts";

/** A call that came back. */
type Ended = Call & { readonly result: number };

/** `3`, `-1 EAGAIN (Resource temporarily unavailable)`, `1 ([{fd=3, revents=POLLIN}])`. */
export function resultText(call: Ended): string {
  if (call.errno !== null) return `-1 ${call.errno} (${errnoText(call.errno)})`;
  return MORE[call.name]?.(call) ?? String(call.result);
}

/** Null: nothing but the number. */
type More = (call: Ended) => string | null;

/** C's %#lx: no 0x before a plain 0. */
const hex = ({ result }: Ended): string => (result === 0 ? "0" : `0x${result.toString(16)}`);
const argOf = ({ args }: Call, name: string): Arg | undefined => args.find((it) => it.name === name);
const numberOf = (call: Call, name: string): number => Number(argOf(call, name)?.value);
/** What is behind a pointer after the call; null where nothing is known of it. */
const after = (call: Call, name: string): Buffer | null => {
  const packed = argOf(call, name)?.after ?? null;
  return packed === null ? null : unpack(packed);
};

/** How much time was left. */
function left(call: Call, name: string, layout: AnyStruct): string | null {
  const bytes = after(call, name);
  return bytes === null ? null : `left ${layout.show(layout.at(bytesOf(bytes)) as never)}`;
}

const timeout: More = ({ result }) => (result === 0 ? "0 (Timeout)" : null);
/** The number, and in parentheses what there is to be said. */
const remarked = (result: number | string, parts: readonly (string | null)[]): string | null => {
  const said = parts.filter((it) => it !== null);
  return said.length === 0 ? null : `${result} (${said.join(", ")})`;
};

/** The descriptors of which something was found. */
function found(call: Call): string | null {
  const bytes = after(call, "ufds");
  if (bytes === null) return null;
  const memory = bytesOf(bytes);
  const revents = pollfd.fields.find((it) => it.name === "revents")!.type;
  const count = Math.floor(bytes.length / pollfd.size);
  const all = Array.from({ length: count }, (_, n) => pollfd.at(memory, n * pollfd.size));
  return listText(all.filter((it) => it.revents !== 0)
    .map((it) => `{fd=${it.fd}, revents=${revents.show(it.revents)}}`));
}
const polled = (limit: string | null): More => (call) =>
  timeout(call) ?? remarked(call.result, [found(call), limit === null ? null : left(call, limit, timespec)]);

const SETS = { in: "inp", out: "outp", except: "exp" } as const;
const selected = (limit: string, layout: AnyStruct): More => (call) => {
  const sets = Object.entries(SETS).map(([word, name]) => {
    const bytes = after(call, name);
    const fds = bytes === null ? [] : bitSet(bytes.length).read(bytesOf(bytes), 0);
    const ready = fds.filter((fd) => fd < numberOf(call, "n"));
    return ready.length === 0 ? null : `${word} [${ready.join(" ")}]`;
  });
  return timeout(call) ?? remarked(call.result, [...sets, left(call, limit, layout)]);
};

const signalled: More = ({ result }) => (result === 0 ? null : remarked(result, [signal.show(result)]));
/** What fcntl answers is flags; of none of them strace says only 0, but for those of the file. */
const FLAGS: Readonly<Record<number, More>> = {
  [F_GETFD]: (it) => (it.result === 0 ? null : remarked(hex(it), [`flags ${flagged(FD, it.result)}`])),
  [F_GETFL]: (it) => remarked(hex(it), [`flags ${openFlags.show(it.result)}`]),
  [F_GET_SEALS]: (it) =>
    (it.result === 0 ? null : remarked(hex(it), [`seals ${flagged(F_SEAL, it.result)}`])),
  [F_GETSIG]: signalled,
};
const controlled: More = (call) => FLAGS[numberOf(call, "cmd")]?.(call) ?? null;

const dumpable: More = (call) => (numberOf(call, "option") !== PR_GET_DUMPABLE ? null
  : remarked(call.result, [prctlType(PR_SET_DUMPABLE, 2).show(call.result)]));

const MORE: Readonly<Record<string, More>> = {
  poll:     polled(null),
  ppoll:    polled("tsp"),
  select:   selected("tvp", timeval),
  pselect6: selected("tsp", timespec),
  recvmmsg: (call) => timeout(call) ?? remarked(call.result, [left(call, "timeout", timespec)]),
  fcntl:    controlled,
  prctl:    dumpable,
  mmap:     hex,
  mremap:   hex,

  rt_sigtimedwait: signalled,
};
