/**
 * The counters of a network namespace, as /proc/self/net shows them: read in the chamber, parsed wherever
 * they are judged.
 */
import { openSync, readSync } from "node:fs";

/**
 * Files of /proc/self/net whose lines come in pairs, names above values (snmp, netstat), or as
 * `NAME: key value …` (sockstat).
 */
const FILES = ["snmp", "netstat", "sockstat"] as const;
/** Tables whose figures are the machine's, at least in part: see softnet.ts. */
const MACHINE = ["protocols", "softnet_stat"] as const;
/** Longer than any of them. */
const ROOM = 64 << 10;

/**
 * Opens the files once, for they are read at every scene's border. The answer reads them: their texts, empty
 * where the kernel has no such file. `alone`: nothing else runs beside, so that the machine's figures mean
 * something.
 */
export function counterReader(alone = false): () => readonly string[] {
  const open = [...FILES, ...(alone ? MACHINE : [])].map((file) => {
    try {
      return openSync(`/proc/self/net/${file}`, "r");
    } catch {
      return null;
    }
  });
  const room = Buffer.alloc(ROOM);
  return () => open.map((fd) => (fd === null ? "" : whole(fd, room)));
}

/** A file of /proc is made anew for who reads it from its beginning, and comes in pieces of a page. */
function whole(fd: number, room: Buffer): string {
  let end = 0;
  for (let got = -1; got !== 0 && end < room.length;) {
    got = readSync(fd, room, end, room.length - end, end);
    end += got;
  }
  return room.toString("latin1", 0, end);
}
