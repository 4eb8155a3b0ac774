/** Annotations for GitHub's Actions: what was refuted or broke, shown beside the change that did it. */
import type { Event } from "../lab/events.ts";

/** The line of an event, or "". The grammar is that of workflow commands: `::error title=…::message`. */
export function annotation(event: Event): string {
  if (event.type === "finding" && event.verdict === "refuted") {
    return error(`netlab: ${event.experiment} refuted`, [event.claim, ...event.evidence].join("\n"));
  }
  if (event.type === "end" && event.broke !== null && event.broke.how !== "cannot") {
    return error(`netlab: ${event.experiment} broke`, event.broke.message);
  }
  return "";
}

const error = (title: string, message: string): string =>
  `::error title=${property(title)}::${data(message)}\n`;

/** What would end the line is written as in a URL; in a property also what would end the property. */
const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
