/**
 * Builds dist/: one bundle a program, what they share in chunks, so that a start reads few files.
 * The declarations for people's own experiments come from tsc.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
// Built beside, then moved into place: whoever runs the old one meanwhile is not disturbed for long.
const outdir = `dist.${process.pid}`;

const experiments = readdirSync("experiments", { recursive: true }).map(String).filter((it) => it.endsWith(".ts"));
await build({
  entryPoints: {
    main: "src/cli/main.ts",
    child: "src/lab/chamber/child-main.ts",
    actor: "src/lab/chamber/actor-main.ts",
    index: "src/index.ts",
    ...Object.fromEntries(experiments.map((it) => [`experiments/${it.replace(/\.ts$/, "")}`, `experiments/${it}`])),
  },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["koffi"],
  chunkNames: "chunk-[hash]",
  minifyWhitespace: true,
  minifySyntax: true,
  // What is CommonJS among the dependencies asks for Node's own modules by require.
  banner: { js: 'import{createRequire as $require}from"node:module";const require=$require(import.meta.url);' },
  logLevel: "warning",
});

const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", `${outdir}/types`], { stdio: "inherit" });
if (tsc.status === 0) {
  rmSync("dist", { recursive: true, force: true });
  renameSync(outdir, "dist");
} else {
  rmSync(outdir, { recursive: true, force: true });
  process.exitCode = 1;
}
