/** What the kernel says of sockets that were made for it, as root and as a user; ss(8) is asked as well. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IPPROTO_TCP } from "../../src/abi/constants/in.ts";
import { Driven, WAYS } from "./sockets/driven.ts";
import type { Step, Told, ToldDiag } from "./sockets/told.ts";

/** What is told of a UDP socket that holds nothing. */
const EMPTY = { recv_q: 0, send_q: 0, drops: 0 };

const named = (cannot: string | null): string =>
  `in a namespace of its own${cannot === null ? "" : ` (skipped: ${cannot})`}`;

describe.for(WAYS)("as $who", ({ words, cannot }) => {
  describe.skipIf(cannot !== null)(named(cannot), () => {
    const driven = new Driven();
    let told: Told;
    beforeAll(async () => {
      await driven.build();
      told = driven.run(words);
    });
    afterAll(() => driven[Symbol.dispose]());

    const samples = (step: string) => told.steps[step]!.samples;
    const states = (step: string) => Object.fromEntries(samples(step).map((it) => [it.socket, it.state]));
    const sampled = (step: string, socket: string) => samples(step).find((it) => it.socket === socket);

    test("listeners tell their queues, connections are established, what was refused is closed", () => {
      expect(states("queued")).toEqual({
        listener: "LISTEN", lazy: "LISTEN", "on lo": "LISTEN", refused: "CLOSE",
        one: "ESTABLISHED", two: "ESTABLISHED", silent: "ESTABLISHED", "lo client": "ESTABLISHED",
      });
      expect(sampled("queued", "listener")!.values).toEqual({ queued: 2, backlog: 3, half_open: 0 });
      expect(sampled("queued", "lazy")!.values).toEqual({ queued: 0, backlog: 3, half_open: 1 });
      expect(sampled("queued", "on lo")!.values).toEqual({ queued: 1, backlog: 2, half_open: 0 });
    });

    test("the dump has what no descriptor leads to", () => {
      const at = (name: string): readonly string[] => {
        const port = sampled("queued", name)!.ends.at(-1)!.sport;
        const there = told.steps.queued!.tcp.filter((it) => it.sport === port);
        return there.map((it) => `${it.state} ${it.inode === 0 ? "-" : "file"} ${it.info > 0}`).sort();
      };
      expect(at("listener")).toEqual(["ESTABLISHED - true", "ESTABLISHED - true", "LISTEN file true"]);
      expect(at("lazy")).toEqual(["LISTEN file true", "SYN_RECV - false"]);
    });

    test("unread bytes, and what struct tcp_info counts", () => {
      expect(sampled("unread", "server")!.values).toMatchObject({ recv_q: 5, send_q: 0, bytes_received: 5 });
      expect(sampled("unread", "one")!.values).toMatchObject({ recv_q: 0, send_q: 0, bytes_acked: 6 });
      expect(sampled("unread", "other")!.values).toMatchObject({ recv_q: 0, bytes_received: 0 });
    });

    test("a closed descriptor's socket goes its way", () => {
      expect(states("half")).toMatchObject({ one: "FIN_WAIT2", server: "CLOSE_WAIT" });
      expect(states("closed")).toMatchObject({ one: "TIME_WAIT", server: "CLOSE" });
      expect(states("closed")).toMatchObject({ two: "CLOSE", other: "CLOSE" });
      expect(sampled("closed", "one")!.values).toEqual({});
    });

    test("who is gone is told once; who still has a descriptor, each time", () => {
      expect(states("after")).toMatchObject({ one: "TIME_WAIT", other: "CLOSE", refused: "CLOSE" });
      expect(Object.keys(states("after"))).not.toContain("server");
      expect(Object.keys(states("after"))).not.toContain("two");
    });

    test("a broken connection keeps the peer that it had; a refused one has its own port alone", () => {
      expect(sampled("after", "other")!.ends).toHaveLength(1);
      expect(sampled("after", "other")!.ends[0]).toEqual(sampled("unread", "other")!.ends[0]);
      expect(sampled("after", "refused")!.ends).toMatchObject([{ dport: 0 }]);
    });

    test("one that closed before anybody saw its addresses is found by its cookie", () => {
      expect(sampled("quick", "quick")).toMatchObject({
        state: "TIME_WAIT", ends: [{ source: "127.0.0.1", dest: "127.0.0.1" }],
      });
    });

    test("UDP: the memory of its queue, and whether it is connected", () => {
      expect(sampled("unbound", "receiver")).toMatchObject({ state: "CLOSE", values: EMPTY });
      expect(sampled("unbound", "sender")).toMatchObject({ state: "CLOSE", values: {}, ends: [] });
      expect(sampled("shared", "sender")).toMatchObject({ state: "ESTABLISHED", values: { send_q: 0 } });
      expect(sampled("shared", "receiver")!.values.recv_q).toBeGreaterThan(10);
    });

    test.for([
      ["listeners 1", "LISTEN", { queued: 0, backlog: 5 }],
      ["listeners 2", "LISTEN", { queued: 0, backlog: 5 }],
      ["datagrams 1", "CLOSE",  EMPTY],
      ["datagrams 2", "CLOSE",  EMPTY],
    ] as const)("%s, on a port that is shared", ([name, state, values]) =>
      expect(sampled("shared", name)).toMatchObject({ state, values }));

    test("one whose call is not answered yet has no peer to ask for, and is found", () =>
      expect(sampled("calling", "calling")).toMatchObject({ state: "SYN_SENT", values: { send_q: 1 }, ends: [{ dport: 0 }] }));

    test("an IPv4 peer of an IPv6 socket, and IPv6 alone", () => {
      const four = "::ffff:127.0.0.1";
      expect(states("families")).toMatchObject({ six: "LISTEN", four: "ESTABLISHED" });
      const [mapped, udp6] = ["mapped", "udp6"].map((it) => sampled("families", it));
      expect(mapped).toMatchObject({ state: "ESTABLISHED", ends: [{ source: four, dest: four }] });
      expect(udp6).toMatchObject({ state: "ESTABLISHED", ends: [{ source: "::1", dest: "::1" }] });
    });

    test("sockets of another namespace are asked for there", () => {
      expect(sampled("away", "away")).toMatchObject({ state: "LISTEN", values: { queued: 1, backlog: 7 } });
      expect(sampled("away", "away guest")).toMatchObject({ state: "ESTABLISHED" });
    });

    test("the thread that asked there is at home again", () => {
      const port = (name: string) => sampled("away", name)!.ends[0]!.sport;
      const here = told.steps.away!.tcp.map((it) => it.sport);
      expect(here).toContain(port("home"));
      expect(here).not.toContain(port("away"));
    });

    test("what is neither TCP nor UDP is passed over", () =>
      expect(Object.keys(states("families"))).not.toContain("unix"));

    test("the witness's own socket takes no number from the experiment", () => {
      const [before, after] = told.numbers;
      expect(after).toBe(before);
    });

    const quiet = ["queued", "unread", "half", "closed", "quick", "shared", "families"];
    test.for(quiet)("ss sees the same: %s", (name, { skip }) => {
      const step = told.steps[name]!;
      if (step.ss.tcp === null) skip("no ss here");
      expect(ours(step)).toEqual(theirs(step));
      expect(ours(step).length).toBeGreaterThan(4);
    });
  });
});

/** `LISTEN 2 3 7001 0 b0`: state, queues, ports, cookie. */
const ours = ({ tcp, udp }: Step): readonly string[] => [...tcp, ...udp].map((it) => {
  const cookie = BigInt(it.cookie).toString(16);
  return [stateOf(it), it.rqueue, it.wqueue, it.sport, it.dport, cookie].join(" ");
}).sort();
const theirs = ({ ss: { tcp, udp } }: Step): readonly string[] =>
  `${tcp}${udp}`.split("\n").filter((it) => it !== "").map((it) => {
    const [state, rqueue, wqueue, source, dest] = it.split(/\s+/);
    const port = (address = ""): string => address.slice(address.lastIndexOf(":") + 1).replace("*", "0");
    return [state, rqueue, wqueue, port(source), port(dest), /\bsk:([\da-f]+)/.exec(it)?.[1]].join(" ");
  }).sort();

/** ss has words of its own. */
const stateOf = ({ state, protocol }: ToldDiag): string => {
  if (state === "CLOSE") return protocol === IPPROTO_TCP ? "CLOSED" : "UNCONN";
  return state === "ESTABLISHED" ? "ESTAB" : state.replace("_", "-").replace(/(?<=WAIT)(?=\d)/, "-");
};
