/**
 * Calls of two runs as lines that can be compared: what chance or time decided is told by name. That is ports, where
 * memory lies, how much of a timeout was left, what getrusage counted, and of TCP_INFO all but the state (and, of a
 * listener, its queue).
 */
import type { TracedCall } from "../../src/witness/strace-log.ts";
import { readValues } from "../../src/witness/strace-value-reader.ts";

export function sameLines(calls: readonly TracedCall[]): readonly string[] {
  const ports = new Map<string, string>();
  const regions: Region[] = [];
  const portNamed = (port: string): string => {
    if (port === "0") return port;
    if (!ports.has(port)) ports.set(port, `port ${ports.size + 1}`);
    return ports.get(port)!;
  };
  return calls.map((call) => {
    const { name, args, result } = call;
    const at = name === "mmap" && call.errno === null ? Number(result) : 0;
    const told = shortened(named((ARGUMENTS[name] ?? plain)(args), regions));
    if (at !== 0) regions.unshift({ at, length: Number(args.split(", ")[1]), name: `memory ${regions.length + 1}` });
    const end = at === 0 ? result.replace(/, left \{[^}]*\}/, ", left some") : regions[0]!.name;
    return `${name}(${told.replace(/htons\((\d+)\)/g, (_, port: string) => `htons(${portNamed(port)})`)}) = ${end}`;
  });
}

interface Region {
  readonly at: number;
  readonly length: number;
  readonly name: string;
}
/** An address inside of what mmap gave by its distance from there; any other is just one. */
const named = (args: string, regions: readonly Region[]): string => args.replace(/0x[0-9a-f]{6,}/g, (text) => {
  const region = regions.find(({ at, length }) => Number(text) >= at && Number(text) < at + length);
  return region === undefined ? "an address" : `${region.name} + ${Number(text) - region.at}`;
});

/** A hundred of one letter and more, counted. */
const shortened = (args: string): string => args.replace(/(.)\1{99,}/g, (all, one: string) => `${one} × ${all.length}`);

const plain = (args: string): string => args;
const ARGUMENTS: Readonly<Record<string, (args: string) => string>> = {
  getrusage: (args) => args.replace(/\{.*\}/, "{}"),
  getsockopt: (args) => (args.includes("TCP_INFO") ? tcpInfo(args) : args),
};

/** Offsets of tcpi_state, tcpi_unacked and tcpi_sacked, <linux/tcp.h>. */
const [STATE, UNACKED, SACKED] = [0, 24, 28];
const LISTEN = 10;

/** The bytes of tcp_info, as strace writes them, or what a younger strace makes of them. */
function tcpInfo(args: string): string {
  const part = readValues(args).members[3]?.value;
  if (part?.kind !== "string") return args.replace(/\{.*\}/, (it) => /tcpi_state=\w+/.exec(it)![0]);
  const bytes = Buffer.from(part.bytes, "latin1");
  const queue = bytes[STATE] === LISTEN ? `, ${bytes.readUInt32LE(UNACKED)} of ${bytes.readUInt32LE(SACKED)}` : "";
  return args.replace(/"(?:[^"\\]|\\.)*"(?:\.\.\.)?/, `state ${bytes[STATE]}${queue}`);
}
