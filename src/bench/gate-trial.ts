/**
 * Whether prepared calls can be made here: the gate (sys/gate.ts) is mapped and gone through once, in a
 * process of its own, for a machine that refuses such code may end who tries.
 */
import { fileURLToPath } from "node:url";
import { plainEnvironment } from "../lab/chamber/chamber.ts";
import { runProgram } from "../sys/process.ts";

/** The program that is measured, as it is built: inside/main.ts. */
export const MEASURED = new URL("./bench.cjs", import.meta.url);
/** So long it may take, in ms. */
const PATIENCE = 10_000;

/** Null where they can; else why not. */
export async function gateTrial(): Promise<string | null> {
  const how = { limit: PATIENCE, env: plainEnvironment() };
  const { stdout, exit, signal } = await runProgram(process.execPath, [fileURLToPath(MEASURED), "gate"], how);
  if (signal !== null) return `the process that tried ended by ${signal}`;
  try {
    return (JSON.parse(stdout) as { readonly why?: string }).why ?? null;
  } catch {
    return `the process that tried ended with ${exit}`;
  }
}
