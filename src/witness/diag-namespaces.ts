/** sock_diag(7) tells of one network namespace, that of the socket that asks: here is one for each. */
import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "../abi/constants/fcntl.ts";
import { SIOCGSKNS } from "../abi/constants/ioctl.ts";
import { CLONE_NEWNET } from "../abi/constants/sched.ts";
import { stat } from "../abi/structs/stat.ts";
import { cstring } from "../memory/memory.ts";
import type { Calls } from "../sys/calls.ts";
import { SockDiag } from "./sock-diag.ts";

/** Who to ask about a socket, by the namespace it was made in. They keep these namespaces alive. */
export class DiagNamespaces {
  readonly #calls: Calls;
  readonly #here: SockDiag;
  /** By the inode of the namespace. */
  readonly #all = new Map<string, SockDiag>();

  /** Throws SockDiagError where this kernel tells nothing of TCP's sockets. */
  constructor(calls: Calls) {
    this.#calls = calls;
    this.#here = new SockDiag(calls);
    this.#here.check();
  }

  /**
   * Of the namespace of this socket; null where that may not be entered. Without CAP_NET_ADMIN a socket does
   * not say where it is; but then nobody made further namespaces.
   */
  of(fd: number): SockDiag | null {
    const { ioctl, close } = this.#calls.attempt;
    if (this.#all.size === 0) this.#all.set(this.#inodeOfSocket(this.#here.fd), this.#here);
    const namespace = ioctl(fd, SIOCGSKNS, 0);
    if (namespace < 0) return this.#here;
    try {
      const inode = this.#inode(namespace);
      const found = this.#all.get(inode) ?? this.#openedIn(namespace);
      if (found !== null) this.#all.set(inode, found);
      return found;
    } finally {
      close(namespace);
    }
  }

  /** Closes them all. */
  close(): void {
    for (const it of [this.#here, ...this.#all.values()]) it.close();
    this.#all.clear();
  }

  #openedIn(namespace: number): SockDiag | null {
    const { openat, setns, close } = this.#calls;
    const home = openat(AT_FDCWD, cstring("/proc/thread-self/ns/net"), O_RDONLY | O_CLOEXEC, 0);
    const diag = new SockDiag(this.#calls);
    try {
      if (this.#calls.attempt.setns(namespace, CLONE_NEWNET) < 0) return null;
      diag.open();
      return diag;
    } finally {
      setns(home, CLONE_NEWNET);
      close(home);
    }
  }

  #inodeOfSocket(fd: number): string {
    const { ioctl, close } = this.#calls.attempt;
    const namespace = ioctl(fd, SIOCGSKNS, 0);
    if (namespace < 0) return "";
    const inode = this.#inode(namespace);
    close(namespace);
    return inode;
  }

  #inode(fd: number): string {
    const it = stat();
    this.#calls.fstat(fd, it);
    return String(it.st_ino);
  }
}
