/** The gate's bytes against the assembler: the listing in src is what its commented source assembles to. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { bytesOfCode, gateCode } from "../../src/sys/gate-code.ts";

const folder = mkdtempSync(join(tmpdir(), "netlab-gate-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Binutils for each machine; where they are its own they have no prefix. */
const OWN = { x64: "x86_64-linux-gnu-", arm64: "aarch64-linux-gnu-" } as const;
const tool = (arch: keyof typeof OWN, name: string): string | null =>
  [`${OWN[arch]}${name}`, ...(process.arch === arch ? [name] : [])].find((it) => spawnSync(it, ["--version"]).status === 0) ?? null;
const source = (name: string): string => fileURLToPath(new URL(`../../native-shims/${name}`, import.meta.url));

describe.each([["x64", "gate-x86_64.S"], ["arm64", "gate-aarch64.S"]] as const)("%s", (arch, file) => {
  const [as, objcopy] = [tool(arch, "as"), tool(arch, "objcopy")];
  const why = as === null || objcopy === null ? ` (skipped: there is no ${OWN[arch]}as: apt-get install binutils-${OWN[arch].slice(0, -1).replace("_", "-")})` : "";

  test.skipIf(why !== "")(`${file} assembles to the listing${why}`, () => {
    const [object, binary] = [join(folder, `${arch}.o`), join(folder, `${arch}.bin`)];
    expect(spawnSync(as!, ["-o", object, source(file)], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    expect(spawnSync(objcopy!, ["-O", "binary", "-j", ".text", object, binary]).status).toBe(0);
    expect(bytesOfCode(gateCode[arch]).toString("hex")).toBe(readFileSync(binary).toString("hex"));
  });

  test("each line of the listing is an instruction of the source, in its order", () => {
    const text = readFileSync(source(file), "utf8");
    const [, code = ""] = text.split(/^gate:/m);
    const bare = (it: string): string => it.replace(/\s+/g, " ").trim();
    const told = code.split("\n").map((it) => bare(it.replace(/#\s.*$|\/\/.*$/, ""))).filter((it) => it !== "");
    expect(gateCode[arch].map(([, instruction]) => bare(instruction))).toEqual(told.map((it) => it.replace(/\$SIZE|#SIZE|\bSIZE\b/g, (size) => size.replace("SIZE", "80"))));
  });
});
