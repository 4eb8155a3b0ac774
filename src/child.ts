/** Entry of what runs inside a chamber: the run itself, or one of its actors, a thread or a process. */
import * as core from "./core.ts";
import { act } from "./lab/chamber/actor.ts";
import { serve } from "./lab/chamber/child.ts";
import { provideCore } from "./start/bundles.ts";

provideCore(() => core);

const isActor = process.argv.length > 2;
void (isActor ? act() : serve());
