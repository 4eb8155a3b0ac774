/**
 * Builds dist/: programs and experiments as bundles that share chunks, so that a start reads few files and
 * little of what it does not need. Declarations for people's own experiments come from tsc.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
// Built beside, then moved into place: whoever runs the old one meanwhile is not disturbed for long.
const outdir = `dist.${process.pid}`;

/** `export const { A, B } = T;` as one constant each: a bundle then leaves out those that nobody uses. */
const singly = {
  name: "constants singly",
  setup({ onLoad }) {
    onLoad({ filter: /src\/abi\/(constants\/.*|errno)\.ts$/ }, ({ path }) =>
      ({ contents: readFileSync(path, "utf8").replace(DESTRUCTURED, apart), loader: "ts" }));
  },
};
const DESTRUCTURED = /^export const \{([^}]*)\} = (\w+);/gm;
const apart = (_, names, table) => names.match(/\w+/g)
  .map((name) => `export const ${name} = /* @__PURE__ */ (() => ${table}.${name})();`)
  .join("\n");

/**
 * Imports that stay imports: `rules`: a pattern, the file of dist/ it stands for,
 * and what of it goes inside after all.
 */
const beside = (...rules) => ({
  name: "built for itself",
  setup({ onResolve }) {
    for (const [filter, path, inside] of rules) {
      onResolve({ filter }, (it) => (inside?.test(it.path) ? null : { path, external: true }));
    }
  },
});

/**
 * commander can start a program for a command; netlab has none such,
 * and its start need not load what that takes.
 */
const withoutChildren = {
  name: "commander starts nothing",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /child_process$/ }, ({ importer }) =>
      (importer.includes("commander") ? { path: "none", namespace: "none" } : null));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {}", loader: "js" }));
  },
};

const common = {
  outdir,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["koffi"],
  minify: true,
  logLevel: "warning",
};
const topics = readdirSync("experiments", { withFileTypes: true })
  .filter((it) => it.isDirectory() && it.name !== "catalogue");
const experiments = topics.flatMap(({ name }) =>
  readdirSync(`experiments/${name}`).map((file) => `experiments/${name}/${file.replace(/\.ts$/, "")}`));

/**
 * The start, the chamber and the grammar each by itself: a run enters its chamber before anything else is loaded,
 * and the help needs no more than the grammar. The commands, the chamber's child and the core of the public part
 * share chunks. An experiment has its constants inside and takes everything else from the core: so a run loads the
 * same few files, however many experiments there are.
 */
const CHAMBER = [/\/chamber\.ts$/, "./chamber.js"];
const bundles = () => Promise.all([
  build({
    ...common,
    entryPoints: { main: "src/cli/main.ts" },
    plugins: [beside([/^\.\/cli\.ts$/, "./cli.js"], CHAMBER)],
  }),
  build({ ...common, entryPoints: { chamber: "src/lab/chamber/chamber.ts" } }),
  build({
    ...common,
    entryPoints: { cli: "src/cli/cli.ts" },
    plugins: [beside([/^\.\/commands\.ts$/, "./commands.js"], CHAMBER), withoutChildren],
    banner: { js: REQUIRE },
  }),
  build({ ...common, entryPoints: { constants: "src/constants.ts" } }),
  build({
    ...common,
    entryPoints: { index: "src/index.ts" },
    plugins: [beside([/constants/, "./constants.js"], [/core/, "./core.js"])],
  }),
  build({
    ...common,
    entryPoints: { commands: "src/cli/commands.ts", child: "src/lab/chamber/child-main.ts", core: "src/core.ts" },
    splitting: true,
    chunkNames: "chunk-[hash]",
    plugins: [singly],
    banner: { js: REQUIRE },
  }),
  build({
    ...common,
    entryPoints: Object.fromEntries(experiments.map((it) => [it, `${it}.ts`])),
    plugins: [singly, beside([/\/src\/.*\.ts$/, "../../core.js", /\/abi\/constants\//])],
  }),
]);

/**
 * What is CommonJS among the dependencies asks for Node's own modules by require;
 * a file without such takes no time for it.
 */
const REQUIRE = 'import{createRequire as $require}from"node:module";const require=$require(import.meta.url);';
function withoutIdleRequire() {
  for (const file of readdirSync(outdir).filter((it) => it.endsWith(".js"))) {
    const text = readFileSync(`${outdir}/${file}`, "utf8");
    const rest = text.slice(REQUIRE.length);
    const idle = text.startsWith(REQUIRE) && !rest.includes("require");
    if (idle) writeFileSync(`${outdir}/${file}`, rest.trimStart());
  }
}

function declarations() {
  const options = ["-p", "tsconfig.build.json", "--outDir", `${outdir}/types`];
  const tsc = "node_modules/typescript/bin/tsc";
  const { status } = spawnSync(process.execPath, [tsc, ...options], { stdio: "inherit" });
  if (status !== 0) throw new Error("the declarations were not made");
}

try {
  await bundles();
  withoutIdleRequire();
  declarations();
  rmSync("dist", { recursive: true, force: true });
  renameSync(outdir, "dist");
} catch (error) {
  process.stderr.write(`build: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
