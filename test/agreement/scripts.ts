/** Scripts of calls, a family each: every call is one line that netlab and strace must write alike. */
import type { Calls } from "../../src/sys/calls.ts";
import { addresses, addresses6, links, sockets, streams, unix } from "./scripts/sockets.ts";

export type Script = (calls: Calls) => void;
export const SCRIPTS: Readonly<Record<string, Script>> = { sockets, addresses, addresses6, unix, links, streams };
