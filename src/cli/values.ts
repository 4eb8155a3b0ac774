/** How the values of options are read. What they do not take is told with what they would take. */
import { InvalidArgumentError } from "commander";

/** A whole number of at least one. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It is a whole number of at least 1.");
  return Number(text);
}

/** A whole number, also 0. */
export function depth(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It is a whole number, 0 or more.");
  return Number(text);
}

/** Seconds, to ms. A timer of Node holds 24 days. */
export function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value <= 0 || value > 2e6) throw new InvalidArgumentError("It is a number of seconds, greater than 0.");
  return value * 1000;
}

/** `calls,counters` */
export const list = (text: string): readonly string[] =>
  text.split(",").map((it) => it.trim()).filter((it) => it !== "");

/** Of an option that may be given several times: all of its values. */
export const collected = (text: string, before: readonly string[] = []): readonly string[] =>
  [...before, text];
