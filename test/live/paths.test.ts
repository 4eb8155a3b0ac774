/** Every declared way through the kernel, run and watched: what is said to be seen is seen, but for what needs a condition. */
import { describe, expect, test } from "vitest";
import { WAYS } from "../../src/kernel/path-names.ts";
import { cannotRun, named, netlab } from "../cli/netlab.ts";

interface Answer {
  readonly name: string;
  readonly experiment: string | null;
  readonly steps: readonly { readonly fn: string; readonly hidden: string | null; readonly when: string | null; readonly caller: number | null; readonly seen: object | null }[];
}
const live = (...names: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } =>
  netlab(["path", ...names, "--live", "--json"]);

/** Nobody but root may see the kernel's stacks; a kernel without one of the tracepoints cannot show a path. */
const first = cannotRun === null ? live("udp", "sendto") : null;
const cannot = cannotRun ?? (first?.code === 0 ? null : first!.err.trim());

describe.each(WAYS)("$name", ({ name }) => {
  test.skipIf(cannot !== null)(named("is seen step by step", cannot), () => {
    const { steps, experiment } = JSON.parse(live(name).out) as Answer;
    const isSure = ({ when, caller }: Answer["steps"][number]): boolean => when === null && (caller === null || isSure(steps[caller]!));
    const unseen = steps.filter((it) => it.hidden === null && it.seen === null && isSure(it)).map((it) => it.fn);
    expect({ experiment, unseen }).toEqual({ experiment: expect.any(String) as string, unseen: [] });
  });
});
