/** What the names of constants are worth: `AF_INET` is 2, whatever table it stands in. */
import * as epoll from "./constants/epoll.ts";
import * as errqueue from "./constants/errqueue.ts";
import * as ether from "./constants/ether.ts";
import * as fcntl from "./constants/fcntl.ts";
import * as icmp from "./constants/icmp.ts";
import * as interfaces from "./constants/if.ts";
import * as xdp from "./constants/if_xdp.ts";
import * as internet from "./constants/in.ts";
import * as internet6 from "./constants/in6.ts";
import * as netlink from "./constants/netlink.ts";
import * as packet from "./constants/packet.ts";
import * as poll from "./constants/poll.ts";
import * as sched from "./constants/sched.ts";
import * as socket from "./constants/socket.ts";
import * as tcp from "./constants/tcp.ts";
import * as udp from "./constants/udp.ts";

const FILES: readonly Readonly<Record<string, unknown>>[] = [
  socket, internet, internet6, tcp, udp, poll, epoll, fcntl, netlink, packet, ether, interfaces, icmp, xdp,
  errqueue, sched,
];

type Row = readonly [name: string, value: number];
const isRow = (it: [string, unknown]): it is [string, number] => typeof it[1] === "number";
/** The numbers of a table. */
const rowsIn = (table: unknown): readonly Row[] =>
  (typeof table === "object" ? Object.entries<unknown>({ ...table }).filter(isRow) : []);

/** Null: two tables differ, for the machines do (O_DIRECT). */
const VALUES = new Map<string, number | null>();
const ROWS = FILES.flatMap((file) => [...rowsIn(file), ...Object.values(file).flatMap(rowsIn)]);
for (const [name, value] of ROWS) {
  VALUES.set(name, (VALUES.get(name) ?? value) === value ? value : null);
}

/**
 * The value of a constant of sockets, descriptors and waiting, by its name in the headers; null where netlab
 * has no such name, or machines differ. Positive, also from 2^31 on.
 */
export const constantValue = (name: string): number | null => VALUES.get(name) ?? null;
