/** netlab's own version, from the package it runs out of. */
import { existsSync, readFileSync } from "node:fs";

/** From dist/ the package is one folder up, from src/lab/ two. */
const file = ["../package.json", "../../package.json"]
  .map((it) => new URL(it, import.meta.url))
  .find((it) => existsSync(it));
const versionIn = (it: URL): string => (JSON.parse(readFileSync(it, "utf8")) as { version: string }).version;
export const VERSION: string = file === undefined ? "unknown" : versionIn(file);
