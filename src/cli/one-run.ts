/**
 * One experiment as a task: in a chamber of its own,
 * from its first event to its exit code, whatever goes wrong.
 */
import type { Chamber } from "../lab/chamber/chamber.ts";
import type { Event } from "../lab/events.ts";
import { EXIT } from "../lab/exit-code.ts";
import { type Order, run } from "../lab/run.ts";
import { sentenceOf } from "./own-file.ts";
import type { Shell } from "./shell.ts";
import type { Task } from "./side-by-side.ts";

/** What a run is asked, before it has a chamber. */
export type Wanted = Omit<Order, "chamber">;

/** Its result is the exit code; null where the run was stopped from outside, so that nothing was judged. */
export const oneRun = (shell: Shell, order: Wanted): Task<Event, number | null> => ({
  alone: order.experiment.alone ?? false,
  async work(hear) {
    const chamber = await shell.chamber().catch((error: Error) => error);
    if (chamber instanceof Error) {
      const { name } = order.experiment;
      shell.note(`netlab: ${name} cannot run here: ${chamber.message} (netlab doctor tells more)`);
      return EXIT.cannot;
    }
    const exit = await inside(chamber, order, shell, hear);
    return order.stop?.aborted && exit === EXIT.broke ? null : exit;
  },
});

/**
 * What the experiment prints by itself is talk.
 * A claim's proof that throws breaks the run: the claim is at fault, not the kernel.
 */
async function inside(
  chamber: Chamber, order: Wanted, shell: Shell, hear: (it: Event) => void,
): Promise<number> {
  let t = 0;
  const event = (it: Event): void => {
    t = it.t;
    hear(it);
  };
  const print = (text: string): void => shell.note(text.replace(/^\n+/, ""));
  try {
    return await run({ ...order, chamber: Promise.resolve(chamber) }, { event, print });
  } catch (error) {
    const message = `the proof of a claim failed: ${sentenceOf(error, new URL(order.url).pathname)}`;
    event({
      type: "end", experiment: order.experiment.name, t, proven: 0, refuted: 0, unknown: 0, exit: EXIT.broke,
      broke: { how: "error", message, call: null },
    });
    return EXIT.broke;
  }
}
