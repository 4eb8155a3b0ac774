/** Which descriptors lead to which sockets, process by process. */
import type { Socket } from "./sockets.ts";

type How = NonNullable<Socket["ended"]>["how"];
interface Open {
  readonly socket: Socket;
  /** execve closes it. */
  readonly cloexec: boolean;
}

/** The descriptors of one process, or of several that share them. */
export class Descriptors {
  readonly #open = new Map<number, Open>();
  /** How many processes and threads have them. */
  users = 0;

  get(fd: number): Socket | null {
    return this.#open.get(fd)?.socket ?? null;
  }

  /** The descriptor leads there from now on; what it led to before is closed. */
  set(fd: number, socket: Socket, cloexec: boolean, line: number): void {
    socket.references++;
    this.drop(fd, line, "closed");
    this.#open.set(fd, { socket, cloexec });
  }

  drop(fd: number, line: number, how: How): void {
    const socket = this.get(fd);
    this.#open.delete(fd);
    if (socket === null) return;
    socket.references--;
    if (socket.references === 0) socket.ended = { line, how };
  }

  /** All from `first` to `last`. */
  dropRange(first: number, last: number, line: number): void {
    for (const fd of [...this.#open.keys()]) if (fd >= first && fd <= last) this.drop(fd, line, "closed");
  }

  dropAll(line: number, how: How): void {
    for (const fd of [...this.#open.keys()]) this.drop(fd, line, how);
  }

  /** execve: those that are not to be kept. */
  dropOnExec(line: number): void {
    for (const [fd, { cloexec }] of [...this.#open]) if (cloexec) this.drop(fd, line, "exec");
  }

  mark(fd: number, cloexec: boolean): void {
    const it = this.#open.get(fd);
    if (it !== undefined) this.#open.set(fd, { ...it, cloexec });
  }

  /** A copy of them, as fork makes it; what the child has by itself already stays. */
  copyTo(child: Descriptors, line: number): void {
    for (const [fd, { socket, cloexec }] of this.#open) {
      if (child.get(fd) === null) child.set(fd, socket, cloexec, line);
    }
  }
}

/** The descriptors of all processes and threads of a log. */
export class Processes {
  readonly #tables = new Map<number | null, Descriptors>();

  /** Those of a thread; of one that nobody is known to have made, its own. */
  of(pid: number | null): Descriptors {
    return this.#tables.get(pid) ?? this.#put(pid, new Descriptors());
  }

  has(pid: number): boolean {
    return this.#tables.has(pid);
  }

  /** A child that has a copy, or (CLONE_FILES, threads) the very same. */
  child(parent: number | null, pid: number, shared: boolean, line: number): void {
    const theirs = this.of(parent);
    const own = this.#tables.get(pid);
    if (own === theirs) return;
    if (!shared) {
      theirs.copyTo(this.of(pid), line);
      return;
    }
    if (own !== undefined) {
      own.copyTo(theirs, line);
      this.leave(pid, line, "closed");
    }
    this.#put(pid, theirs);
  }

  /** execve: a program that shared its descriptors has its own from then on. */
  exec(pid: number | null, line: number): void {
    const table = this.of(pid);
    if (table.users > 1) {
      const own = new Descriptors();
      table.copyTo(own, line);
      table.users--;
      this.#put(pid, own);
    }
    this.of(pid).dropOnExec(line);
  }

  /** A thread ends; the last one closes what they had. */
  leave(pid: number | null, line: number, how: How): void {
    const table = this.#tables.get(pid);
    if (table === undefined) return;
    this.#tables.delete(pid);
    table.users--;
    if (table.users === 0) table.dropAll(line, how);
  }

  #put(pid: number | null, table: Descriptors): Descriptors {
    this.#tables.set(pid, table);
    table.users++;
    return table;
  }
}
