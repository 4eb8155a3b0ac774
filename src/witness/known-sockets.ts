/**
 * Witness: the states of the sockets that a run has named, also when their descriptor is closed, as
 * sock_diag(7) tells them. It makes calls: its place is the chamber.
 */
import { IPPROTO_TCP, IPPROTO_UDP } from "../abi/constants/in.ts";
import {
  AF_INET, AF_INET6, SO_BINDTOIFINDEX, SO_COOKIE, SO_DOMAIN, SO_PROTOCOL, SOL_SOCKET,
} from "../abi/constants/socket.ts";
import { sockaddr_in, sockaddr_in6 } from "../abi/structs/sockaddr.ts";
import { int, u64 } from "../memory/integer.ts";
import { allocate, type Memory } from "../memory/memory.ts";
import { cell } from "../memory/type.ts";
import type { Calls } from "../sys/calls.ts";
import type { Diag } from "./diag-answer.ts";
import { DiagNamespaces } from "./diag-namespaces.ts";
import type { SockDiag } from "./sock-diag.ts";
import { valuesOf } from "./socket-values.ts";

/** Both ends of a socket: addresses as text, "127.0.0.1", "::1". Without a peer dport is 0. */
export interface Ends {
  readonly source: string;
  readonly sport: number;
  readonly dest: string;
  readonly dport: number;
}

/** One known socket at one moment. */
export interface StateSample {
  /** Its name. */
  readonly socket: string;
  /**
   * "ESTABLISHED"; of UDP "ESTABLISHED" (connected) or "CLOSE". What the kernel does not list is "CLOSE" too:
   * it was not bound yet, its connection is over, or it is gone.
   */
  readonly state: string;
  /** Counts and sizes: see socket-values.ts. */
  readonly values: Readonly<Record<string, number>>;
  /** IPPROTO_TCP or IPPROTO_UDP. */
  readonly protocol: number;
  /** The addresses that it was seen to have, the last ones last. */
  readonly ends: readonly Ends[];
}

interface Known {
  readonly name: string;
  readonly fd: number;
  readonly cookie: string;
  readonly family: number;
  readonly protocol: number;
  readonly ends: Ends[];
  device: number;
  /** Of its namespace. */
  readonly diag: SockDiag;
}

/** Dumps of one moment, by namespace, protocol and family. */
type Everything = Map<string, readonly Diag[]>;
const FAMILIES: ReadonlySet<number> = new Set([AF_INET, AF_INET6]);
const PROTOCOLS: ReadonlySet<number> = new Set([IPPROTO_TCP, IPPROTO_UDP]);

/** TCP and UDP sockets by name; what else gets a name is passed over. */
export class KnownSockets {
  readonly #calls: Calls;
  readonly #diags: DiagNamespaces;
  readonly #known = new Map<string, Known>();

  /** Throws SockDiagError where this kernel tells nothing of TCP's sockets. */
  constructor(calls: Calls) {
    this.#calls = calls;
    this.#diags = new DiagNamespaces(calls);
  }

  /** From now on it is sampled. `cookie`: its SO_COOKIE, in decimal. A name given again changes hands. */
  know(name: string, fd: number, cookie: string): void {
    const [family, protocol] = [this.#option(fd, SO_DOMAIN), this.#option(fd, SO_PROTOCOL)];
    this.#known.delete(name);
    if (!FAMILIES.has(family) || !PROTOCOLS.has(protocol)) return;
    const diag = this.#diags.of(fd);
    if (diag === null || diag.why(protocol, family) !== null) return;
    const it: Known = { name, fd, cookie, family, protocol, ends: [], device: 0, diag };
    this.#learn(it);
    this.#known.set(name, it);
  }

  /** Each as it is now. One that is gone, descriptor and all, is told once more, as "CLOSE", and no more. */
  sample(): readonly StateSample[] {
    const everything: Everything = new Map();
    return [...this.#known.values()].map((it) => {
      const found = this.#ask(it) ?? (this.#learn(it) ? this.#ask(it) : null) ?? this.#among(everything, it);
      if (found === null && !this.#isOpen(it)) this.#known.delete(it.name);
      const { name: socket, protocol, ends } = it;
      const values = found === null ? {} : valuesOf(found, this.#halfOpen(it, found));
      return { socket, state: found?.state ?? "CLOSE", values, protocol, ends: [...ends] };
    });
  }

  close(): void {
    this.#diags.close();
  }

  /** Of a listener: how many requests to its port the kernel keeps that are not connections yet. */
  #halfOpen({ diag, protocol, family }: Known, { state, sport }: Diag): number {
    if (state !== "LISTEN") return 0;
    return diag.dump({ protocol, family, sport, states: ["SYN_RECV"] }).length;
  }

  #ask({ diag, ends, protocol, family, device, cookie }: Known): Diag | null {
    const last = ends.at(-1);
    return last === undefined ? null : diag.one({ ...last, protocol, family, device, cookie });
  }

  /** Its descriptor went before its peer was seen: it may still be there, in TIME_WAIT for one. */
  #among(everything: Everything, it: Known): Diag | null {
    const { diag, protocol, family, cookie, ends } = it;
    if ((ends.at(-1)?.dport ?? 0) !== 0 || this.#isOpen(it)) return null;
    const key = `${diag.fd} ${protocol} ${family}`;
    const all = everything.get(key) ?? diag.dump({ protocol, family });
    everything.set(key, all);
    const found = all.find((one) => one.cookie === cookie) ?? null;
    if (found !== null) ends.push(endsOf(found));
    return found;
  }

  /**
   * Reads its addresses, while it has its descriptor; answers whether they are others than before. A
   * connection that broke has no peer any more: the one that it had is kept.
   */
  #learn(it: Known): boolean {
    if (!this.#isOpen(it)) return false;
    it.device = Math.max(0, this.#option(it.fd, SO_BINDTOIFINDEX));
    const { getsockname, getpeername } = this.#calls.attempt;
    const [source, sport] = named(it.family, (to, length) => getsockname(it.fd, to, length));
    const [dest, dport] = named(it.family, (to, length) => getpeername(it.fd, to, length));
    const now: Ends = { source, sport, dest, dport };
    const last = it.ends.at(-1);
    const isBroken = it.protocol === IPPROTO_TCP && dport === 0 && (last?.dport ?? 0) !== 0;
    if (sport === 0 || isBroken || (last !== undefined && isSame(last, now))) return false;
    it.ends.push(now);
    return true;
  }

  /** Whether its descriptor is still this socket's. */
  #isOpen({ fd, cookie }: Known): boolean {
    const found = cell(u64, 0);
    const result = this.#calls.attempt.getsockopt(fd, SOL_SOCKET, SO_COOKIE, found, int(8));
    return result === 0 && String(found.value) === cookie;
  }

  /** An option that is an int; -1 where the kernel does not know it. */
  #option(fd: number, name: number): number {
    const value = int(0);
    return this.#calls.attempt.getsockopt(fd, SOL_SOCKET, name, value, int(4)) === 0 ? value.value : -1;
  }
}

const endsOf = ({ source, sport, dest, dport }: Ends): Ends => ({ source, sport, dest, dport });
const isSame = (a: Ends, b: Ends): boolean =>
  a.sport === b.sport && a.dport === b.dport && a.source === b.source && a.dest === b.dest;

type Name = (to: Memory, length: Memory) => number;
/** What getsockname or getpeername says; where there is no such address, any address and port 0. */
function named(family: number, call: Name): readonly [address: string, port: number] {
  const to = allocate(sockaddr_in6.size, 0);
  const isThere = call(to, int(to.length)) === 0;
  if (family === AF_INET6) {
    const { sin6_addr, sin6_port } = sockaddr_in6.at(to);
    return [sin6_addr, isThere ? sin6_port : 0];
  }
  const { sin_addr, sin_port } = sockaddr_in.at(to);
  return [sin_addr, isThere ? sin_port : 0];
}
