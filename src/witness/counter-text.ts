/** The counters of a network namespace, as /proc/self/net shows them: read in the chamber, parsed wherever they are judged. */
import { readFileSync } from "node:fs";

/** Files of /proc/self/net whose lines come in pairs, names above values (snmp, netstat), or as `NAME: key value …` (sockstat). */
const FILES = ["snmp", "netstat", "sockstat"] as const;

/** The text of each; empty where the kernel has no such file. */
export const counterText = (): readonly string[] => FILES.map((file) => {
  try {
    return readFileSync(`/proc/self/net/${file}`, "latin1");
  } catch {
    return "";
  }
});
