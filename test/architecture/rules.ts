/** The house rules as data: each says what is wrong with one source, and shows a source that it must catch. */
import { parseSync } from "vite";
import type { Comment, Export, Import, Source } from "./sources.ts";

export interface Rule {
  readonly says: string;
  /** A sentence for each place that breaks it. */
  readonly wrong: (it: Source) => readonly string[];
  /** A file that breaks it, by its path and text. */
  readonly broken: readonly [path: string, text: string];
}

/** What each layer may import, itself included. A layer is a folder of src/; `data` are the experiments' lists and the notes' catalogue, `jobs` what several experiments do. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  memory:  ["memory"],
  abi:     ["memory", "abi"],
  kernel:  ["memory", "abi", "kernel"],
  sys:     ["memory", "abi", "sys"],
  net:     ["memory", "abi", "kernel", "sys", "net"],
  witness: ["memory", "abi", "kernel", "sys", "witness"],
  data:    ["data"],
  start:   ["start"],
  lab:     ["memory", "abi", "kernel", "sys", "net", "witness", "data", "start", "lab"],
  bench:   ["memory", "abi", "sys", "lab", "bench"],
  report:  ["memory", "abi", "kernel", "sys", "net", "witness", "data", "lab", "bench", "report"],
  jobs:    ["lab", "jobs"],
  cli:     ["memory", "abi", "kernel", "sys", "net", "witness", "data", "start", "lab", "bench", "report", "jobs", "cli", "public"],
  public:  ["memory", "abi", "kernel", "start", "lab", "public"],
};
/** What an experiment may import: it is given its system calls, and knows only the words it is written in. */
const FOR_EXPERIMENTS = /^src\/(abi|memory|kernel\/paths)\/|^src\/lab\/(experiment|claim|check|stage|peer|plot|table|wire)\.ts$/;
/** Packages, and the only place that may know each. A package that is not here may be imported nowhere. */
const OWNERS: Readonly<Record<string, RegExp>> = {
  koffi:        /^src\/sys\/libc\.ts$/,
  execa:        /^src\/sys\/process\.ts$/,
  chalk:        /^src\/report\//,
  "cli-table3": /^src\/report\//,
  commander:    /^src\/cli\//,
};
/** Layers that must work without a file system and without a process: bytes, and what Linux promises of them. */
const WITHOUT_NODE = /^src\/(memory|abi)\//;
/** What experiments import, a person's own and, built, netlab's: the only files that hand on what others declare. */
const PUBLIC = /^src\/(index|constants|core|child)\.ts$/;
/** Files that are tables of data: they may be long, and so may their lines. */
const TABLES = /^src\/abi\/(constants|syscalls)\/|^src\/abi\/(advice|errno|sockopt)\.ts$|^src\/kernel\/(paths|tables)\/|^src\/lab\/doctor\/claim-witnesses\.ts$|^experiments\/(catalogue\/|study\.ts$)/;

const FILE = 200;
const LINE = 110;
const FUNCTION = { src: 40, experiments: 50 };

export const RULES: readonly Rule[] = [
  {
    says: "imports go one way: cli → report → bench → lab → net | witness → kernel | sys → abi → memory",
    wrong: (it) => (isExperiment(it) ? [] : it.imports.filter((one) => isOurs(one) && !LAYERS[layerOf(it.path)]!.includes(layerOf(one.of))).map(imports)),
    broken: ["src/memory/bytes.ts", 'import type { Call } from "../sys/decode.ts";'],
  },
  {
    says: "experiments import only the words they are written in, and from sys only types",
    wrong: (it) => (isExperiment(it) ? it.imports.filter((one) => !FOR_EXPERIMENTS.test(one.of) && !(one.type && one.of.startsWith("src/sys/"))).map(imports) : []),
    broken: ["experiments/udp/udp-own.ts", 'import { cross } from "../../src/sys/libc.ts";'],
  },
  {
    says: "the bench alone goes through the gate: everybody else has the one door, sys/libc.ts",
    wrong: (it) => it.imports.filter((one) => one.of === "src/sys/gate.ts" && !one.type && !it.path.startsWith("src/bench/inside/")).map(imports),
    broken: ["src/net/fast.ts", 'import { gate } from "../sys/gate.ts";'],
  },
  {
    says: "each package has one owner",
    wrong: (it) => it.imports.filter((one) => isPackage(one) && OWNERS[one.of]?.test(it.path) !== true).map(imports),
    broken: ["src/lab/colours.ts", 'import { Chalk } from "chalk";'],
  },
  {
    says: "memory and abi know nothing of Node's modules, but which machine they are on",
    wrong: (it) => it.imports.filter((one) => one.of.startsWith("node:") && one.of !== "node:process" && WITHOUT_NODE.test(it.path)).map(imports),
    broken: ["src/abi/file.ts", 'import { readFileSync } from "node:fs";'],
  },
  {
    says: "a module of ours is imported with its .ts",
    wrong: (it) => it.imports.filter((one) => isOurs(one) && !one.of.endsWith(".ts")).map(imports),
    broken: ["src/lab/short.ts", 'import { judge } from "./judge";'],
  },
  {
    says: "no default exports in src; an experiment has one, and it is its only one besides its actors",
    wrong: (it) => (it.path.startsWith("src/") ? it.exports.filter((one) => one.isDefault).map(declares)
      : isExperiment(it) && !it.exports.some((one) => one.isDefault) ? ["it has no default export"] : []),
    broken: ["src/lab/own.ts", "export default 1;"],
  },
  {
    says: "a file has the name of its duty: no utils, helpers, types, and no barrels but the public part",
    wrong: (it) => (PUBLIC.test(it.path) ? [] : [
      ...(/\/(utils?|helpers?|types|common|misc|index)\.ts$/.test(it.path) ? ["its name says nothing"] : []),
      ...it.lines.flatMap((line, i) => (/^export (type )?(\*|\{[^}]*\}) from /.test(line) ? [`${i + 1}: it hands on what another file declares`] : [])),
    ]),
    broken: ["src/lab/words.ts", 'export { judge } from "./judge.ts";'],
  },
  {
    says: `a file is at most ${FILE} lines, but for tables of data`,
    wrong: (it) => (it.lines.length - 1 > FILE && !TABLES.test(it.path) ? [`it has ${it.lines.length - 1}`] : []),
    broken: ["src/lab/long.ts", "\n".repeat(FILE + 1)],
  },
  {
    says: `a function is at most ${FUNCTION.src} lines, an experiment's run at most ${FUNCTION.experiments}`,
    wrong: (it) => it.functions.map((one) => ({ ...one, length: one.last - one.line + 1 }))
      .filter(({ length }) => length > (isExperiment(it) ? FUNCTION.experiments : FUNCTION.src)).map(({ line, length }) => `${line}: ${length} lines`),
    broken: ["src/lab/far.ts", `function far() {${"\n".repeat(FUNCTION.src)}}`],
  },
  {
    says: `a line is at most ${LINE} characters, but for tables of data`,
    wrong: (it) => (TABLES.test(it.path) ? [] : it.lines.flatMap((line, i) =>
      (line.length > LINE ? [`${i + 1}: ${line.length} characters`] : []))),
    broken: ["src/lab/wide.ts", "x".repeat(LINE + 1)],
  },
  {
    says: "nothing is left for later",
    wrong: (it) => it.comments.filter((one) => /\b(TODO|FIXME|XXX|HACK)\b/.test(one.text)).map((one) => `${one.line}: ${one.text.trim()}`),
    broken: ["src/lab/later.ts", "// TODO: more"],
  },
  {
    says: "no code stands in a comment, but as an example, which is indented",
    wrong: (it) => it.comments.filter(isCode).map((one) => `${one.line}: ${one.text.trim()}`),
    broken: ["src/lab/dead.ts", "// const left = right(1);"],
  },
  {
    says: "every file of src begins with what it is, and every export has a sentence, of its own or with its neighbours",
    wrong: (it) => (it.path.startsWith("src/") ? [
      ...(it.comments[0]?.line === 1 && it.comments[0].isDoc ? [] : ["it does not begin with a comment that says what it is"]),
      ...it.exports.filter((one, i) => !hasSentence(one, i, it)).map(declares),
    ] : []),
    broken: ["src/lab/dumb.ts", "/** A file. */\nexport const a = 1;\n\nexport const b = 2;"],
  },
];

const imports = (it: Import): string => `${it.line}: it imports ${it.of}`;
const declares = ({ line, name, isDefault }: Export): string => `${line}: export ${isDefault ? "default" : name}`;
const isOurs = ({ of }: Import): boolean => /^(src|experiments)\//.test(of);
const isPackage = (it: Import): boolean => !isOurs(it) && !it.of.startsWith("node:");
const isExperiment = ({ path }: Source): boolean => layerOf(path) === "experiments";

function layerOf(path: string): string {
  if (path.startsWith("experiments/jobs/")) return "jobs";
  if (path.startsWith("experiments/")) return /^experiments\/(catalogue\/|study\.ts$)/.test(path) ? "data" : "experiments";
  return PUBLIC.test(path) ? "public" : path.split("/")[1]!;
}

/** Prose does not parse as a program; where it does, it is no more than a name or two. */
function isCode({ text, isDoc }: Comment): boolean {
  const prose = text.split("\n").map((it) => it.replace(/^ *\*/, "")).filter((it) => !isDoc || !/^ {4}/.test(it)).join("\n");
  const { program, errors } = parseSync("comment.ts", `async function* it() {${prose}\n}`);
  const [made] = program.body;
  if (errors.length > 0 || made?.type !== "FunctionDeclaration" || program.body.length > 1) return false;
  return made.body!.body.some((it) => it.type !== "ExpressionStatement" || !/^(Identifier|Literal|SequenceExpression|TemplateLiteral)$/.test(it.expression.type));
}

/**
 * A comment above it; or above the exports that it stands with, no blank line between them. The file's own comment is that of
 * its first export, and of what the file is named for. Names taken out of a table were explained there.
 */
function hasSentence({ line, name }: Export, n: number, { path, lines, comments, exports }: Source): boolean {
  const named = path.replace(/^.*\/|\.ts$/g, "").replaceAll("-", "");
  if (lines[line - 1]!.startsWith("export const {") || exports[0]!.line === line || name.toLowerCase() === named) return true;
  let above = line - 1;
  while (lines[above - 1]?.startsWith("// biome-ignore")) above--;
  if (comments.some((it) => it.isDoc && it.last === above)) return true;
  return n > 0 && lines[above - 1]!.trim() !== "";
}
