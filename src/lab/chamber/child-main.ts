/** Entry of what runs inside a chamber: the run itself, or one of its actors, a thread or a process. */
import { isMainThread } from "node:worker_threads";
import { act } from "./actor.ts";
import { serve } from "./child.ts";

const isActor = !isMainThread || process.argv.length > 2;
await (isActor ? act() : serve());
