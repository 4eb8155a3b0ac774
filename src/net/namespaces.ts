/** Network namespaces of a thread: a further one made, and something done in it. network_namespaces(7). */
import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "../abi/constants/fcntl.ts";
import { CLONE_NEWNET } from "../abi/constants/sched.ts";
import { cstring } from "../memory/memory.ts";
import type { Calls } from "../sys/calls.ts";
import { aside } from "./descriptor.ts";
import { setLink } from "./links.ts";
import { Netlink } from "./netlink.ts";

/** A network namespace, by a descriptor that keeps it alive. It is close-on-exec. */
export interface NamespaceFd {
  readonly fd: number;
}

/** LOOPBACK_IFINDEX of <net/flow.h>: lo is the first link of every namespace. */
const LOOPBACK = 1;

/**
 * Makes a network namespace; its lo is up, and the calling thread is where it was. Throws SyscallError: EPERM
 * without CAP_SYS_ADMIN, ENOSPC beyond user.max_net_namespaces.
 */
export const newNamespace = (calls: Calls): NamespaceFd => andBack(calls, () => {
  calls.unshare(CLONE_NEWNET);
  const nl = new Netlink(calls);
  try {
    setLink(nl, LOOPBACK, { up: true });
  } finally {
    nl.close();
  }
  return { fd: whereIAm(calls) };
});

/**
 * Does something with the calling thread in another namespace, and returns from there also where it throws.
 * Sockets made meanwhile stay there, and so do threads and processes that are started.
 */
export const within = <T>(calls: Calls, namespace: NamespaceFd, body: () => T): T => andBack(calls, () => {
  calls.setns(namespace.fd, CLONE_NEWNET);
  return body();
});

function andBack<T>(calls: Calls, body: () => T): T {
  const home = whereIAm(calls);
  try {
    return body();
  } finally {
    calls.setns(home, CLONE_NEWNET);
    calls.close(home);
  }
}

/** Threads of one process may be in different namespaces: it is the calling one's that counts. */
const whereIAm = (calls: Calls): number =>
  aside(calls, calls.openat(AT_FDCWD, cstring("/proc/thread-self/ns/net"), O_RDONLY | O_CLOEXEC, 0));
