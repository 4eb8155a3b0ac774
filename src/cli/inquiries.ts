/**
 * What the commands do that ask after the kernel, the machine or another program. They are a bundle by
 * themselves: a run, which is to start at once, has none of it to read.
 */
import * as core from "../core.ts";
import { provideCore } from "../start/bundles.ts";
import type { Does } from "./commands.ts";
import type { DoctorOptions } from "./doctor.ts";
import type { ExplainOptions } from "./explanation.ts";
import type { PathOptions } from "./path.ts";
import type { StructOptions } from "./struct.ts";

provideCore(() => core);

const path: Does<[names: string[], PathOptions]> = async (...given) =>
  (await import("./path.ts")).path(...given);
const struct: Does<[name: string | undefined, StructOptions]> = async (...given) =>
  (await import("./struct.ts")).struct(...given);
const explain: Does<[what: string[], ExplainOptions]> = async (...given) =>
  (await import("./explain.ts")).explain(...given);
const doctor: Does<[string | undefined, DoctorOptions]> = async (...given) =>
  (await import("./doctor.ts")).doctor(...given);

/** By name; given what the grammar made of the command line. */
export const inquiries = { path, struct, explain, doctor } as unknown as
  Readonly<Record<string, Does<readonly unknown[]>>>;
