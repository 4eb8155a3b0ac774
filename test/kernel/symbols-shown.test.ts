/** Tables of symbols with and without addresses. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { whyHidden } from "../../src/kernel/symbols-shown.ts";

const folder = mkdtempSync(join(tmpdir(), "netlab-symbols-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["addresses",                       "ffffffff81000000 T _stext\nffffffff81000000 T _text\n",                   null],
  ["some at 0, as per-cpu ones were", "0000000000000000 A fixed_percpu_data\n0000000000001000 A cpu_debug\n",   null],
  ["zeros",                           "0000000000000000 T _stext\n0000000000000000 T abc\n",                     /shows zeros.*CAP_SYSLOG/],
  ["nothing",                         "",                                                                        /not there, not readable or empty/],
] as const)("with %s", (what, text, why) => {
  const file = join(folder, what);
  writeFileSync(file, text);
  if (why === null) expect(whyHidden(file)).toBeNull();
  else expect(whyHidden(file)).toMatch(why);
});

test("without a table", () => expect(whyHidden(join(folder, "none"))).toMatch(/is not there, not readable or empty/));
