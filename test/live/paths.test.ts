/** Every declared way through the kernel, run and watched: what is said to be seen is seen, what is hidden is not. */
import { describe, expect, test } from "vitest";
import { knownPaths } from "../../src/kernel/known-paths.ts";
import { follow, type KernelPath } from "../../src/kernel/path.ts";
import { cannotRun, named, netlab } from "../cli/netlab.ts";

interface Answer extends KernelPath {
  readonly stacks: readonly (readonly string[])[] | null;
}
const live = (...names: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } =>
  netlab(["path", ...names, "--live", "--json"]);

/** Nobody but root may see the kernel's stacks; a kernel without one of the tracepoints cannot show a path. */
const cannot = cannotRun ?? (live("udp", "sendto").code === 0 ? null : live("udp", "sendto").err.trim());

const all = Object.entries(knownPaths)
  .flatMap(([protocol, calls]) => Object.entries(calls).map(([call, path]) => ({ protocol, call, path })));

describe.each(all)("$protocol $call", ({ protocol, call, path }) => {
  test.skipIf(cannot !== null)(named("is seen step by step", cannot), () => {
    const { stacks } = JSON.parse(live(protocol, call).out) as Answer;
    const seen = [...follow(path, stacks!).keys()].map((it) => it.fn);
    expect(seen).toEqual(path.steps.filter((it) => it.hidden === null).map((it) => it.fn));
  });
});
