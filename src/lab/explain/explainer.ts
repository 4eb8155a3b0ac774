/**
 * What netlab has to say of a log of strace's, line by line: which socket a call is about, what its error
 * means, which way it takes through the kernel, which experiments show it. Pure, and it needs no kernel.
 */
import { shownBy } from "../../../experiments/catalogue/shown-by.ts";
import { advice } from "../../abi/advice.ts";
import { optionName } from "../../abi/sockopt.ts";
import type { Entry, StraceCall } from "../../witness/strace-entry.ts";
import { type About, aboutOf } from "./about.ts";
import { Follower } from "./follower.ts";
import type { Socket, Sockets } from "./sockets.ts";
import { isTaken } from "./taken.ts";
import { Tally } from "./tally.ts";
import { type Way, wayOf } from "./way.ts";
import { pendingError, smallIn } from "./worth.ts";

/** One line, with what is known of it. */
export interface Explained {
  readonly entry: Entry;
  /** Null: the line is no call, or one that netlab has nothing to say of. */
  readonly about: About | null;
  /** The call, where the line has one. */
  readonly call: StraceCall | null;
  /** As it is now: it goes on living as the log is read. */
  readonly socket: Socket | null;
  readonly among: readonly Socket[];
  /** What the error means for this call, and what to try. */
  readonly advice: string | null;
  /** Null where there is none, or the call did not come to its end. */
  readonly way: Way | null;
  /** By which experiments are found: protocol, call, socket option, error: `tcp connect ECONNREFUSED`. */
  readonly topic: string | null;
}

type Said = Pick<Explained, "advice" | "way" | "topic">;

/** To be told every line of a log, in order. */
export class Explainer {
  readonly #follower = new Follower();
  readonly tally = new Tally();

  get sockets(): Sockets { return this.#follower.sockets; }

  take(entry: Entry): Explained {
    const { socket, among } = this.#follower.hear(entry);
    const call = "call" in entry ? entry.call : null;
    const about = call === null ? null : aboutOn(call, socket);
    this.tally.hear(entry, about !== null);
    const isDone = entry.kind === "call" || entry.kind === "resumed";
    const late = isDone ? failureOf(entry.call) : null;
    if (late !== null && late.name !== call?.name) this.tally.failed(late.name, late.errno!);
    const said = isDone && (about === "socket" || about === "waiting")
      ? saidOf(entry.call, about, socket ?? among[0] ?? null) : NOTHING;
    return { entry, about, call, socket, among, ...said };
  }
}

const NOTHING = { advice: null, way: null, topic: null } as const;

/** What is to be said of a call that came back, by its socket, or the first that it waited for. */
function saidOf(call: StraceCall, about: About, socket: Socket | null): Said {
  const protocol = socket?.kind.protocol ?? null;
  const { name, errno } = failureOf(call);
  const words = [protocol ?? "any", name, name === call.name ? optionOf(call) : null, errno];
  return {
    advice: errno === null ? null : advice(name, errno),
    way: isTaken(call, socket)
      ? wayOf(protocol, call.name, about === "waiting", socket?.state === "listening") : null,
    topic: words.filter((it) => it !== null).join(" "),
  };
}

interface Failure {
  /** The call that it is an error of. */
  readonly name: string;
  readonly errno: string | null;
}
/** The error that a call tells: its own, or with SO_ERROR that of a connect which did not wait. */
function failureOf({ name, args, result }: StraceCall): Failure {
  const isAsked = name === "getsockopt" && result?.errno === null;
  const pending = isAsked ? pendingError(args[2]?.value, args[3]?.value) : null;
  return pending === null ? { name, errno: result?.errno ?? null } : { name: "connect", errno: pending };
}

/** What is done to a socket is about sockets, whatever else the call may be for. */
const aboutOn = (call: StraceCall, socket: Socket | null): About | null =>
  (isThread(call) ? null : aboutOf(call.name) ?? (socket === null ? null : "socket"));

/** A thread is no process. */
const isThread = ({ name, source }: StraceCall): boolean =>
  name.startsWith("clone") && /\bCLONE_THREAD\b/.test(source);

/** An option's name, which says more than that one was set or asked for. */
function optionOf({ name, args }: StraceCall): string | null {
  const [level, option] = [1, 2].map((n) => smallIn(args[n]?.value));
  if (!/^[gs]etsockopt$/.test(name) || level == null || option == null) return null;
  return optionName(level).show(option);
}

/** Calls that netlab's experiments make in place of others. */
const ALIKE: Readonly<Record<string, string>> = {
  accept: "accept4", poll: "ppoll", epoll_wait: "epoll_pwait", epoll_create: "epoll_create1",
  read: "recvfrom", readv: "recvfrom", write: "sendto", writev: "sendto",
};

/** The experiments that show this, the best first. A call like it serves where there is none. */
export function experimentsFor(topic: string): readonly string[] {
  const [protocol = "", call = "", ...errno] = topic.split(" ");
  const calls = [call, ...(Object.hasOwn(ALIKE, call) ? [ALIKE[call]!] : [])];
  const topics = calls.flatMap((it) => [protocol, "any"].map((of) => [of, it, ...errno].join(" ")));
  const found = topics.find((it) => Object.hasOwn(shownBy, it));
  return found === undefined ? [] : shownBy[found]!;
}
