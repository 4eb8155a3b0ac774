/**
 * Carries the frames of a wire between the inner ends of two veth pairs, by rule. It is a loop that ends with
 * its thread, and it stands in the namespace of those ends.
 */
import { POLLIN } from "../abi/constants/poll.ts";
import { CLONE_NEWNET } from "../abi/constants/sched.ts";
import { pollfd } from "../abi/structs/poll.ts";
import type { Calls } from "../sys/calls.ts";
import { type DescriptorPort, timeOf } from "./descriptor-port.ts";
import { kindOf } from "./frame-kind.ts";
import { packetPort } from "./frame-port.ts";
import type { Toward, WireRule } from "./wire-rule.ts";
import { WireRuling } from "./wire-ruling.ts";
import { WireTally } from "./wire-tally.ts";

/** What is carried, and where: plain, for it travels to a thread. */
export interface Carriage {
  /** The descriptor of the namespace where both ends are. */
  readonly namespace: number;
  /** Their names. */
  readonly ends: Readonly<Record<Toward, string>>;
  readonly rules: readonly WireRule[];
  readonly tally: SharedArrayBuffer;
}

/**
 * Carries frames for good; `ready` is called when all that is sent from then on is carried. The calling
 * thread moves to the namespace of the ends. Throws SyscallError, and Error where frames found no room.
 */
export function forward(calls: Calls, it: Carriage, ready: () => void): never {
  const { namespace, ends, rules, tally } = it;
  calls.setns(namespace, CLONE_NEWNET);
  const ports = { here: packetPort(calls, ends.here), there: packetPort(calls, ends.there) };
  const forwarder = new Forwarder(calls, ports, rules, new WireTally(tally));
  ready();
  for (;;) forwarder.step();
}

type Ports = Readonly<Record<Toward, DescriptorPort>>;
/** A frame on its way, that waits for its time (as performance.now() counts it). */
interface Late {
  readonly due: number;
  readonly toward: Toward;
  readonly frame: Uint8Array;
}

/** Whether frames were lost is asked where nobody waits for it, and after so many steps at the latest. */
const LOOK = 1000;

/** The loop without its beginning and its thread. */
export class Forwarder {
  readonly #calls: Calls;
  readonly #ports: Ports;
  readonly #ruling: WireRuling<Uint8Array>;
  readonly #tally: WireTally;
  readonly #ready: ReturnType<typeof pollfd.array>;
  /** By their time; those of one time in their order. */
  readonly #late: Late[] = [];
  #steps = 0;

  constructor(calls: Calls, ports: Ports, rules: readonly WireRule[], tally: WireTally) {
    this.#calls = calls;
    this.#ports = ports;
    this.#ruling = new WireRuling(rules, tally);
    this.#tally = tally;
    this.#ready = pollfd.array([ports.here, ports.there].map(({ fd }) => ({ fd, events: POLLIN })));
  }

  /** Carries a frame from each end, and sends one that is due; where there is nothing to do it waits. */
  step(): void {
    const { here, there } = this.#ports;
    const forth = this.#carry("here", "there");
    const back = this.#carry("there", "here");
    const sent = this.#sendDue();
    const isIdle = !forth && !back && !sent;
    if (isIdle || ++this.#steps % LOOK === 0) for (const it of [here, there]) it.nothingLost();
    if (isIdle) this.#wait();
  }

  #carry(from: Toward, toward: Toward): boolean {
    const frame = this.#ports[from].receive(0);
    if (frame === null) return false;
    const kind = kindOf(frame);
    for (const { frame: it, after } of this.#ruling.take(new Uint8Array(frame), toward, kind)) {
      if (after === 0) this.#send(toward, it);
      else this.#keep({ due: performance.now() + after, toward, frame: it });
    }
    return true;
  }

  #send(toward: Toward, frame: Uint8Array): void {
    this.#tally.pass();
    this.#ports[toward].send(frame);
  }

  #keep(it: Late): void {
    const before = this.#late.findLastIndex(({ due }) => due <= it.due);
    this.#late.splice(before + 1, 0, it);
  }

  #sendDue(): boolean {
    const it = this.#late[0];
    if (it === undefined || it.due > performance.now()) return false;
    this.#late.shift();
    this.#send(it.toward, it.frame);
    return true;
  }

  #wait(): void {
    const [next] = this.#late;
    const time = next === undefined ? null : timeOf(Math.max(0, next.due - performance.now()));
    this.#calls.attempt.ppoll(this.#ready, 2, time, null, 0);
  }
}
