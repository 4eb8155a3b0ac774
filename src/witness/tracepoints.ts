/**
 * The kernel's tracepoints: their ids, and the formats of what they record, from tracefs. Where it is not
 * mounted it is mounted for this process alone, at no place, and gone when this is done.
 * Documentation/trace/events.rst.
 */
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH, O_RDONLY } from "../abi/constants/fcntl.ts";
import {
  FSCONFIG_CMD_CREATE, FSMOUNT_CLOEXEC, FSOPEN_CLOEXEC, MOUNT_ATTR_RDONLY,
} from "../abi/constants/mount.ts";
import { ENOENT, errnoName, errnoText } from "../abi/errno.ts";
import { buffer, cstring } from "../memory/memory.ts";
import type { Calls } from "../sys/calls.ts";

/** A place in the kernel that tells when it is passed. */
export interface Tracepoint {
  /** `sock:sk_data_ready` */
  readonly name: string;
  /** config of perf_event_attr, and common_type of what it records. */
  readonly id: number;
  /** The text of its `format` file. */
  readonly format: string;
}
/** What was asked for: what there is, and what there is not. */
export interface Tracepoints {
  readonly found: readonly Tracepoint[];
  readonly missing: readonly { readonly name: string; readonly why: string }[];
}

/** Where tracefs is mounted, if it is. */
const PLACES = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];
/** O_PATH: a directory that would be mounted when it is entered stays as it is. */
const DIRECTORY = O_PATH | O_DIRECTORY | O_CLOEXEC;

/** Looks tracepoints up by name. Throws nothing: what cannot be read is missing, and says why. */
export function tracepointsOf(calls: Calls, names: readonly string[]): Tracepoints {
  const events = eventsDirectory(calls);
  const found: Tracepoint[] = [];
  const missing: { name: string; why: string }[] = [];
  for (const name of new Set(names)) {
    const it = typeof events === "string" ? events : tracepointIn(calls, events, name);
    if (typeof it === "string") missing.push({ name, why: it });
    else found.push(it);
  }
  if (typeof events === "number") calls.close(events);
  return { found, missing };
}

/** The descriptor of tracefs's `events`, or why there is none. */
function eventsDirectory(calls: Calls): number | string {
  for (const place of PLACES) {
    const root = calls.attempt.openat(AT_FDCWD, cstring(place), DIRECTORY, 0);
    if (root < 0) continue;
    const events = eventsIn(calls, root);
    if (events >= 0) return events;
    if (-events !== ENOENT) return `${place} may not be read: ${said(events)}`;
  }
  const root = detached(calls);
  const events = root < 0 ? root : eventsIn(calls, root);
  return events >= 0 ? events : `tracefs is not mounted here, and may not be: ${said(events)}`;
}

function eventsIn(calls: Calls, root: number): number {
  const events = calls.attempt.openat(root, cstring("events"), DIRECTORY, 0);
  calls.close(root);
  return events;
}

/** A tracefs that is mounted nowhere: it ends with the last descriptor that leads to it. */
function detached({ attempt, close }: Calls): number {
  const context = attempt.fsopen(cstring("tracefs"), FSOPEN_CLOEXEC);
  if (context < 0) return context;
  const made = attempt.fsconfig(context, FSCONFIG_CMD_CREATE, null, null, 0);
  const root = made < 0 ? made : attempt.fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
  close(context);
  return root;
}

function tracepointIn(calls: Calls, events: number, name: string): Tracepoint | string {
  if (!/^[\w-]+:\w+$/.test(name)) return "it is not the name of a tracepoint, as in sock:sk_data_ready";
  const format = textOf(calls, events, `${name.replace(":", "/")}/format`);
  if (format === -ENOENT) return "this kernel has no such tracepoint";
  if (typeof format === "number") return `its format may not be read: ${said(format)}`;
  const id = Number(/^ID: (\d+)$/m.exec(format)?.[1]);
  return Number.isInteger(id) ? { name, id, format } : "its format names no ID";
}

/** The whole of a file, or a negated errno. tracefs does not say how long its files are. */
function textOf({ attempt, close }: Calls, directory: number, path: string): string | number {
  const fd = attempt.openat(directory, cstring(path), O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return fd;
  const parts: string[] = [];
  const page = buffer(16 << 10);
  let count = 0;
  do {
    count = attempt.read(fd, page, page.length);
    parts.push(page.bytes.toString("latin1", 0, Math.max(count, 0)));
  } while (count > 0);
  close(fd);
  return count < 0 ? count : parts.join("");
}

const said = (failed: number): string => `${errnoName(-failed)} (${errnoText(errnoName(-failed))})`;
