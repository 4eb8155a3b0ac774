/** What a run needs and a kernel may have as a module only: the files, and the order of loading them. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { printed } from "./programs.js";

/** Modules, each with its parameters: links, and the diagnosis of sockets. Some may be built in. */
const WANTED = {
  veth: "", tun: "", dummy: "numdummies=0", sch_netem: "",
  af_packet: "", inet_diag: "", tcp_diag: "", udp_diag: "", unix_diag: "",
};
/** The same in a word, for what is kept of them. */
export const MODULES = Object.entries(WANTED).join(" ");

/**
 * Copies them from an unpacked kernel to a folder, decompressed, those that others need too, and writes there
 * what is to be loaded, a line each: `order`.
 */
export async function takeModules(tree, folder) {
  const files = new Map(filesIn(tree).map((it) => [nameOf(it), it]));
  const needs = new Map();
  mkdirSync(folder, { recursive: true });
  const take = async (name) => {
    if (needs.has(name) || !files.has(name)) return;
    const bytes = await decompressed(files.get(name));
    needs.set(name, needsOf(bytes));
    writeFileSync(join(folder, `${name}.ko`), bytes);
    for (const it of needs.get(name)) await take(it);
  };
  for (const name of Object.keys(WANTED)) await take(name);
  const lines = loadOrder(needs).map((it) => `${it}.ko ${WANTED[it] ?? ""}`.trim());
  writeFileSync(join(folder, "order"), lines.map((it) => `${it}\n`).join(""));
}

/** Each after those that it needs. `needs`: a module's name → the names of those. */
export function loadOrder(needs) {
  const order = new Set();
  const add = (name) => {
    if (order.has(name)) return;
    for (const it of needs.get(name) ?? []) add(it);
    if (needs.has(name)) order.add(name);
  };
  for (const name of needs.keys()) add(name);
  return [...order];
}

/** The modules that a module needs, by its section .modinfo: strings, each ended by a zero. */
export function needsOf(bytes) {
  const [, names = ""] = /(?:^|\0)depends=([\w,-]*)\0/.exec(bytes.toString("latin1")) ?? [];
  return names.split(",").filter((it) => it !== "").map(underscored);
}

const filesIn = (tree) => readdirSync(tree, { recursive: true })
  .filter((it) => /\.ko(\.xz)?$/.test(it)).map((it) => join(tree, it));
const nameOf = (file) => underscored(basename(file).replace(/\.ko(\.xz)?$/, ""));
const underscored = (name) => name.replaceAll("-", "_");

async function decompressed(file) {
  const bytes = readFileSync(file);
  return file.endsWith(".xz") ? await printed("xz", ["-dc"], { input: bytes, binary: true }) : bytes;
}
