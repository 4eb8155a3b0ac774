/** How the tests run. Live ones start processes that trace, fail and hang on purpose: they get time, and no more company than two cores bear. */
import { defineConfig } from "vitest/config";
import { Count } from "./test/reporter.ts";

const onGitHub = process.env.GITHUB_ACTIONS === "true";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Each a process: experiments and tests of the chamber must not meet another file's descriptors or threads.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", ...(onGitHub ? ["github-actions"] : []), new Count()],
  },
});
