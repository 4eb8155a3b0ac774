/**
 * How netlab's own built files are loaded. dist/ holds bundles, each beside the code that V8 made of it when
 * it was built: where that fits the Node that runs, a start need not compile what it evaluates. Each process
 * has one core (src/core.ts): the bundle that holds it says so, and the experiments take it from here.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

/** What a built experiment imports as the core. */
const CORE = "#core";
/** Set while netlab is built: each process then writes the code of its bundles when it ends. */
const KEEP = process.env.NETLAB_KEEP_CODE !== undefined;

type Exports = object;
interface Bundle {
  readonly path: string;
  readonly script: Script;
  readonly exports: Exports;
}
const bundles = new Map<string, Bundle>();
const requireHere = createRequire(import.meta.url);
let ownCore: (() => Exports) | null = null;

/** This process's core is `core()`, made when somebody first asks for it. */
export function provideCore(core: () => Exports): void {
  ownCore = core;
}

/** The core of this process; of one that netlab did not start, a bundle of its own. */
export const core = (): Exports => ownCore?.() ?? bundle("./core.cjs");

/** The exports of a bundle, `./cli.cjs`: evaluated once. */
export function bundle(name: string): Exports {
  const known = bundles.get(name);
  if (known !== undefined) return known.exports;
  const path = join(import.meta.dirname, name);
  const script = compiled(path);
  const module: { exports: Exports } = { exports: {} };
  const evaluate = script.runInThisContext() as (...given: unknown[]) => void;
  evaluate(module.exports, requireFrom, module, path, import.meta.dirname);
  bundles.set(name, { path, script, exports: module.exports });
  return module.exports;
}

/** A module by its URL: a bundle of dist/, or anybody's file. */
export async function moduleAt(url: string): Promise<Exports> {
  const dist = new URL("./", import.meta.url).href;
  const ours = url.startsWith(dist) && url.endsWith(".cjs");
  return ours ? bundle(`./${url.slice(dist.length)}`) : await import(url);
}

/** Writes what V8 made of the bundles so far, if netlab is being built. */
export function keepCode(): void {
  if (!KEEP) return;
  for (const { path, script } of bundles.values()) writeFileSync(codeOf(path), script.createCachedData());
}
if (KEEP) process.once("exit", keepCode);

/** Bundles are of ASCII alone: the build sees to it. */
function compiled(path: string): Script {
  const source = readFileSync(path, "latin1");
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
  const cachedData = keptCode(path);
  return new Script(wrapped, { filename: path, ...(cachedData && { cachedData }) });
}

function requireFrom(name: string): unknown {
  if (name === CORE) return core();
  return name.startsWith("./") && name !== "./bundles.cjs" ? bundle(name) : requireHere(name);
}

/** V8 looks at its version, not at the machine: code of another one would crash it. */
const codeOf = (path: string): string => `${path}.${process.version}-${process.arch}.code`;
function keptCode(path: string): Buffer | null {
  try {
    return readFileSync(codeOf(path));
  } catch {
    return null;
  }
}
