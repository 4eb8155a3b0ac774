/** The jobs that netlab knows, each done by several experiments. */
import type { Job } from "../../src/lab/job.ts";
import { batch } from "./batch.ts";
import { echo } from "./echo.ts";

export const jobs: readonly Job[] = [echo, batch];
