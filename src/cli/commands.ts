/** What each command does. Loaded as one when a command is asked for, and not for the help. */
import { claims, type ClaimsOptions } from "./claims.ts";
import { doctor, type DoctorOptions } from "./doctor.ts";
import { judgeFile, type JudgeOptions } from "./judge.ts";
import { list, type ListOptions } from "./list.ts";
import { run, type RunOptions } from "./run.ts";
import type { Shell } from "./shell.ts";
import { show, type ShowOptions } from "./show.ts";
import { struct, type StructOptions } from "./struct.ts";

/** Answers the exit code. Throws Said. */
type Does<Given extends readonly unknown[]> = (shell: Shell, ...given: Given) => Promise<number>;

const table = {
  run:    run       satisfies Does<[names: string[], RunOptions]>,
  list:   list      satisfies Does<[ListOptions]>,
  show:   show      satisfies Does<[name: string, ShowOptions]>,
  claims: claims    satisfies Does<[which: string | undefined, ClaimsOptions]>,
  judge:  judgeFile satisfies Does<[file: string, JudgeOptions]>,
  struct: struct    satisfies Does<[name: string | undefined, StructOptions]>,
  doctor: doctor    satisfies Does<[DoctorOptions]>,
};

/** By name; given what the grammar (program.ts) made of the command line. */
export const commands = table as unknown as Readonly<Record<string, Does<readonly unknown[]>>>;
