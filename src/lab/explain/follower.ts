/** Follows the descriptors of a log, so that it is known of each call which socket it is about. */
import { CLONE } from "../../abi/constants/sched.ts";
import { AF, SOL } from "../../abi/constants/socket.ts";
import type { Entry, StraceCall } from "../../witness/strace-entry.ts";
import type { Value } from "../../witness/strace-value.ts";
import { aboutOf, descriptorsIn, isOnlyForSockets } from "./about.ts";
import { decorated } from "./decoration.ts";
import { type Descriptors, Processes } from "./descriptors.ts";
import type { Done } from "./effect.ts";
import { EFFECTS } from "./effects.ts";
import { endpointIn } from "./endpoint.ts";
import { kindMade, type SocketKind } from "./socket-kind.ts";
import { type Socket, Sockets } from "./sockets.ts";
import { numberIn, smallIn } from "./worth.ts";

/** What one line has to do with sockets. */
export interface Touch {
  /** The socket that the call is about: the one it was given, or that it made. */
  readonly socket: Socket | null;
  /** Those that are waited for, in the order in which they are named. */
  readonly among: readonly Socket[];
}
const NOTHING: Touch = { socket: null, among: [] };

/** These close before they wait for anything: another thread may have the number before they are back. */
const AT_ONCE: ReadonlySet<string> = new Set(["close"]);
const BIRTH = /^(?:clone3?|v?fork)$/;
/** Errors that only say: not yet. */
const WAITING = /^(?:EAGAIN|EWOULDBLOCK|EINPROGRESS|EALREADY|EINTR|ERESTART\w*)$/;
/** Calls whose errors are the socket's own. */
const TROUBLED = /^(?:connect|bind|listen|accept4?|read|readv|write|writev|(?:send|recv)(?:to|from|m?msg)?)$/;

interface Birth {
  readonly parent: number | null;
  readonly shared: boolean;
}

export class Follower {
  readonly sockets = new Sockets();
  readonly #processes = new Processes();
  /** Clones that have not come back, by their thread. */
  readonly #births = new Map<number | null, Birth>();
  /** Children that have their descriptors already. */
  readonly #born = new Set<number>();

  /** To be told every line, in order. */
  hear(entry: Entry): Touch {
    switch (entry.kind) {
      case "call":
      case "resumed": return this.#came(entry.call, entry.line, entry.kind === "resumed");
      case "begun":   return this.#begins(entry.call, entry.line);
      case "end":     return this.#ends(entry.dress.pid, entry.line, entry.superseded);
      default:        return NOTHING;
    }
  }

  #begins(call: StraceCall, line: number): Touch {
    const table = this.#tableOf(call.pid, line);
    if (BIRTH.test(call.name)) this.#births.set(call.pid, { parent: call.pid, shared: sharesFiles(call) });
    const touch = this.#touch(call, line, table);
    if (AT_ONCE.has(call.name)) this.#effect(call, line, table, touch.socket, { result: 0, errno: null });
    return touch;
  }

  #came(call: StraceCall, line: number, wasBegun: boolean): Touch {
    const table = this.#tableOf(call.pid, line);
    const touch = this.#touch(call, line, table);
    const result = smallIn(call.result?.value) ?? -1;
    const errno = call.result?.errno ?? null;
    if (BIRTH.test(call.name)) this.#birth(call, result, line);
    if (errno !== null) this.#trouble(call, errno, line, touch.socket);
    if (call.result === null || (wasBegun && AT_ONCE.has(call.name))) return touch;
    const made = this.#effect(call, line, table, touch.socket, { result, errno });
    return made[0] === undefined ? touch : { ...touch, socket: made[0] };
  }

  #effect(
    call: StraceCall, line: number, table: Descriptors, socket: Socket | null,
    { result, errno }: Pick<Done, "result" | "errno">,
  ): readonly Socket[] {
    const isDone = result >= 0 && errno === null;
    const effect = Object.hasOwn(EFFECTS, call.name) ? EFFECTS[call.name] : undefined;
    if (effect === undefined || !(isDone || errno === "EINPROGRESS")) return [];
    const { pid } = call;
    return effect({
      call, pid, line, result, errno, table, socket, processes: this.#processes, sockets: this.sockets,
    }) ?? [];
  }

  #trouble({ name, args }: StraceCall, errno: string, line: number, socket: Socket | null): void {
    if (socket === null || WAITING.test(errno) || !TROUBLED.test(name)) return;
    const to = name === "connect" ? endpointIn(args[1]?.value)?.text ?? null : null;
    socket.trouble = { errno, call: name, to, line };
  }

  #birth(call: StraceCall, child: number, line: number): void {
    this.#births.delete(call.pid);
    if (child <= 0 || this.#born.delete(child)) return;
    this.#processes.child(call.pid, child, sharesFiles(call), line);
  }

  /** A thread that is seen for the first time, while one clone is under way, is the child of that. */
  #tableOf(pid: number | null, line: number): Descriptors {
    if (pid !== null && !this.#processes.has(pid) && this.#births.size === 1) {
      const [{ parent, shared }] = [...this.#births.values()] as [Birth];
      this.#processes.child(parent, pid, shared, line);
      this.#born.add(pid);
    }
    return this.#processes.of(pid);
  }

  #ends(pid: number | null, line: number, superseded: number | null): Touch {
    if (superseded === null) this.#processes.leave(pid, line, "exit");
    this.#births.delete(pid);
    return NOTHING;
  }

  #touch(call: StraceCall, line: number, table: Descriptors): Touch {
    const { first, others } = descriptorsIn(call);
    const failed = /^(?:EBADF|ENOTSOCK)$/.test(call.result?.errno ?? "");
    const socket = first === null || failed ? null : this.#behind(first, call, line, table);
    const among = others.flatMap((it) => this.#behind(it, call, line, table) ?? []);
    return { socket, among };
  }

  /** The socket behind a descriptor: as it was followed, and as strace itself names it. */
  #behind(fd: Value, call: StraceCall, line: number, table: Descriptors): Socket | null {
    const number = smallIn(fd);
    if (number === null || number < 0) return null;
    const name = fd.kind === "descriptor" ? decorated(fd.decoration) : undefined;
    if (name === null) {
      table.drop(number, line, "before");
      return null;
    }
    const isSocket = name !== undefined || isOnlyForSockets(call.name);
    const socket = table.get(number) ?? (isSocket ? this.#found(number, line, call.pid, table) : null);
    if (socket === null) return null;
    if (name !== undefined && name !== "unnamed") {
      const isNews = socket.kind.text === null || socket.kind.protocol !== name.kind.protocol;
      if (isNews) this.sockets.learn(socket, name.kind);
      Object.assign(socket, { local: name.local ?? socket.local, peer: name.peer ?? socket.peer });
    }
    this.#infer(socket, call);
    return socket;
  }

  /** One that was there before the log, or came in a way that the log does not tell. */
  #found(fd: number, line: number, pid: number | null, table: Descriptors): Socket {
    const socket = this.sockets.make("before", line, pid);
    table.set(fd, socket, false, line);
    return socket;
  }

  /** What a call tells of the kind of socket that it is made on. */
  #infer(socket: Socket, call: StraceCall): void {
    if (socket.kind.text !== null) return;
    const kind = told(call);
    if (kind !== null) this.sockets.learn(socket, kind);
  }
}

/** A level of options that one protocol alone has; an address of a family that has no further protocols. */
function told(call: StraceCall): SocketKind | null {
  const level = /^[gs]etsockopt$/.test(call.name) && call.result?.errno === null
    ? numberIn(call.args[1]?.value) : null;
  if (level === SOL.SOL_TCP) return { protocol: "tcp", text: "TCP", stream: true };
  if (level === SOL.SOL_UDP) return { protocol: "udp", text: "UDP", stream: false };
  const family = aboutOf(call.name) === "socket" ? endpointIn(call.args[1]?.value)?.family ?? null : null;
  return family === AF.AF_UNIX ? { ...kindMade(family, 0, 0), text: "unix" } : null;
}

/** `flags=CLONE_VM|CLONE_FILES`, in clone's arguments or in clone3's struct. */
const sharesFiles = (call: StraceCall): boolean =>
  call.args.some(({ source }) => /\bCLONE_FILES\b/.test(source))
  || call.args.some(({ name, value }) => name === "flags" && hasFiles(value));
const hasFiles = (value: Value): boolean => ((smallIn(value) ?? 0) & CLONE.CLONE_FILES) !== 0;
