/** Ends a test run with what was left out and why, and with the count on a line of its own: `812 passed, 0 failed, 3 skipped`. */
import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node";

export class Count implements Reporter {
  /** Only some tests were asked for, by their names: those left out need no reason. */
  #chosen = false;

  onInit({ config }: Vitest): void {
    this.#chosen = config.testNamePattern !== undefined;
  }

  /** A file that does not load, and an error outside of every test, count as a failure each. */
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((it) => [...it.children.allTests()]);
    const [passed, failed, skipped] = (["passed", "failed", "skipped"] as const).map((state) => tests.filter((it) => it.result().state === state));
    const broken = modules.filter((it) => it.state() === "failed" && !failed!.some((test) => test.module === it));
    if (!this.#chosen) for (const it of skipped!) console.log(`skipped: ${it.module.relativeModuleId}: ${it.fullName}: ${reason(it)}`);
    console.log(`${passed!.length} passed, ${failed!.length + broken.length + unhandled.length} failed, ${skipped!.length} skipped`);
  }
}

/** What `skip("…")` was given. A test that was left out when it was declared says its reason in its name, or in its suite's. */
function reason(test: TestCase): string {
  const result = test.result();
  return (result.state === "skipped" && result.note) || "see its name";
}
