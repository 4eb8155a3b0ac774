/** A person's own experiment, loaded from its file. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { knowNetlab } from "../lab/chamber/own-modules.ts";
import { EXIT } from "../lab/exit-code.ts";
import type { AnyExperiment } from "../lab/experiment.ts";
import { moduleAt } from "../start/bundles.ts";
import { Said, wrongUsage } from "./said.ts";

/** A name that is meant as a path: it has a slash, or ends as a module does. */
export const isPath = (name: string): boolean => name.includes("/") || /\.[mc]?[jt]s$/.test(name);

/** How long a file may take to load, in ms. */
const PATIENCE = 10_000;
let known = false;

/**
 * The experiment in a file. Throws a sentence where there is no file (64),
 * no experiment in it (64), or it does not load (70).
 */
export async function ownExperiment(
  path: string,
): Promise<{ readonly experiment: AnyExperiment; readonly url: string }> {
  const file = resolve(path);
  if (!existsSync(file) || !statSync(file).isFile()) throw wrongUsage(`there is no file ${path}`);
  if (/^\.m?ts$/.test(extname(file)) && !(process.features as { typescript?: unknown }).typescript) {
    throw wrongUsage(`${path} is TypeScript, which Node ${process.versions.node} does not run: `
      + "Node 22.18 and later do. Or give it as .mjs");
  }
  if (!known) knowNetlab();
  known = true;
  const url = pathToFileURL(file).href;
  const module = await within(path, moduleAt(url) as Promise<{ readonly default?: unknown }>);
  if (!isExperiment(module.default)) {
    throw wrongUsage(`${path} has no experiment: it should say export default experiment({ … })`);
  }
  return { experiment: module.default, url };
}

async function within<T>(path: string, loading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it is still loading after ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    return await Promise.race([loading, late]);
  } catch (error) {
    throw new Said(EXIT.broke, `${path} does not load: ${sentenceOf(error, path)}`);
  } finally {
    clearTimeout(timer);
  }
}

const isExperiment = (it: unknown): it is AnyExperiment => {
  const { name, asks, run, claims } = (it ?? {}) as Partial<Record<keyof AnyExperiment, unknown>>;
  return typeof name === "string" && typeof asks === "string" && typeof run === "function"
    && Array.isArray(claims);
};

/**
 * `ReferenceError: sokcet is not defined (mine.mjs:12)`:
 * an error's sentence, with the innermost of its lines in a file, if one is named.
 */
export function sentenceOf(error: unknown, path: string | null = null): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  const kind = error.name === "Error" ? "" : `${error.name}: `;
  const place = path === null ? "" : placeIn(error.stack ?? "", path) || syntaxPlace(error, path);
  return `${kind}${error.message.split("\n", 1)[0]}${place}`;
}

/** ` (mine.mjs:12)`, or nothing where the file is not in the stack. */
function placeIn(stack: string, path: string): string {
  const file = basename(pathToFileURL(path).pathname);
  const line = new RegExp(`${file.replace(/[^\w-]/g, "\\$&")}:(\\d+)`).exec(stack)?.[1];
  return line === undefined ? "" : ` (${basename(path)}:${line})`;
}

/** The stack of an error of syntax does not say where it is; Node says it when it checks the file. */
const syntaxPlace = (error: Error, path: string): string =>
  error instanceof SyntaxError
    ? placeIn(spawnSync(process.execPath, ["--check", path], { encoding: "utf8" }).stderr, path) : "";
