/**
 * Who speaks in a call: the name of the socket behind its descriptor, where the run has given it one. The
 * name holds from the call that made the descriptor to the one that closed it, though it was given between.
 */
import { pollfd } from "../abi/structs/poll.ts";
import type { CallEvent } from "../lab/events.ts";
import type { Events } from "../lab/fact.ts";
import { bytesOf } from "../memory/memory.ts";
import { unpack } from "../sys/packed-bytes.ts";

/** Null where its descriptor has no name, or it has none at all. */
export type Speakers = (call: CallEvent) => string | null;

/** Calls whose result is a descriptor. */
const MAKES: ReadonlySet<string> = new Set(["socket", "accept", "accept4"]);

/** One descriptor from the call that made it to the one that closed it. */
interface Life {
  name: string | null;
}

/** The speakers of a run. */
export function speakersOf(events: Events): Speakers {
  const open = new Map<number, Life>();
  const speakers = new Map<CallEvent, Life>();
  const live = (fd: number): Life => {
    const life = open.get(fd) ?? { name: null };
    open.set(fd, life);
    return life;
  };
  for (const it of events) {
    if (it.type === "known") live(it.fd).name = it.name;
    if (it.type !== "call") continue;
    const made = madeBy(it);
    if (made !== null) open.delete(made);
    const fd = descriptorOf(it) ?? made;
    if (fd !== null) speakers.set(it, live(fd));
    if (it.name === "close" && fd !== null) open.delete(fd);
  }
  return (call) => speakers.get(call)?.name ?? null;
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
