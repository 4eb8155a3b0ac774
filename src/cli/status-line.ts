/** A line on the terminal that says what goes on, each text over the one before: it is no result. */
import { isTerminal } from "./screen.ts";

/** Whether standard error is a terminal that lets a line be drawn over. */
export const drawsStatus = (): boolean => isTerminal(2) && process.env.TERM !== "dumb";

/** As much of the text as fits; the empty one takes the line away. Only where it can be drawn. */
export function showStatus(text: string): void {
  process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
}
