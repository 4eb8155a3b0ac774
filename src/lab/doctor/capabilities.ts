/** Capabilities by name, as /proc/self/status has them: a mask in hexadecimal. capabilities(7). */

/** By number, without CAP_. uapi linux/capability.h. */
const NAMES = [
  "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
  "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
  "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
  "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
  "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
  "CHECKPOINT_RESTORE",
] as const;
export type Capability = typeof NAMES[number];

/** Those of a mask. */
export const capabilitiesOf = (mask: string): ReadonlySet<Capability> =>
  new Set(NAMES.filter((_, i) => (BigInt(`0x${mask}`) >> BigInt(i)) % 2n === 1n));

/** `none`, `all`, `all but SYS_TIME`, `CHOWN, KILL`. `last`: the highest that this kernel knows. */
export function named(held: ReadonlySet<Capability>, last: number): string {
  const known = NAMES.slice(0, last + 1);
  const others = known.filter((it) => !held.has(it));
  if (held.size === 0) return "none";
  if (others.length === 0) return "all";
  return others.length < 8 ? `all but ${others.join(", ")}` : [...held].join(", ");
}
/** The number of the highest that netlab has a name for. */
export const LAST = NAMES.length - 1;
