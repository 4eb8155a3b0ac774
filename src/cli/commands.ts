/** What each command does. Loaded as one when a command is asked for, and not for the help. */
import { type ClaimsOptions, claims } from "./claims.ts";
import type { ConfirmOptions } from "./confirm.ts";
import { type DoctorOptions, doctor } from "./doctor.ts";
import { type JudgeOptions, judgeFile } from "./judge.ts";
import { type ListOptions, list } from "./list.ts";
import { type RunOptions, run } from "./run.ts";
import type { Shell } from "./shell.ts";
import { type ShowOptions, show } from "./show.ts";
import { type StructOptions, struct } from "./struct.ts";

/** Answers the exit code. Throws Said. */
type Does<Given extends readonly unknown[]> = (shell: Shell, ...given: Given) => Promise<number>;

/** What it runs strace with takes long to load, and nobody else needs it. */
const confirm: Does<[what: string, log: string | undefined, ConfirmOptions]> = async (...given) => (await import("./confirm.ts")).confirmed(...given);

const table = {
  run:     run       satisfies Does<[names: string[], RunOptions]>,
  list:    list      satisfies Does<[ListOptions]>,
  show:    show      satisfies Does<[name: string, ShowOptions]>,
  claims:  claims    satisfies Does<[which: string | undefined, ClaimsOptions]>,
  judge:   judgeFile satisfies Does<[file: string, JudgeOptions]>,
  confirm,
  struct:  struct    satisfies Does<[name: string | undefined, StructOptions]>,
  doctor:  doctor    satisfies Does<[DoctorOptions]>,
};

/** By name; given what the grammar (program.ts) made of the command line. */
export const commands = table as unknown as Readonly<Record<string, Does<readonly unknown[]>>>;
