/** Sysctls of the network namespace that the calling thread is in: /proc/sys/net shows each its own. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Sets "net.ipv4.tcp_syncookies". A name's part that has dots of its own has slashes for them, as sysctl(8)
 * has it: "net.ipv4.conf.va/1.rp_filter". Throws Error where there is none, or where it may not be set so.
 */
export function sysctl(name: string, value: number | string): void {
  const path = pathOf(name);
  told(name, () => writeFileSync(path, String(value)), `may not be set to ${JSON.stringify(value)} here`);
}

/** What it is set to, without the newline. Throws Error where there is none. */
export function sysctlValue(name: string): string {
  const path = pathOf(name);
  return told(name, () => readFileSync(path, "latin1").trimEnd(), "may not be read here");
}

/** Whether it is there, in this kernel and in this namespace. */
export const hasSysctl = (name: string): boolean => existsSync(pathOf(name));

/** Only what is below net belongs to a namespace: the rest is the whole machine's. */
function pathOf(name: string): string {
  const path = name.replace(/[./]/g, (it) => (it === "." ? "/" : "."));
  if (/^net(\/[\w-][\w.-]*)+$/.test(path)) return `/proc/sys/${path}`;
  throw new RangeError(`sysctl ${name}: a run uses those of its network namespace, net.…, and no others`);
}

function told<T>(name: string, body: () => T, refusal: string): T {
  try {
    return body();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    const isAbsent = code === "ENOENT" && syscall === "open";
    const why = isAbsent ? "is not in this kernel, or not in this namespace" : refusal;
    throw new Error(`sysctl ${name} ${why} (${code})`, { cause: error });
  }
}
