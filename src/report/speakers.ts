/**
 * Who speaks in a call: the socket behind its descriptor, its name, where the run has given it one, and what
 * it is in its conversation. Both hold from the call that made the descriptor to the one that closed it,
 * though they were found out between.
 */
import { pollfd } from "../abi/structs/poll.ts";
import type { CallEvent, Event } from "../lab/events.ts";
import { bytesOf } from "../memory/memory.ts";
import { unpack } from "../sys/packed-bytes.ts";

/** Null where its descriptor has no name, or it has none at all. */
export type Speakers = (call: CallEvent) => string | null;

/** Calls whose result is a descriptor. */
const MAKES: ReadonlySet<string> = new Set(["socket", "accept", "accept4"]);

/** One descriptor from the call that made it to the one that closed it. */
export interface Life {
  name: string | null;
  /** It connects; or it waits for others, or is what such a one accepted. Null: neither. */
  role: "client" | "server" | null;
}
/** Calls after which a socket is known to be one or the other. */
const ROLES: Readonly<Record<string, Life["role"]>> = { connect: "client", bind: "server", listen: "server" };

/** The speakers of a run, by their names. */
export function speakersOf(events: readonly Event[]): Speakers {
  const lives = socketLives(events);
  return (call) => lives.get(call)?.name ?? null;
}

/** Whose each call of a run is; calls without a descriptor are nobody's. */
export function socketLives(events: readonly Event[]): ReadonlyMap<CallEvent, Readonly<Life>> {
  const open = new Map<number, Life>();
  const speakers = new Map<CallEvent, Life>();
  const live = (fd: number): Life => {
    const life = open.get(fd) ?? { name: null, role: null };
    open.set(fd, life);
    return life;
  };
  const hear = (it: CallEvent): void => {
    const made = madeBy(it);
    if (made !== null) open.set(made, { name: null, role: it.name === "socket" ? null : "server" });
    const fd = descriptorOf(it) ?? made;
    if (fd === null) return;
    const life = live(fd);
    speakers.set(it, life);
    life.role = ROLES[it.name] ?? life.role;
    if (it.name === "close") open.delete(fd);
  };
  for (const it of events) {
    if (it.type === "known") live(it.fd).name = it.name;
    else if (it.type === "call") hear(it);
  }
  return speakers;
}

const madeBy = ({ name, result }: CallEvent): number | null =>
  (MAKES.has(name) && result !== null && result >= 0 ? result : null);

/** The descriptor that a call is given: its own, or the first of those it polls. */
function descriptorOf({ args }: CallEvent): number | null {
  const own = args.find(({ name }) => name === "fd");
  if (own !== undefined) return Number(own.value);
  const polled = args.find(({ layout }) => layout?.startsWith(pollfd.name))?.before;
  return polled === undefined || polled === null ? null : pollfd.read(bytesOf(unpack(polled)), 0).fd;
}
