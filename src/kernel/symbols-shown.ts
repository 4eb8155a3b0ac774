/** Whether the kernel shows where its functions lie: without that no stack can be read. */
import { closeSync, openSync, readSync } from "node:fs";

/** In bytes: what one read gives tells whether there is an address but 0, where some of x86-64 lie. */
const BEGINNING = 4096;

/** Null where it does; else why not, and what would help. `table` is /proc/kallsyms. */
export function whyHidden(table = "/proc/kallsyms"): string | null {
  const text = beginningOf(table);
  if (text === null || text === "") {
    return `${table} is not there, not readable or empty, so no stack could be read`;
  }
  if (/^0*[1-9a-f]/m.test(text)) return null;
  return `the kernel hides where its functions lie (${table} shows zeros): it takes CAP_SYSLOG, `
    + "and sysctl kernel.kptr_restrict below 2";
}

function beginningOf(file: string): string | null {
  try {
    const fd = openSync(file, "r");
    const bytes = Buffer.alloc(BEGINNING);
    try {
      return bytes.toString("latin1", 0, readSync(fd, bytes, 0, BEGINNING, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
