/** A run as a sequence diagram in Mermaid's language, which GitHub renders. */
import { mermaidText, sequenceDiagram } from "./mermaid-text.ts";
import type { Row, Sequence } from "./sequence.ts";

/** The text of the diagram, without a fence. */
export const sequenceMermaid = ({ left, right, rows, blind }: Sequence): string =>
  sequenceDiagram([
    `participant l as ${mermaidText(left)}`,
    `participant r as ${mermaidText(right)}`,
    ...(blind === null ? [] : [`Note over l,r: no packets are drawn: ${mermaidText(blind)}`]),
    ...rows.map(said),
  ]);

function said(it: Row): string {
  if (it.is === "scene") return `Note over l,r: ${mermaidText(it.text)}`;
  const text = mermaidText(it.says.join(it.is === "call" ? ", " : " "));
  if (it.is === "call") return it.side === "left" ? `Note left of l: ${text}` : `Note right of r: ${text}`;
  if (it.to === null) return `Note over l,r: ${text}`;
  return it.to === "right" ? `l->>r: ${text}` : `r->>l: ${text}`;
}
