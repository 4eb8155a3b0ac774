/** The contract's rows that have a peer: their runs must work as they are written. */
import type { AnyExperiment } from "../../src/lab/experiment.ts";
import type { Stage } from "../../src/lab/stage.ts";
import anyPart from "../contract/rows/n0-39-any-part.ts";
import twoQueues from "../contract/rows/n3-14-two-queues.ts";
import many from "../contract/rows/n3-30-many.ts";
import duplicateAcks from "../contract/rows/n3-57-duplicate-acks.ts";
import type { Scene } from "./peer-scenes.ts";

const row = ({ run, pins = {} }: AnyExperiment, settings: Readonly<Record<string, number>> = {}): Scene =>
  (calls, peer, set) => {
    for (const [name, value] of Object.entries(pins)) set(name, Number(value));
    const stage: Partial<Stage> = {
      set: settings, peer, sysctl: (name, value) => set(name, Number(value)),
      say: () => {}, scene: () => {}, look: () => {},
      times: (_, rounds, body) => {
        for (let i = 0; i < Number(rounds); i++) body(i);
      },
    };
    run(calls, stage as Stage);
  };

export const ROWS: Readonly<Record<string, Scene>> = {
  "N0-39 runs as it is written": row(anyPart),
  "N3-14 runs as it is written": row(twoQueues),
  "N3-30 runs as it is written": row(many, { count: 3000 }),
  "N3-57 runs as it is written": row(duplicateAcks),
};
