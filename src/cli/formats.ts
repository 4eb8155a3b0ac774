/** What `--format` may ask for: a run in text, its calls alone, or a diagram of it. */

/** Diagrams are drawn of a whole run: its events are kept until it ends. */
const DIAGRAMS = ["timeline", "states", "mermaid"] as const;
type Diagram = (typeof DIAGRAMS)[number];
export const FORMATS = ["text", "strace", ...DIAGRAMS] as const;
export type Format = (typeof FORMATS)[number];

/** Whether it is one of the diagrams. */
export const isDiagram = (it: Format): it is Diagram => DIAGRAMS.some((one) => one === it);
