/** The sources as the architecture test sees them, parsed: what each file imports and exports, its functions, its comments. */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "vite";

/** A file of src/ or experiments/; `path` is from the project's folder, with slashes. */
export interface Source {
  readonly path: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly functions: readonly Place[];
  readonly comments: readonly Comment[];
}
/** `of` is a path from the project's folder, or the name of a package, or of a module of Node. */
export interface Import {
  readonly line: number;
  readonly of: string;
  /** Only types come in: nothing of it is there when the program runs. */
  readonly type: boolean;
}
/** A declaration of a file, not what it hands on from another. */
export interface Export {
  readonly line: number;
  readonly name: string;
  readonly isDefault: boolean;
}
/** Lines count from 1, and both are included. */
export interface Place {
  readonly line: number;
  readonly last: number;
}
export interface Comment extends Place {
  /** `/** … *\/` */
  readonly isDoc: boolean;
  readonly text: string;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Every source below these folders. Throws where one does not parse. */
export const sourcesIn = (...folders: readonly string[]): readonly Source[] => folders
  .flatMap((folder) => readdirSync(posix.join(ROOT, folder), { recursive: true }).map((it) => posix.join(folder, String(it))))
  .filter((it) => it.endsWith(".ts"))
  .sort()
  .map((path) => source(path, readFileSync(posix.join(ROOT, path), "utf8")));

/** One file from its text. */
export function source(path: string, text: string): Source {
  const { program, comments, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]!.message}`);
  const lineOf = lineFinder(text);
  const place = (it: Range): Place => ({ line: lineOf(it.start), last: lineOf(it.end) });
  const functions: Place[] = [];
  const add = (it: Range): void => void functions.push(place(it));
  const dynamic: Import[] = [];
  new Visitor({
    FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add,
    ImportExpression({ source: from, start }) {
      if (from.type === "Literal") dynamic.push({ line: lineOf(start), of: resolved(path, String(from.value)), type: false });
    },
  }).visit(program);
  return {
    path, lines: text.split("\n"), functions,
    imports: [...importsOf(program.body, path, lineOf), ...dynamic],
    exports: exportsOf(module.staticExports, lineOf),
    comments: comments.map((it) => ({ ...place(it), isDoc: it.type === "Block" && it.value.startsWith("*"), text: it.value })),
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}
type Parsed = ReturnType<typeof parseSync>;
type LineOf = (at: number) => number;

/** `import …` and `export … from`, which is an import too. */
const importsOf = (body: Parsed["program"]["body"], path: string, lineOf: LineOf): readonly Import[] => body.flatMap((it): readonly Import[] => {
  const imports = it.type === "ImportDeclaration" || it.type === "ExportNamedDeclaration" || it.type === "ExportAllDeclaration";
  if (!imports || it.source === null) return [];
  const kind = it.type === "ImportDeclaration" ? it.importKind : it.exportKind;
  const each = it.type === "ImportDeclaration" && it.specifiers.length > 0
    && it.specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
  return [{ line: lineOf(it.start), of: resolved(path, it.source.value), type: kind === "type" || each }];
});

const exportsOf = (statics: Parsed["module"]["staticExports"], lineOf: LineOf): readonly Export[] => statics.flatMap(({ start, entries }) =>
  entries.filter((it) => it.moduleRequest === null).map((it) => ({
    line: lineOf(start), name: it.exportName.name ?? "default", isDefault: it.exportName.kind === "Default",
  })));

const resolved = (path: string, from: string): string => (from.startsWith(".") ? posix.join(posix.dirname(path), from) : from);

function lineFinder(text: string): LineOf {
  const starts = [...text.matchAll(/^/gm)].map((it) => it.index);
  return (at) => starts.findLastIndex((it) => it <= at) + 1;
}
