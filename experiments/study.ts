/** The experiments in the order in which a person studies them, in rooms by topic. */

export interface Room {
  readonly topic: string;
  /** Names; each is the file `TOPIC/NAME.ts`. */
  readonly experiments: readonly string[];
}

export const study: readonly Room[] = [
  { topic: "udp", experiments: ["udp-raw", "udp-boundaries"] },
  { topic: "tcp", experiments: ["tcp-raw", "tcp-stream"] },
];
