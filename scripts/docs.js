/**
 * The sessions in the docs are real. In README.md a block
 *
 *     ```console
 *     $ netlab list | head -3
 *     what it prints
 *     ```
 *
 * is run, and what it prints compared with what stands there; a line that is only … stands for any lines. A
 * block whose fence names a file (```js mine.mjs) is written to the folder in which the document's later
 * sessions run; one whose fence names a path is an excerpt of that file of the project. What differs between
 * two machines or two runs is compared as the names in SAME, and runs of spaces as one gap,
 * for a shorter number moves what stands beside it.
 *
 * `node scripts/docs.js` makes the sessions that no longer agree again, in place.
 * test/docs.test.ts runs them all.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Documents with sessions, from the project's folder. */
export const DOCUMENTS = ["README.md"];

/** What is not the same twice. Ports below 1024 are no accident, and stay. */
const SAME = [
  [/htons\([1-9]\d{3,4}\)/g,                          "htons(PORT)"],
  [/\b02 00( +)[0-9a-f]{2} [0-9a-f]{2}(?= +7f 00 00 01)/g, "02 00$1PORT"],
  [/\b0x[0-9a-f]{9,}\b/g,                             "ADDRESS"],
  [/\bLinux \d+\.\d+[\w.+-]*/g,                       "Linux VERSION"],
  [/\bNode v?\d+\.\d+\.\d+/g,                         "Node VERSION"],
  [/\bkoffi \d+\.\d+\.\d+/g,                          "koffi VERSION"],
  [/\b__(x64|arm64)_sys_/g,                           "__MACHINE_sys_"],
  [/\b(x64|x86_64|x86-64|arm64|aarch64)\b/g,          "MACHINE"],
  [/\bstrace \d+\.\d+\w*/g,                           "strace VERSION"],
  [/"(kernel|node|koffi|arch)":"[^"]*"/g,             '"$1":"VERSION"'],
  [/"(t|enter|exit|uid)":-?\d+/g,                     '"$1":N'],
  [/\buid \d+/g,                                      "uid N"],
  [/\bpid \d+/g,                                      "pid N"],
  [/^ +\d+\.\d{3}(?= |$)/,                            "TIME"],
  [/\b127\.0\.0\.1:[1-9]\d{3,4}\b/g,                  "127.0.0.1:PORT"],
  [/\b\d+(\.\d+)? (ms|µs|us|s)\b/g,                   "TIME"],
  [/\b\d+(\.\d+)? (MB|MiB)\b/g,                       "SIZE"],
  [/(?<=\S) {2,}/g,                                   "  "],
  [/\s+$/,                                            ""],
];
export const normalised = (line) => SAME.reduce((so, [what, name]) => so.replace(what, name), line);

/**
 * The parts of a document, in order: {file, text}, {excerpt: path, text}, or {command, output, line}, where
 * output is the lines below the command, which stands in that line (from 1).
 */
export function partsOf(document) {
  const lines = document.split("\n");
  const parts = [];
  for (let i = 0; i < lines.length; i++) {
    const [, kind, file] = /^```(\w+)(?: (\S+))?$/.exec(lines[i]) ?? [];
    if (kind === undefined) continue;
    const end = lines.indexOf("```", i + 1);
    const text = `${lines.slice(i + 1, end).join("\n")}\n`;
    if (file !== undefined) parts.push({ [file.includes("/") ? "excerpt" : "file"]: file, text });
    if (kind === "console") parts.push(...sessionsOf(lines.slice(i + 1, end), i + 2));
    i = end;
  }
  return parts;
}

function sessionsOf(lines, from) {
  const starts = lines.flatMap((it, i) => (it.startsWith("$ ") ? [i] : []));
  return starts.map((start, n) => ({
    command: lines[start].slice(2), output: lines.slice(start + 1, starts[n + 1]), line: from + start,
  }));
}

/**
 * Where a document's sessions run: an empty folder, with this copy's `netlab` in the path.
 * `close` removes it.
 */
export function desk() {
  const folder = mkdtempSync(join(tmpdir(), "netlab-docs-"));
  const bin = mkdtempSync(join(tmpdir(), "netlab-bin-"));
  for (const name of ["netlab", "netlab-syscalls"]) {
    const program = join(ROOT, "bin/netlab.cjs");
    writeFileSync(join(bin, name), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: folder,
    TERM: "xterm", LC_ALL: "C.UTF-8", COLUMNS: "80",
  };
  return {
    write: ({ file, text }) => writeFileSync(join(folder, file), text),
    /** The lines that a command prints, to either output. */
    run(command) {
      const { stdout, error } = spawnSync("sh", ["-c", `exec 2>&1\n${command}`], {
        cwd: folder, env, encoding: "utf8", timeout: 60_000, stdio: ["ignore", "pipe", "ignore"],
      });
      if (error) throw error;
      return stdout === "" ? [] : stdout.replace(/\n$/, "").split("\n");
    },
    close() {
      for (const it of [folder, bin]) rmSync(it, { recursive: true, force: true });
    },
  };
}

/** Whether what was printed is what the document says. */
export function agrees(said, printed) {
  const wanted = said.map(normalised);
  const seen = printed.map(normalised);
  const from = (i, j) => {
    if (i === wanted.length) return j === seen.length;
    if (wanted[i].trim() === "…") {
      return Array.from({ length: seen.length - j + 1 }, (_, n) => j + n).some((it) => from(i + 1, it));
    }
    return j < seen.length && wanted[i] === seen[j] && from(i + 1, j + 1);
  };
  return from(0, 0);
}

/**
 * What is to stand there instead. Lines between two … are found again by their first one, those at either end
 * by their number. Throws where one is not found: then a person has to choose what to leave out.
 */
function remade(said, printed) {
  const gaps = said.flatMap((it, i) => (it.trim() === "…" ? [i] : []));
  if (gaps.length === 0) return printed;
  const pieces = gaps.map((gap, n) => said.slice(gap + 1, gaps[n + 1]));
  const made = printed.slice(0, gaps[0]);
  let at = made.length;
  for (const [n, piece] of pieces.entries()) {
    const last = n === pieces.length - 1;
    const found = last
      ? printed.length - piece.length
      : printed.findIndex((it, i) => i >= at && normalised(it) === normalised(piece[0]));
    if (found < at) throw new Error(`there is no line ${JSON.stringify(piece[0])} any more`);
    made.push("…", ...printed.slice(found, found + piece.length));
    at = found + piece.length;
  }
  return made;
}

function remake(path) {
  const file = join(ROOT, path);
  const lines = readFileSync(file, "utf8").split("\n");
  const table = desk();
  let moved = 0;
  for (const part of partsOf(lines.join("\n"))) {
    if (part.file !== undefined) table.write(part);
    if (part.command === undefined) continue;
    const printed = table.run(part.command);
    if (agrees(part.output, printed)) continue;
    const made = remade(part.output, printed);
    lines.splice(part.line + moved, part.output.length, ...made);
    moved += made.length - part.output.length;
    console.log(`${path}:${part.line}: made again: ${part.command}`);
  }
  table.close();
  writeFileSync(file, lines.join("\n"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) DOCUMENTS.forEach(remake);
