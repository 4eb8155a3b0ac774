/**
 * What the commands around experiments do. Each is loaded when it is asked for: none needs what another takes
 * long to load. Those that ask after the kernel, the machine or another program: inquiries.ts.
 */
import * as core from "../core.ts";
import { provideCore } from "../start/bundles.ts";
import type { BenchOptions } from "./bench.ts";
import type { ClaimsOptions } from "./claims.ts";
import type { CompareOptions } from "./compare.ts";
import type { ConfirmOptions } from "./confirm.ts";
import type { JudgeOptions } from "./judge.ts";
import type { ListOptions } from "./list.ts";
import type { RunOptions } from "./run.ts";
import type { Shell } from "./shell.ts";
import type { ShowOptions } from "./show.ts";

provideCore(() => core);

/** Answers the exit code. Throws Said. */
export type Does<Given extends readonly unknown[]> = (shell: Shell, ...given: Given) => Promise<number>;

const run: Does<[names: string[], RunOptions]> = async (...given) =>
  (await import("./run.ts")).run(...given);
const compare: Does<[names: string[], CompareOptions]> = async (...given) =>
  (await import("./compare.ts")).compare(...given);
const list: Does<[ListOptions]> = async (...given) =>
  (await import("./list.ts")).list(...given);
const show: Does<[name: string, ShowOptions]> = async (...given) =>
  (await import("./show.ts")).show(...given);
const claims: Does<[which: string | undefined, ClaimsOptions]> = async (...given) =>
  (await import("./claims.ts")).claims(...given);
const judge: Does<[file: string, JudgeOptions]> = async (...given) =>
  (await import("./judge.ts")).judgeFile(...given);
const confirm: Does<[what: string, log: string | undefined, ConfirmOptions]> = async (...given) =>
  (await import("./confirm.ts")).confirmed(...given);
const bench: Does<[BenchOptions]> = async (...given) =>
  (await import("./bench.ts")).bench(...given);

const table = { run, compare, list, show, claims, judge, confirm, bench };

/** By name; given what the grammar made of the command line. */
export const commands = table as unknown as Readonly<Record<string, Does<readonly unknown[]>>>;
