/** The client closed first, and waits. Bent: the server does. */
import type { Events } from "../../../src/lab/fact.ts";
import { HistoryBuilder } from "../history-builder.ts";

const ACTIVE = ["ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"];
const PASSIVE = ["ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSE"];

function closing(client: readonly string[], server: readonly string[]): Events {
  const made = new HistoryBuilder("n3-74-time-wait", { able: ["state"] });
  made.scene("close");
  made.call("close", [4], 0);
  made.states("client", ...client);
  made.call("close", [5], 0);
  made.states("server", ...server);
  return made.events;
}

export const truth = closing(ACTIVE, PASSIVE);
export const bent = closing(PASSIVE, ACTIVE);
export { default as row } from "../rows/n3-74-time-wait.ts";
