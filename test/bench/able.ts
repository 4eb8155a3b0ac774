/** What of the bench cannot be made on this machine: tried once, before the tests are named. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { LOOPS } from "../../src/bench/loops.ts";
import { answer, question } from "../../src/bench/sample.ts";
import { cannot } from "../chamber/netlab.ts";

/** What is measured in Node, as it is built. */
export const PROGRAM = fileURLToPath(new URL("../../dist/bench.cjs", import.meta.url));
/** What a kernel answers that does not join packets on the loopback, as before 5.11; any other failure is ours. */
export const NOT_JOINED = "recvmsg returned 64, not 4096";

const told = (what: string, input: string): string => spawnSync(process.execPath, [PROGRAM, what], { input, encoding: "utf8", timeout: 30_000 }).stdout;

/** Why no page of machine code may be executed, so that calls cannot be prepared; or null. */
export const noGate: string | null = cannot ?? (JSON.parse(told("gate", "")) as { readonly why?: string }).why ?? null;
/** Why the loop gso cannot be made, or null. */
export const noGso: string | null = cannot ?? gsoRefused();
/** The loops that can be made. */
export const loops = LOOPS.filter(({ name }) => name !== "gso" || noGso === null);
/** For the name of a test that goes on without them. */
export const without: string = [[noGso, "gso"], [noGate, "prepared calls"]].filter(([why]) => why !== null)
  .map(([why, what]) => ` (skipped ${what}: ${why})`).join("");

function gsoRefused(): string | null {
  const it = answer(told("koffi", question("gso", 1)).trim());
  return "why" in it && it.why === NOT_JOINED ? "this kernel does not join packets on the loopback" : null;
}
