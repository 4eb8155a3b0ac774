/** The wire and the stacks beside the calls: each packet inside the call that sent it, a thousand times. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CallEvent, Event, PacketEvent, RunEvent } from "../../src/lab/events.ts";
import { cannotRun, named, netlab } from "../cli/netlab.ts";

const THOUSAND = `
import { AF_INET, experiment, int, SOCK_DGRAM, sizeof, sockaddr_in, text } from "netlab";
export default experiment({
  name: "thousand", asks: "?", story: "",
  run({ socket, bind, getsockname, sendto, recvfrom }, { scene }) {
    const [rx, tx] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
    const addr = sockaddr_in({ sin_family: AF_INET, sin_addr: "127.0.0.1" });
    bind(rx, addr, sizeof(addr));
    getsockname(rx, addr, int(sizeof(addr)));
    scene("sends");
    const got = text("....");
    for (let i = 0; i < 1000; i++) {
      sendto(tx, text(String(i).padStart(4, "0")), 4, 0, addr, sizeof(addr));
      recvfrom(rx, got, 4, 0, null, null);
    }
  },
  claims: [],
});
`;

const folder = mkdtempSync(join(tmpdir(), "netlab-test-"));
beforeAll(() => writeFileSync(join(folder, "thousand.mjs"), THOUSAND));
afterAll(() => rmSync(folder, { recursive: true }));

function eventsOf(): readonly Event[] {
  const saved = join(folder, "run.ndjson");
  netlab(["run", join(folder, "thousand.mjs"), "--quiet", "--save", saved, "--witness", "calls,wire"]);
  return readFileSync(saved, "utf8").trim().split("\n").map((it) => JSON.parse(it) as Event);
}

test.skipIf(cannotRun !== null)(named("1000 of 1000 sendto have their packet between enter and exit", cannotRun), () => {
  const events = eventsOf();
  const { able, why } = events.find((it): it is RunEvent => it.type === "run")!.witnesses.wire!;
  if (!able) return expect(why).toMatch(/shared with others/);
  const sends = events.filter((it): it is CallEvent => it.type === "call" && it.name === "sendto");
  const packets = events.filter((it): it is PacketEvent => it.type === "packet");
  expect(sends).toHaveLength(1000);
  expect(packets.map((it) => it.inside)).toEqual(sends.map((it) => it.id));
  const payload = ({ bytes }: PacketEvent): string => Buffer.from(bytes as string, "hex").toString("latin1").slice(-4);
  expect(packets.map(payload)).toEqual(sends.map((_, i) => String(i).padStart(4, "0")));
  return expect(packets.every((it, i) => it.t >= sends[i]!.enter && it.t <= sends[i]!.exit!)).toBe(true);
});
