/**
 * The experiments that come with netlab:
 * where each one's module is, and where its source, as a person reads it.
 */
import { readFileSync } from "node:fs";
import { study } from "../../experiments/study.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { moduleAt } from "../start/bundles.ts";

/** One experiment of the library, known by name without its module being loaded. */
export interface Entry {
  /** Its place in the order of study, from 1. */
  readonly number: number;
  readonly topic: string;
  /** The title of its room. */
  readonly room: string;
  readonly name: string;
  /** Its module, to be imported by whoever runs it. */
  readonly url: string;
  /** Its source in the package. */
  readonly source: URL;
}

/**
 * Built, this file lies in dist/, the package one folder up;
 * as source it lies two further down than the package.
 */
const built = import.meta.url.endsWith(".cjs");
const sources = new URL(built ? "../experiments/" : "../../experiments/", import.meta.url);
const modules = built ? new URL("./experiments/", import.meta.url) : sources;

/** All of them, in the order of study. */
export const library: readonly Entry[] = study
  .flatMap(({ topic, title, experiments }) =>
    experiments.map((name) => ({ topic, room: title, name, path: `${topic}/${name}` })))
  .map(({ topic, room, name, path }, i) => ({
    number: i + 1, topic, room, name,
    url: new URL(`${path}.${built ? "cjs" : "ts"}`, modules).href,
    source: new URL(`${path}.ts`, sources),
  }));

/** The entry of that name; null where the library has none. */
export const entryOf = (name: string): Entry | null => library.find((it) => it.name === name) ?? null;

/** The experiment itself. */
export async function load({ url }: Pick<Entry, "url">): Promise<AnyExperiment> {
  const module = (await moduleAt(url)) as { readonly default: AnyExperiment };
  return module.default;
}

/** The experiment of that name; null where it is none of netlab's. */
export async function builtIn(name: string): Promise<AnyExperiment | null> {
  const entry = entryOf(name);
  return entry === null ? null : await load(entry);
}

/** All experiments, in the order of study. */
export const loadAll = (): Promise<readonly AnyExperiment[]> => Promise.all(library.map(load));

/**
 * `run(…)` as it is written in an experiment's source: from the line that begins it to the line that closes
 * it, told by their equal indentation, and moved to the left. Null where there is no file, or nothing of that
 * shape in it.
 */
export function sourceOfRun(file: URL): string | null {
  const lines = linesOf(file);
  const begin = lines.findIndex((it) => /^\s+run(\(|:)/.test(it));
  if (begin < 0) return null;
  const indent = /^\s*/.exec(lines[begin]!)![0];
  const length = lines.slice(begin).findIndex((it) => new RegExp(`^${indent}\\}\\)?,?$`).test(it)) + 1;
  if (length === 0) return null;
  return lines.slice(begin, begin + length).map((it) => it.replace(indent, "")).join("\n");
}

function linesOf(file: URL): readonly string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    return [];
  }
}
