/** Writes what the running kernel answers, for the fixtures: `recording.mjs FOLDER`, in a namespace of its own. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Memory } from "../../src/memory/memory.ts";
import { addresses } from "../../src/net/addresses.ts";
import { indexOf, linkOf, links } from "../../src/net/links.ts";
import { neighbours } from "../../src/net/neighbours.ts";
import { Netlink } from "../../src/net/netlink.ts";
import { setQdisc } from "../../src/net/qdiscs.ts";
import { routes } from "../../src/net/routes.ts";
import { type Calls, callsOf } from "../../src/sys/calls.ts";
import { LogRecorder } from "../../src/sys/recorder.ts";
import { logIn } from "../sys/log-in.ts";
import { ipv6On, topology } from "./topology.ts";

const calls = callsOf(new LogRecorder(logIn(new ArrayBuffer(64 << 20), process.hrtime.bigint(), 0)));
const built = topology(calls);
ipv6On(built);
const va = indexOf(built.here, "va");

/** The first request of a socket, so that its number is 1. */
const ASKED: Readonly<Record<string, (nl: Netlink) => unknown>> = {
  "link":          (nl) => linkOf(nl, "va"),
  "links":         links,
  "addresses":     addresses,
  "routes":        routes,
  "neighbours":    neighbours,
  "no-such-link":  (nl) => linkOf(nl, "vx"),
  "no-such-qdisc": (nl) => setQdisc(nl, va, "nosuch"),
};

for (const [name, ask] of Object.entries(ASKED)) {
  const received: string[] = [];
  const nl = new Netlink(listening(received));
  try {
    ask(nl);
  } catch {
    // A refusal is an answer too.
  }
  const [folder = ".", release = ""] = process.argv.slice(2);
  writeFileSync(join(folder, `${name}.hex`), [`# ${name}: test/net/topology.ts on Linux ${release}, a line each receive`, ...received, ""].join("\n"));
}

/** The same calls; what recvfrom brings is kept. */
function listening(received: string[]): Calls {
  const recvfrom = ((...values: Parameters<Calls["recvfrom"]>) => {
    const length = calls.recvfrom(...values);
    received.push((values[1] as Memory).bytes.toString("hex", 0, length));
    return length;
  }) as Calls["recvfrom"];
  return new Proxy(calls, { get: (of, name) => (name === "recvfrom" ? recvfrom : of[name as keyof Calls]) });
}
