/** Which events a level shows. */
import type { Event } from "../lab/events.ts";
import type { Level } from "./style.ts";

/** From which level on an event is shown. */
export const SHOWN_FROM: Readonly<Record<Event["type"], Level>> = {
  run:     "beginner",     finding: "beginner",     end:     "beginner",
  scene:   "student",      say:     "student",      call:    "student",
  look:    "student",      times:   "student",      asleep:  "student",
  known:   "practitioner", packet:  "practitioner", state:   "practitioner",
  counter: "practitioner", stack:   "expert",       lost:    "student",
};
