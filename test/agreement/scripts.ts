/** Scripts of calls, a family each: every call is one line that netlab and strace must write alike. */
import type { Calls } from "../../src/sys/calls.ts";
import { descriptors, files, ioctls, pipes, stats } from "./scripts/files.ts";
import { memory } from "./scripts/memory.ts";
import { controls, controls6, many, messages, rights } from "./scripts/messages.ts";
import { options, options6, optionsOther, optionsTcp } from "./scripts/options.ts";
import { clocks, prctls, processes, signals } from "./scripts/process.ts";
import { mounts, probes } from "./scripts/rare.ts";
import { epolls, events, polls, selects } from "./scripts/ready.ts";
import { addresses, addresses6, links, sockets, streams, unix } from "./scripts/sockets.ts";

export type Script = (calls: Calls) => void;
export const SCRIPTS: Readonly<Record<string, Script>> = {
  sockets, addresses, addresses6, unix, links, streams, messages, rights, controls, controls6, many,
  options, options6, optionsTcp, optionsOther, polls, selects, epolls, events,
  files, stats, descriptors, pipes, ioctls, memory, processes, prctls, signals, clocks, mounts, probes,
};
