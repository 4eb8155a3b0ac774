/**
 * A comparison as a sequence diagram in Mermaid's language, which GitHub renders: two participants a run, the
 * packets as messages between them, what they call as notes.
 */
import type { Step } from "./compare-steps.ts";
import type { Lane } from "./compare-timeline.ts";
import { mermaidText, sequenceDiagram } from "./mermaid-text.ts";

/** Scenes in their order, and what happens in each. */
type Titles = Readonly<Record<string, string>>;

/** The text of the diagram, without a fence. */
export function mermaid(lanes: readonly Lane[], titles: Titles): string {
  const scenes = [...new Set(lanes.flatMap((it) => [...it.steps.keys()]))];
  const [first, last] = [`c0`, `s${lanes.length - 1}`];
  const body = scenes.flatMap((scene, i) => [
    `Note over ${first},${last}: ${i + 1}. ${mermaidText(titles[scene] ?? scene)}`,
    ...lanes.flatMap((it, n) => (it.steps.get(scene) ?? []).flatMap((step) => messages(step, n))),
  ]);
  return sequenceDiagram([...lanes.flatMap(box), ...body]);
}

const box = ({ as }: Lane, n: number): readonly string[] => [
  `box transparent ${plain(as)}`,
  `participant c${n} as client`,
  `participant s${n} as server`,
  "end",
];

/** A note with the calls, over who makes them, and a message for each packet. */
function messages({ who, says, arrows }: Step, n: number): readonly string[] {
  const [client, server] = [`c${n}`, `s${n}`];
  const isClient = who === CLIENT;
  const speaker = isClient || who === SERVER || who === "" ? "" : `${who}: `;
  const over = who === "" ? `${client},${server}` : isClient ? client : server;
  const ends = { there: `${client}->>${server}`, back: `${server}->>${client}` };
  return [
    `Note over ${over}: ${mermaidText(`${speaker}${says.join(", ")}`)}`,
    ...arrows.map(({ way, label }) => (way === null
      ? `Note over ${client},${server}: ${mermaidText(label)}` : `${ends[way]}: ${mermaidText(label)}`)),
  ];
}
/** The names that experiments of a job give to the two ends. */
const [CLIENT, SERVER] = ["client", "server"];

/** A name as a title of a box: letters, digits, and what joins them. */
const plain = (name: string): string => name.replace(/[^\w .-]/g, "_");
