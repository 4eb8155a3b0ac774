/**
 * Builds dist/: programs and experiments as bundles, each with what V8 made of it beside it, so that a start
 * reads few files and compiles little. Declarations for people's own experiments come from tsc.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
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

/** Imports that stay imports: a pattern, the bundle it stands for, and what of it goes inside after all. */
const beside = (...rules) => ({
  name: "a bundle of its own",
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

const common = { bundle: true, platform: "node", target: "node20", minify: true, logLevel: "warning" };
/** Where a module stands: CommonJS says it otherwise. */
const HERE = {
  define: { "import.meta.url": "__url", "import.meta.dirname": "__dirname" },
  banner: { js: 'const __url=require("node:url").pathToFileURL(__filename).href;' },
};
const script = (entry, name, plugins, more = {}) => build({
  ...common, ...HERE, format: "cjs", external: ["koffi"], entryPoints: [entry], outfile: `${outdir}/${name}.cjs`,
  plugins, ...more,
});
const topics = readdirSync("experiments", { withFileTypes: true })
  .filter((it) => it.isDirectory() && !["catalogue", "jobs"].includes(it.name));
const experiments = topics.flatMap(({ name }) =>
  readdirSync(`experiments/${name}`).map((file) => `experiments/${name}/${file.replace(/\.ts$/, "")}`));

/**
 * The start, the chamber and the grammar each by itself: a run enters its chamber before anything else is loaded,
 * and the help needs no more than the grammar. The commands hold a core, in two bundles of which a process loads
 * one, and so does the chamber's child; an experiment has its constants inside and takes everything else from
 * the core of the process it is in.
 */
const START = [/\/bundles\.ts$/, "./bundles.cjs"];
const COMMANDS = [/^\.\/commands\.ts$/, "./commands.cjs"];
const INQUIRIES = [/^\.\/inquiries\.ts$/, "./inquiries.cjs"];
const CHAMBER = [/\/chamber\.ts$/, "./chamber.cjs"];
const CORE = [/\/src\/.*\.ts$/, "#core", /\/abi\/(constants\/|errno\.ts$)/];
/** One bundle asks for another by require: an import would be Node's to resolve. */
const REQUIRED = { supported: { "dynamic-import": false } };
const bundles = () => Promise.all([
  script("src/start/bundles.ts", "bundles", []),
  script("src/cli/main.ts", "main", [beside([/^\.\/cli\.ts$/, "./cli.cjs"])], REQUIRED),
  script("src/lab/chamber/chamber.ts", "chamber", []),
  script("src/cli/cli.ts", "cli",
    [beside(COMMANDS, INQUIRIES, CHAMBER, START), withoutChildren], REQUIRED),
  script("src/cli/commands.ts", "commands", [singly, beside(CHAMBER, START)], REQUIRED),
  script("src/cli/inquiries.ts", "inquiries", [singly, beside(CHAMBER, START)], REQUIRED),
  script("src/child.ts", "child-main", [singly, beside(START)], REQUIRED),
  script("src/core.ts", "core", [singly]),
  script("src/bench/inside/main.ts", "bench", [singly, beside(START)], REQUIRED),
  ...experiments.map((it) => script(`${it}.ts`, it, [singly, beside(CORE)], { banner: {} })),
  build({
    ...common, format: "esm", entryPoints: ["src/constants.ts"], outfile: `${outdir}/constants.js`,
  }),
]);

/**
 * V8 takes a script of ASCII alone half as long to read; esbuild escapes all else, but in regular expressions,
 * which have to say \\u00b7 by themselves.
 */
function plain() {
  const strange = readdirSync(outdir).filter((it) => it.endsWith(".cjs"))
    .filter((it) => readFileSync(`${outdir}/${it}`).some((byte) => byte > 0x7f));
  if (strange.length > 0) throw new Error(`not of ASCII alone: ${strange.join(", ")}`);
}

/** Node starts a chamber's child by a file of its own; what people import as "netlab" names what the core has. */
function entries() {
  writeFileSync(`${outdir}/child.cjs`, 'require("./bundles.cjs").bundle("./child-main.cjs");\n');
  const names = Object.keys(createRequire(import.meta.url)(`../${outdir}/core.cjs`)).join(", ");
  writeFileSync(`${outdir}/index.js`, `import bundles from "./bundles.cjs";
export * from "./constants.js";
export const { ${names} } = bundles.core();
`);
}

/**
 * What V8 made of the bundles, by processes that keep it: the run's are written last. Where no experiment can run there is none, and a start
 * takes longer.
 */
function code() {
  const env = { ...process.env, NETLAB_KEEP_CODE: "1" };
  const start = `require(${JSON.stringify(`${process.cwd()}/${outdir}/bundles.cjs`)}).bundle("./main.cjs")`;
  for (const words of [["struct", "msghdr"], ["run", "udp-boundaries"]]) {
    spawnSync(process.execPath, ["-e", start, "netlab", ...words], { env, stdio: "ignore" });
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
  plain();
  entries();
  declarations();
  code();
  rmSync("dist", { recursive: true, force: true });
  renameSync(outdir, "dist");
} catch (error) {
  process.stderr.write(`build: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
