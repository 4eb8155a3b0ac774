/** Text inside a diagram in Mermaid's language. */
import { CONTROL } from "./printable.ts";

/**
 * Text of a note or a message: characters that end it, that begin an entity, or that HTML would take for its
 * own are written as entities, `#59;`.
 */
export const mermaidText = (text: string): string => text
  .replaceAll(/[\n\t]/g, " ")
  .replace(CONTROL, "")
  .replace(/[#;<>&"%\\]/g, (it) => `#${it.charCodeAt(0)};`);

/** The diagram's first line, and the others, each indented below it. */
export const sequenceDiagram = (body: readonly string[]): string =>
  ["sequenceDiagram", ...body.map((it) => `    ${it}`)].map((it) => `${it}\n`).join("");
