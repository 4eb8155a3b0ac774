/**
 * A signal as an argument: by name; 0, which only asks whether there is somebody, and what is no signal as
 * a number.
 */
import type { Type } from "../../memory/type.ts";
import { SIGRTMAX } from "../constants/signal.ts";
import { signalName } from "../structs/signal.ts";
import { shown } from "./number.ts";

/** `SIGIO`, `SIGRT_8`. */
export const signal: Type<number> = shown((it) => (it >= 1 && it <= SIGRTMAX ? signalName(it) : String(it)));
