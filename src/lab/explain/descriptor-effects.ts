/** What calls do to descriptors, whatever these lead to: by name. */
import { F, FD, O_CLOEXEC } from "../../abi/constants/fcntl.ts";
import { type Done, type Effect, has, number, value } from "./effect.ts";
import { numberIn, smallIn } from "./worth.ts";

const close: Effect = (it) => {
  it.table.drop(number(it, 0) ?? -1, it.line, "closed");
  return undefined;
};
const closeRange: Effect = (it) => {
  it.table.dropRange(number(it, 0) ?? 0, Number(numberIn(value(it, 1)) ?? -1), it.line);
  return undefined;
};

/** Another descriptor for the same; what it led to before is closed, though no close says so. */
const copies = (cloexec: (it: Done) => boolean): Effect => (it) => {
  const same = number(it, 0) === it.result;
  if (same) return undefined;
  if (it.socket === null) it.table.drop(it.result, it.line, "closed");
  else it.table.set(it.result, it.socket, cloexec(it), it.line);
  return undefined;
};
const control: Effect = (it) => {
  const command = number(it, 1);
  if (command === F.F_DUPFD || command === F.F_DUPFD_CLOEXEC) {
    return copies(() => command === F.F_DUPFD_CLOEXEC)(it);
  }
  if (command === F.F_SETFD) it.table.mark(number(it, 0) ?? -1, has(it, 2, FD.FD_CLOEXEC));
  return undefined;
};

/** A descriptor that is no socket: if the log missed a close, what had this number is gone. */
const opens: Effect = (it) => {
  it.table.drop(it.result, it.line, "before");
  return undefined;
};
const opensTwo: Effect = (it) => {
  const both = value(it, 0);
  for (const one of both?.kind === "array" ? both.items : []) {
    it.table.drop(smallIn(one.value) ?? -1, it.line, "before");
  }
  return undefined;
};

const exec: Effect = (it) => {
  it.processes.exec(it.pid, it.line);
  return undefined;
};

/** Those that close, copy or open descriptors, and execve, which closes some. */
export const DESCRIPTOR_EFFECTS: Readonly<Record<string, Effect>> = {
  close, close_range: closeRange,
  dup: copies(() => false), dup2: copies(() => false), dup3: copies((it) => has(it, 2, O_CLOEXEC)),
  fcntl: control, fcntl64: control,
  open: opens, openat: opens, openat2: opens, creat: opens, epoll_create: opens, epoll_create1: opens,
  eventfd: opens, eventfd2: opens, timerfd_create: opens, signalfd: opens, signalfd4: opens,
  memfd_create: opens, inotify_init1: opens, pidfd_open: opens, io_uring_setup: opens,
  pipe: opensTwo, pipe2: opensTwo,
  execve: exec, execveat: exec,
};
