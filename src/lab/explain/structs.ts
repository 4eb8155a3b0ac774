/** The structs that a call of a log passed, as bytes: those that strace wrote out. */
import { sockoptType } from "../../abi/sockopt.ts";
import { mmsghdr, msghdr } from "../../abi/structs/message.ts";
import { epoll_event, epollEventOn, pollfd } from "../../abi/structs/poll.ts";
import { bytesOf } from "../../memory/memory.ts";
import { isPointer, type Reach } from "../../memory/pointer.ts";
import { type AnyStruct, isStruct } from "../../memory/struct.ts";
import type { StraceCall } from "../../witness/strace-entry.ts";
import type { Member, StructValue, Value } from "../../witness/strace-value.ts";
import { parametersOf } from "./about.ts";
import { addressLaidOut, type Laid, laidOut } from "./encode.ts";
import { memberOf, numberIn, settled, smallIn } from "./worth.ts";

/** A struct of a call, and where it stands: C's way there, `msg.msg_iov[0]`. */
export interface StructSeen extends Laid {
  readonly path: string;
}
const HAS_BYTES: ReadonlySet<Value["kind"]> = new Set<Value["kind"]>(["struct", "array", "string"]);
/** Of an array so many. */
const MOST = 4;

/**
 * None of a call that broke off. `arch`: of the machine that made the calls, as Node names it; epoll_event is
 * not the same everywhere.
 */
export function structsOf(call: StraceCall, arch: string): readonly StructSeen[] {
  const parameters = call.result === null ? [] : parametersOf(call.name) ?? [];
  return parameters.flatMap(({ name, typing }, i) => {
    const value = settled(call.args[i]?.value);
    if (value === undefined || !HAS_BYTES.has(value.kind)) return [];
    if (/^[gs]etsockopt$/.test(call.name)) return name === "optval" ? option(call, value) : [];
    const layout = typing === epoll_event ? epollEventOn(arch) : typing;
    if (isStruct(layout)) return listed(name, withFound(value, call), layout);
    return typeof typing === "function" ? addressAt(name, value, call.args[i + 1]) : [];
  });
}

function addressAt(path: string, value: Value, length: Member | undefined): readonly StructSeen[] {
  if (memberOf(value, "sa_family") === undefined) return [];
  const laid = addressLaidOut(value, smallIn(length?.value));
  return laid === null ? [] : [{ path, ...laid }];
}

/** An option's value: written out, or, where strace has no words for it, as its bytes. */
function option(call: StraceCall, value: Value): readonly StructSeen[] {
  const [level, name] = [1, 2].map((n) => number(call.args[n]));
  const length = number(call.args[4]);
  const layout = level == null || name == null ? null : sockoptType(level, name, length ?? undefined);
  if (!isStruct(layout)) return [];
  if (value.kind === "struct") return listed("optval", value, layout);
  if (value.kind !== "string" || value.cut || value.bytes.length !== layout.size) return [];
  return [{ path: "optval", layout, memory: bytesOf(Buffer.from(value.bytes, "latin1")) }];
}
/** strace writes SO_RCVTIMEO_OLD for the option that the headers call SO_RCVTIMEO. */
const number = (it: Member | undefined): number | null =>
  smallIn(it?.value.kind === "symbol"
    ? { ...it.value, name: it.value.name.replace(/_OLD$/, "") } : it?.value);

/** One struct, or the first of an array, each with what its pointers lead to. */
function listed(path: string, value: Value, layout: AnyStruct): readonly StructSeen[] {
  if (value.kind === "array") {
    return value.items.slice(0, MOST).flatMap((it, n) => listed(`${path}[${n}]`, it.value, layout));
  }
  const laid = laidOut(value, layout);
  if (laid === null || value.kind !== "struct") return [];
  return [{ path, ...laid }, ...reached(path, value, layout)];
}

function reached(path: string, value: StructValue, layout: AnyStruct): readonly StructSeen[] {
  if (layout === mmsghdr) {
    const inner = memberOf(value, "msg_hdr");
    return inner?.kind === "struct" ? reached(`${path}.msg_hdr`, inner, msghdr) : [];
  }
  return layout.fields.flatMap(({ name, type }) => {
    const target = settled(memberOf(value, name));
    if (target === undefined || !isPointer(type) || type.reach === null) return [];
    return behind(`${path}.${name}`, target, type.reach, value);
  });
}

function behind(path: string, target: Value, { to, length }: Reach, of: StructValue): readonly StructSeen[] {
  if (to !== "sockaddr") return isStruct(to) ? listed(path, target, to) : [];
  const laid = addressLaidOut(target, smallIn(memberOf(of, length)));
  return laid === null ? [] : [{ path, ...laid }];
}

/** poll's argument as the call left it: what was found stands behind the result, by descriptor. */
function withFound(value: Value, { name, result }: StraceCall): Value {
  const found = result?.behind[0]?.[0]?.value;
  if (!/^p?poll/.test(name) || value.kind !== "array" || found?.kind !== "array") return value;
  const items = value.items.map((it): Member => {
    const fd = numberIn(memberOf(it.value, "fd"));
    const same = found.items.find((one) => numberIn(memberOf(one.value, "fd")) === fd)?.value;
    const more = same?.kind === "struct" ? same.members.filter((one) => one.name === REVENTS) : [];
    if (it.value.kind !== "struct") return it;
    return { ...it, value: { ...it.value, members: [...it.value.members, ...more] } };
  });
  return { ...value, items };
}
const REVENTS = pollfd.fields.at(-1)!.name;
