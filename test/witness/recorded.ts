/** The packets that record-packets.mjs recorded, by scene. */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../fixtures/packets/", import.meta.url);

export interface Recorded {
  /** Devices by their index. */
  readonly devices: ReadonlyMap<number, string>;
  /** As the ring handed them over. */
  readonly records: readonly Buffer[];
}

export const scenes: readonly string[] = readdirSync(FOLDER).map((it) => it.replace(/\.hex$/, "")).sort();

export function recorded(scene: string): Recorded {
  const lines = readFileSync(new URL(`${scene}.hex`, FOLDER), "utf8").split("\n").filter((it) => it !== "");
  const devices = lines.filter((it) => it.startsWith("#")).map((it): [number, string] => {
    const [, index = "", name = ""] = it.split(" ");
    return [Number(index), name];
  });
  return {
    devices: new Map(devices),
    records: lines.filter((it) => !it.startsWith("#")).map((it) => Buffer.from(it, "hex")),
  };
}
