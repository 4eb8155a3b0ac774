/**
 * Builds dist/: programs and experiments as bundles that share chunks, so that a start reads few files and little of
 * what it does not need. Declarations for people's own experiments come from tsc.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
// Built beside, then moved into place: whoever runs the old one meanwhile is not disturbed for long.
const outdir = `dist.${process.pid}`;

/** `export const { A, B } = T;` as one constant each: a bundle then leaves out those that nobody uses. */
const singly = {
  name: "constants singly",
  setup({ onLoad }) {
    onLoad({ filter: /src\/abi\/(constants\/.*|errno)\.ts$/ }, ({ path }) => ({ contents: readFileSync(path, "utf8").replace(DESTRUCTURED, apart), loader: "ts" }));
  },
};
const DESTRUCTURED = /^export const \{([^}]*)\} = (\w+);/gm;
const apart = (_, names, table) =>
  names.match(/\w+/g).map((name) => `export const ${name} = /* @__PURE__ */ (() => ${table}.${name})();`).join("\n");

/** Imports that stay imports: what is built for itself. */
const beside = (...files) => ({
  name: "built for itself",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ path }) => (files.includes(path) ? { path: path.replace(/\.ts$/, ".js"), external: true } : null));
  },
});

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
const experiments = readdirSync("experiments", { recursive: true }).map(String).filter((it) => it.endsWith(".ts"));
await Promise.all([
  build({ ...common, entryPoints: { main: "src/cli/main.ts" }, plugins: [beside("./cli.ts")] }),
  build({ ...common, entryPoints: { constants: "src/constants.ts" } }),
  build({
    ...common,
    entryPoints: {
      cli: "src/cli/cli.ts",
      child: "src/lab/chamber/child-main.ts",
      actor: "src/lab/chamber/actor-main.ts",
      index: "src/index.ts",
      ...Object.fromEntries(experiments.map((it) => [`experiments/${it.replace(/\.ts$/, "")}`, `experiments/${it}`])),
    },
    splitting: true,
    chunkNames: "chunk-[hash]",
    plugins: [singly, beside("./constants.ts")],
    // What is CommonJS among the dependencies asks for Node's own modules by require.
    banner: { js: 'import{createRequire as $require}from"node:module";const require=$require(import.meta.url);' },
  }),
]);

const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", `${outdir}/types`], { stdio: "inherit" });
if (tsc.status === 0) {
  rmSync("dist", { recursive: true, force: true });
  renameSync(outdir, "dist");
} else {
  rmSync(outdir, { recursive: true, force: true });
  process.exitCode = 1;
}
