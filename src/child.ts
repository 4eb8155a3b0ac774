/**
 * Entry of what runs beside the command: a run itself, one of its actors, what carries a wire's frames, what
 * keeps tracepoints open.
 */
import * as core from "./core.ts";
import { act } from "./lab/chamber/actor.ts";
import { serve } from "./lab/chamber/child.ts";
import { provideCore } from "./start/bundles.ts";

provideCore(() => core);

const [, , what] = process.argv;
if (what === "keep") void import("./lab/chamber/keeper.ts").then(({ keep }) => keep());
else if (what === "wire") void import("./lab/chamber/wire-thread.ts").then(({ carry }) => carry());
else void (what === undefined ? serve() : act());
