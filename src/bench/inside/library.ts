/**
 * What Node itself offers: node:dgram and node:net, both ends in this process, on its event loop. dgram has
 * as many packets under way as the loop that it is compared with: one, or bursts of 64.
 */
import { createSocket, type Socket as Dgram } from "node:dgram";
import { type EventEmitter, once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { BATCH, PAYLOAD } from "../loops.ts";

/** Makes so many rounds of a burst, or of one round trip; answers how many packets those were. */
type Rounds = (rounds: number) => Promise<number>;

const LOOPBACK = "127.0.0.1";
/** What each message holds. */
export const proof = Buffer.from(Array.from({ length: PAYLOAD }, (_, at) => (at * 7) & 0xff));

/** Each with its sockets, by what the bench asks for. */
export const libraries: Readonly<Record<string, () => Promise<Rounds>>> = {
  dgram: () => dgram(1, false),
  "dgram-bursts": () => dgram(BATCH, false),
  "dgram-connected": () => dgram(BATCH, true),
  net,
};

async function dgram(burst: number, connected: boolean): Promise<Rounds> {
  const [rx, tx] = [createSocket("udp4"), createSocket("udp4")];
  rx.bind(0, LOOPBACK);
  await once(rx, "listening");
  const { port } = rx.address();
  if (connected) tx.connect(port, LOOPBACK);
  else tx.bind(0, LOOPBACK);
  await once(tx, connected ? "connect" : "listening");
  const send = connected ? () => tx.send(proof) : () => tx.send(proof, port, LOOPBACK);
  return (rounds) => bursts(rx, burst, rounds * burst, send);
}

/** The next burst goes out when the last packet of this one has come. */
const bursts = (rx: Dgram, burst: number, packets: number, send: () => void): Promise<number> =>
  heard(rx, "message", packets, (came) => {
    if (came % burst === 0) for (let i = 0; i < burst; i++) send();
  });

/** So long a sample may take, in ms. */
const FUSE = 10_000;

/**
 * So many messages, each what was sent; `next` is told how many have come, from 0 on, and sends what is to
 * follow. Answers how many came. Rejects with a sentence, and listens no more, where others come or too few.
 */
export const heard = (
  from: EventEmitter, event: "message" | "data", count: number, next: (came: number) => void,
): Promise<number> => new Promise((resolve, reject) => {
  let came = 0;
  const over = (why: string | null): void => {
    clearTimeout(fuse);
    from.off(event, hear);
    if (why === null) resolve(count);
    else reject(new Error(why));
  };
  const fuse = setTimeout(() => over(`${count - came} of ${count} packets did not come`), FUSE);
  const hear = (bytes: Buffer): void => {
    if (!bytes.equals(proof)) over("other bytes came than were sent");
    else if (++came === count) over(null);
    else next(came);
  };
  from.on(event, hear);
  next(0);
});

async function net(): Promise<Rounds> {
  const server = createServer({ noDelay: true }, (it) => it.on("data", (bytes) => it.write(bytes)));
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  const client = connect({ port: (server.address() as AddressInfo).port, host: LOOPBACK, noDelay: true });
  await once(client, "connect");
  return (rounds) => pingPong(client, rounds);
}

const pingPong = (client: Socket, rounds: number): Promise<number> =>
  heard(client, "data", rounds, () => client.write(proof));
