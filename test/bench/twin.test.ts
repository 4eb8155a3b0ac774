/** The C twin by itself: it compiles without a warning, knows the same loops as Node, and answers a line to each. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { BATCH, LOOPS } from "../../src/bench/loops.ts";
import { answer, question } from "../../src/bench/sample.ts";
import { noCompiler } from "../abi/headers.ts";
import { NOT_JOINED, noGso } from "./able.ts";

const folder = mkdtempSync(join(tmpdir(), "netlab-twin-"));
afterAll(() => rmSync(folder, { recursive: true }));
const program = join(folder, "bench");
const source = fileURLToPath(new URL("../../native-shims/bench.c", import.meta.url));

describe.skipIf(noCompiler !== null)(`native-shims/bench.c${noCompiler === null ? "" : ` (skipped: ${noCompiler})`}`, () => {
  test("compiles without a warning", () => {
    const words = ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source];
    expect(spawnSync(process.env.CC ?? "cc", words, { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  const asked = (input: string): readonly string[] => spawnSync(program, { input, encoding: "utf8" }).stdout.trim().split("\n");

  test("answers to each loop how many packets it made, again and again and in any order; where Node's gso is not joined, C's is not", () => {
    const all = [...LOOPS, ...LOOPS.toReversed()];
    const answers = asked(all.map(({ name }) => question(name, 3)).join("")).map(answer);
    const packets = (name: string): number => (["mmsg", "gso"].includes(name) ? 3 * BATCH : 3);
    expect(answers).toEqual(all.map(({ name }) => (name === "gso" && noGso !== null ? { why: NOT_JOINED }
      : { ns: expect.any(Number) as number, packets: packets(name) })));
  });

  test("a loop whose proof failed is not measured when it is asked for again", () => {
    const [wrong, same] = [join(folder, "wrong"), join(folder, "same.c")];
    writeFileSync(same, "int same(const void *a, const void *b, unsigned long n) { return a != b && n > 0; }\n");
    const words = ["-Dmemcmp=same", "-o", wrong, source, same];
    expect(spawnSync(process.env.CC ?? "cc", words, { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    const { stdout } = spawnSync(wrong, { input: "sendto 3\nsendto 3\n", encoding: "utf8" });
    expect(stdout).toBe('{"why": "other bytes came than were sent"}\n'.repeat(2));
  });

  test.for(["nosuch 3\n", "sendto\n", "\n"])("%j is no question", (line) => expect(asked(line)).toEqual(['{"why": "there is no such loop"}']));
});
